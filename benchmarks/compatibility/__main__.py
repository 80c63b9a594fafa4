"""The command line: ``python -m benchmarks.compatibility --probe``."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.compatibility import terminal
from benchmarks.compatibility.page import About, page
from benchmarks.compatibility.plan import Combination, roster
from benchmarks.compatibility.probe import ProbeOptions, probe
from benchmarks.compatibility.resumable import probe_folder
from benchmarks.compatibility.summary import of_kind, united
from benchmarks.compatibility.verdict import Kind, Verdict
from benchmarks.core.signals import orderly
from benchmarks.engines.common.outcome import ClusterDied
from benchmarks.execution.progress import Ticker
from benchmarks.suite.grid import Misuse
from benchmarks.suite.options import Parser
from benchmarks.suite.registry import Spec, SpecError, UnknownName
from results.console import console, refusal
from results.errors import ResultsError
from results.files import replace_bytes
from results.machine import available_cpus

COMMAND = "python -m benchmarks.compatibility"
PAGE = Path("docs/compatibility.md")


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    p = Parser(prog=COMMAND, description="Run every combination for real and compare with the rules.")
    p.add_argument("--probe", action="store_true", required=True, help="run the probe")
    p.add_argument("--searchers", nargs="+", default=["*"], metavar="GLOB")
    p.add_argument("--schedulers", nargs="+", default=["*"], metavar="GLOB")
    p.add_argument("--rounds", type=int, default=1, metavar="N", help="probe so often; all must agree")
    p.add_argument("--jobs", type=int, metavar="N", help="experiments at the same time (default: CPUs)")
    p.add_argument("--stall", type=float, default=90.0, metavar="S", help="seconds without a new result")
    p.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep the experiments there: a probe that was cut off goes on, and what stalled is tried again",
    )
    p.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    p.add_argument(
        "--write", nargs="?", type=Path, const=PAGE, metavar="FILE", help=f"write the page (default: {PAGE})"
    )
    return p


@console
def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 0 (rules and runs agree), 1 (differences), 2 (misuse), 130 ... (a signal)."""
    args = parser().parse_args(argv)
    ticker = Ticker()
    try:
        check(args)
        with orderly():
            return answer(args, ticker)
    except (Misuse, UnknownName, SpecError, ResultsError) as error:
        message = error.args[0]
    except OSError as error:
        message = refusal(error)
    except ClusterDied as died:
        message = f"{died}, though it was started anew; try again, with --keep to go on"
    finally:
        ticker.clear()
    print(f"{COMMAND}: {message}", file=sys.stderr)
    return 2


def check(args: argparse.Namespace) -> None:
    """Raise Misuse for what makes no sense, before anything runs."""
    for option in ("rounds", "jobs"):
        value = getattr(args, option)
        if value is not None and value < 1:
            raise Misuse(f"--{option} is {value}; it must be at least 1")
    if not args.stall > 0:
        raise Misuse(f"--stall is {args.stall:g}; give seconds above 0")
    if args.write and not args.write.absolute().parent.is_dir():
        raise Misuse(f"--write: there is no folder {args.write.absolute().parent}; make it, or give another")


def answer(args: argparse.Namespace, ticker: Ticker) -> int:
    """Probe, print and write what was found."""
    combinations = roster(_split(args.searchers), _split(args.schedulers))
    options = ProbeOptions(args.jobs or available_cpus(), args.stall)
    parts = _parts(combinations)
    used = versions(parts)
    with probe_folder(args.keep, used) as folder:
        with folder.timed():
            numbers = range(1, args.rounds + 1)
            rounds = [probe(combinations, options, ticker, folder.round(number)) for number in numbers]
        minutes = folder.seconds / 60
    ticker.clear()
    verdicts = united(rounds)
    about = About(command(args), date.today().isoformat(), used, minutes, args.rounds)
    if args.write:
        replace_bytes(args.write, page(verdicts, parts, about).encode())
    if args.json:
        print(json.dumps(as_data(verdicts, about), indent=1))
    else:
        print(terminal.table(verdicts, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
        print(f"\n{terminal.outcome(verdicts)}; {ticker.done} experiments in {minutes:.1f} min")
    return 1 if of_kind(verdicts, Kind.DIFFERENCE) else 0


def command(args: argparse.Namespace) -> str:
    """Return the command that asks for the same and writes the page."""
    words = [*COMMAND.split(), "--probe"]
    for option in ("searchers", "schedulers"):
        globs = getattr(args, option)
        words += [f"--{option}", *globs] if globs != parser().get_default(option) else []
    words += ["--rounds", str(args.rounds)] if args.rounds > 1 else []
    return shlex.join([*words, "--write"])


def as_data(verdicts: Sequence[Verdict], about: About) -> dict[str, Any]:
    """Return everything as plain data."""
    return asdict(about) | {"verdicts": [asdict(verdict) for verdict in verdicts]}


def versions(parts: Iterable[Spec]) -> dict[str, str]:
    """Return the versions of Python, of this package, of Ray and of every library that the parts need."""
    wanted = ["ray", "tunegrid", "numpy", *sorted({name for part in parts for name in part.requires})]
    found = {"python": platform.python_version()}
    for name in wanted:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _parts(combinations: Sequence[Combination]) -> list[Spec]:
    searchers: dict[str, Spec] = {c.searcher.name: c.searcher for c in combinations}
    schedulers: dict[str, Spec] = {c.scheduler.name: c.scheduler for c in combinations}
    return [kind[name] for kind in (searchers, schedulers) for name in sorted(kind)]


def _split(words: Sequence[str]) -> list[str]:
    return [part for word in words for part in word.split(",") if part]
