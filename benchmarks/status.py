"""The status of runs: what is asked, answered, running and left, and how to resume it.

``tunegrid status RUN [--json]``, also as ``python -m benchmarks.status``; nothing is run or written.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.execution.known_copy import of_folder
from benchmarks.execution.under_way import under_way
from benchmarks.suite.grid import Grid
from benchmarks.suite.options import PROG as RUN_MODULE
from benchmarks.suite.options import REFUSALS, RUN
from benchmarks.suite.spec_file import check_unchanged, read
from results.arguments import add_forms, add_runs
from results.compare.run import RUN_FILE, run_folder
from results.console import on_console
from results.locks import holder
from results.parser import Parser
from results.store.store import Store

PROG = "python -m benchmarks.status"
OUT = Path("runs")  # where runs lie that are resumed without --out
MOST_SHOWN = 5  # experiments that are left, by name


@dataclass(frozen=True)
class Status:
    """The state of a run folder.

    Attributes:
        run: the folder.
        asked: experiments of its grid; None if these cannot be listed here (``problem``).
        answered: how many experiments are stored, by status.
        left: experiments that are asked and not answered, such as ``digits-mlp random x asha cpu #0``; None
            as ``asked``.
        reasons: why experiments did not end ok, and how many for each, the most first.
        driver: the process that is at work on it now; None if there is none.
        running: what that process runs now, with the seconds that each has taken.
        seconds_left: its estimate of the rest; None if unknown.
        resume: the command that finishes it; None if nothing is left, or a driver is at work.
        retry: the command that runs again what failed or lacked a library; None as ``resume``.
        problem: why its grid cannot be listed here; empty if it can.
    """

    run: str
    asked: int | None
    answered: dict[str, int]
    left: list[str] | None
    reasons: dict[str, int]
    driver: str | None
    running: dict[str, float]
    seconds_left: float | None
    resume: str | None
    retry: str | None
    problem: str


def status(run: Path, command: str = RUN) -> Status:
    """Return the status of a run folder.

    Args:
        run: the folder.
        command: the words that begin a command which runs a grid.

    Raises:
        ResultsError: if it is not a run folder, or its store is damaged.
        Misuse: if its ``run.toml`` is damaged.
    """
    folder = run_folder(run)
    driver = holder(folder)  # before the store is read: what it stores meanwhile is seen
    rows = Store(folder).read("experiments").select(["key", "status", "reason"]).to_pylist()
    stored = {row["key"]: row["status"] for row in rows}
    grid = Grid().changed(read(folder / RUN_FILE), str(folder / RUN_FILE))
    check_unchanged(folder / RUN_FILE, grid)
    asked, left, problem = None, None, ""
    try:
        experiments = list(of_folder(grid, folder).experiments())
    except REFUSALS as error:  # a plug-in that is not here
        problem = str(error.args[0])
    else:
        asked = len(experiments)
        left = [e.title for e in experiments if e.key not in stored]
    again = any(how not in ("ok", "incompatible") for how in stored.values())
    resume = None if driver or left == [] else resume_command(folder, command)
    retry = resume_command(folder, command, "--retry") if again and not driver else None
    answered = dict(Counter(stored.values()).most_common())
    now = under_way(folder) if driver else None
    reasons = dict(Counter(map(reason, rows)).most_common())
    reasons.pop("", None)
    return Status(
        run=str(run),
        asked=asked,
        answered=answered,
        left=left,
        reasons=reasons,
        driver=driver,
        running=now.running if now else {},
        seconds_left=now.seconds_left if now else None,
        resume=resume,
        retry=retry,
        problem=problem,
    )


def reason(row: dict[str, str]) -> str:
    """Return an experiment's status and the first line of its reason; "" if it is ok."""
    if row["status"] == "ok":
        return ""
    return f"{row['status']}: {(str(row['reason'] or '').splitlines() or [''])[0]}"


def resume_command(folder: Path, command: str, *words: str) -> str:
    """Return the command that resumes a run."""
    whole = folder.resolve()
    where = [] if folder.absolute().parent == OUT.absolute() else ["--out", str(whole.parent)]
    return shlex.join([*command.split(), "--resume", *words, "--name", whole.name, *where])


def as_text(state: Status) -> str:
    """Return a status for people."""
    answered = sum(state.answered.values())
    if state.left is None:
        lines = [f"{state.run}: {answered} experiments answered; the others are not known: {state.problem}"]
    else:
        lines = [f"{state.run}: {state.asked} experiments, {answered} answered, {len(state.left)} left"]
    if state.answered:
        lines.append("  " + ", ".join(f"{count} {how}" for how, count in state.answered.items()))
    reasons = list(state.reasons.items())
    lines += [f"  {count} {why}" for why, count in reasons[:MOST_SHOWN]]
    lines += [f"  {len(reasons) - MOST_SHOWN} more reasons"] if len(reasons) > MOST_SHOWN else []
    lines += [f"  running for {seconds:.0f} s: {name}" for name, seconds in state.running.items()]
    left = state.left or []
    lines += [f"  left: {name}" for name in left[:MOST_SHOWN]]
    lines += [f"  left: {len(left) - MOST_SHOWN} more"] if len(left) > MOST_SHOWN else []
    rest = "" if state.seconds_left is None else f", about {state.seconds_left / 60:.0f} min left"
    lines.append(f"  at work on it: {state.driver or 'nobody'}{rest}")
    lines += [f"  resume with: {state.resume}"] if state.resume else []
    lines += [f"  try again what failed with: {state.retry}"] if state.retry else []
    return "\n".join(lines)


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Show what runs have answered, what is left, and how to resume them; nothing is run.")
    add_runs(p)
    add_forms(p, "a list with everything about each run")
    return p


@on_console(PROG, *REFUSALS)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse."""
    options = parser(prog).parse_args(arguments)
    command = f"{RUN_MODULE} --grid" if prog == PROG else RUN
    states = [status(run, command) for run in options.runs]
    if options.json:
        print(json.dumps([asdict(state) for state in states], indent=1))
    else:
        print("\n".join(map(as_text, states)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
