"""Whatever a trainable, searcher or scheduler does is a row with its reason, and harms no neighbour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bad_trainables
import bad_tuners
import pandas as pd
import pytest
from commands import Ended
from conftest import Places
from misdeeds import ENDING, FEW, HANGING, PLANTED, STRUCK
from tally import Tally
from watching import Left

import results

pytestmark = pytest.mark.faults

ANSWERS = {"ok", "failed", "timeout", "stalled"}
#: Seconds without a result after which a cell is given up; a good neighbour must never need so many, on a
#: busy machine too.
STALL_S = {"virtual": "20", "tune": "40"}
JOBS = {"virtual": "3", "tune": "3"}
#: Faults of a process after which no trial can be well, wherever they strike but in these places: a result
#: that is there already counts, though the model could not be tested or cleared away.
LATE = ("test", "cleanup", "reset", "save", "load", "complete", "result", "function")
KINDS = [
    (engine, part)
    for engine in ("virtual", "tune")
    for part in ("trainable", "resumed", "searcher", "scheduler")
]


@dataclass(frozen=True)
class Seen:
    """A run of all faults of one kind, each with its neighbour."""

    engine: str
    faults: list[str]
    ended: Ended
    run: results.Run
    struck: set[str]
    left: Left

    def cells(self, column: str) -> dict[str, pd.Series]:
        """Return the rows of the experiments by the name of the part in that column."""
        return {row[column]: row for _, row in self.run.experiments.iterrows()}


def names(engine: str, part: str) -> list[str]:
    if part in ("searcher", "scheduler"):
        return bad_tuners.names(part)
    resumed = part == "resumed"
    own = bad_trainables.names(engine)
    return [n for n in own if (n.split("-")[1] in bad_trainables.RESUMING) == resumed]


def grid(part: str, members: Sequence[str]) -> list[str]:
    """Return the options that pair these parts with good ones."""
    column = "trainable" if part == "resumed" else part
    chosen = {
        "trainable": ["calm"],
        "searcher": ["random"],
        "scheduler": ["pbt" if part == "resumed" else "fifo"],
    }
    chosen[column] = [*members]
    return [word for kind, own in chosen.items() for word in (f"--{kind}s", *own)]


@pytest.fixture(scope="module", params=KINDS, ids="-".join)
def seen(request: pytest.FixtureRequest, places: Places, share: Callable[[int], int], tally: Tally) -> Seen:
    engine, part = request.param
    faults = names(engine, part)
    if not faults:
        pytest.skip(f"{engine} has no such place")
    faults = faults[:: len(faults) // share(len(faults))]
    struck = Path(str(request.getfixturevalue("tmp_path_factory").mktemp("struck")))
    changes = {STRUCK: str(struck)}
    place = places(f"{engine}-{part}", ("calm", "bad_trainables", "bad_tuners"), changes)
    members = [name for fault in faults for name in (fault, f"{fault}-neighbour")]
    running = place.start(
        *grid(part, members),
        *("--engine", engine, "--trials", "3", "--epochs", "4" if part == "resumed" else "2"),
        *("--workers", "1", "--jobs", JOBS[engine], "--num-cpus", JOBS[engine]),
        *("--stall", STALL_S[engine], "--timeout", "120", "--no-figures"),
        name="bad",
    )
    ended = running.wait(1200)
    left = place.left()
    return Seen(
        engine, faults, ended, results.load(place.runs / "bad"), {p.name for p in struck.iterdir()}, left
    )


def column(seen: Seen) -> str:
    return seen.faults[0].split("-")[0]


def test_every_cell_is_answered_with_a_reason(seen: Seen, tally: Tally) -> None:
    assert seen.ended.code == 0, seen.ended.said
    cells = seen.cells(column(seen))
    wrong = {}
    for fault in seen.faults:
        row = cells.get(fault)
        why = "there is no row" if row is None else why_wrong(fault, row, seen)
        if why:
            wrong[fault] = f"{why}: {None if row is None else (row['status'], str(row['reason'])[:200])}"
        status = "none" if row is None else str(row["status"])
        part, place, _ = fault.split("-", 2)
        columns = {name: int(status == name) for name in ("ok", "failed", "timeout", "stalled")}
        tally.add("parts", f"{part}: {place}, {seen.engine}", cells=1, **columns, wrong_answers=bool(why))
    assert not wrong, "\n".join(f"{fault}: {why}" for fault, why in wrong.items())


def why_wrong(fault: str, row: pd.Series, seen: Seen) -> str:
    """Return what is wrong with the answer to a fault; "" if nothing is."""
    _, place, how = fault.split("-", 2)
    status, reason = row["status"], str(row["reason"])
    first = (reason.splitlines() or [""])[0]
    if status not in ANSWERS:
        return "the status is none of an experiment that ran"
    if (status == "ok") == bool(reason):
        return "a reason goes with every status but ok"
    if "Traceback" in first:
        return "the first line of the reason is no reason"
    if how in (*FEW, *HANGING, *ENDING) and place not in LATE and status == "ok":
        return "no trial can have been well"
    if how in HANGING and place not in LATE and status not in ("stalled", "timeout"):
        return "it hung, and that is not said"
    if how == "raise" and status == "failed" and PLANTED not in reason:
        return "the reason is not what was raised"
    if how == "nothing" and status != "stalled":
        return "nothing can have happened in it"
    if how in ("outside", "nan", "missing", "kind") and place == "suggest" and status == "ok":
        return "a configuration outside of the space was taken"
    if how == "endless" and status != "failed":
        return "it never comes to its end, and that is not said"
    # A cell that has failed may have begun the one trial that was too many.
    if not pd.isna(row["trials_run"]) and row["trials_run"] > row["trials"] + (status == "failed"):
        return "it ran more trials than its budget"
    return ""


def test_every_fault_has_struck(seen: Seen, tally: Tally) -> None:
    missing = sorted(set(seen.faults) - seen.struck)
    tally.add(
        "neighbours", f"{column(seen)}s, {seen.engine}", faults=len(seen.faults), not_struck=len(missing)
    )
    assert not missing


def test_no_neighbour_is_harmed(seen: Seen, tally: Tally) -> None:
    cells = seen.cells(column(seen))
    trials, epochs = seen.run.trials, seen.run.results
    curves, harmed = {}, {}
    for fault in seen.faults:
        row = cells.get(f"{fault}-neighbour")
        if row is None or row["status"] != "ok" or row["trials_failed"]:
            harmed[fault] = "no row" if row is None else f"{row['status']}: {str(row['reason'])[:200]}"
        else:
            own = epochs[epochs["key"] == row["key"]].sort_values(["trial_id", "epoch"])
            curves[fault] = own[["trial_id", "epoch", "score", "config"]].to_csv(index=False)
    usual = max(set(curves.values()), key=list(curves.values()).count, default="")
    harmed |= {fault: "other numbers" for fault, curve in curves.items() if curve != usual}
    tally.add(
        "neighbours", f"{column(seen)}s, {seen.engine}", neighbours=len(seen.faults), harmed=len(harmed)
    )
    assert len(trials) and not harmed, "\n".join(f"{fault}: {why}" for fault, why in harmed.items())


def test_nothing_is_left_behind(seen: Seen, tally: Tally) -> None:
    left = seen.left
    tally.add(
        "neighbours",
        f"{column(seen)}s, {seen.engine}",
        leftover_processes=len(left.processes),
        leftover_files=len(left.files),
        leftover_shared_memory=len(left.memory),
    )
    assert not left, left
