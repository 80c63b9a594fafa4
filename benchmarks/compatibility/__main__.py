"""The command ``tunegrid compatibility``, also as ``python -m benchmarks.compatibility``."""

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
from benchmarks.compatibility.plan import ProbedCombination, roster
from benchmarks.compatibility.probe import ProbeOptions, probe, run_planned
from benchmarks.compatibility.resumable import probe_folder
from benchmarks.compatibility.summary import of_kind, united
from benchmarks.compatibility.variants import probe_variants, variants
from benchmarks.compatibility.verdict import Kind, Verdict
from benchmarks.core.signals import orderly
from benchmarks.engines.common.outcome import ClusterDied
from benchmarks.execution.ticker import Ticker
from benchmarks.suite.cluster_options import add_address
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import REFUSALS
from benchmarks.suite.registry import Spec
from results.arguments import add_globs, add_jobs, add_page
from results.console import on_console
from results.files import check_place, replace_bytes
from results.machine import available_cpus
from results.parser import Parser
from results.quantities import positive_duration, whole

COMMAND = "python -m benchmarks.compatibility"
PAGE = Path("docs/compatibility.md")


def parser(prog: str = COMMAND) -> Parser:
    """Return the parser."""
    p = Parser(
        prog,
        "Run every combination for real and compare with the rules.",
        "Exit code: 0 rules and runs agree, 1 they differ, 2 misuse.",
    )
    p.add_argument("--probe", action="store_true", required=True, help="run the probe (many minutes)")
    add_globs(p, ("searchers", "schedulers"), ["*"])
    p.add_argument(
        "--variants",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="probe each option of these parts at its extremes too, on engine virtual with a few partners",
    )
    p.add_argument(
        "--rounds", type=whole(1), default=1, metavar="N", help="number of probes, which must all agree"
    )
    add_jobs(p, "experiments", "one for each CPU")
    add_address(p, "experiments")
    p.add_argument(
        "--stall",
        type=positive_duration,
        default=90.0,
        metavar="TIME",
        help="most time without a new result, such as 5m",
    )
    p.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep the experiments there, and go on with what is there: a probe that was cut off ends, "
        "and what stalled is tried again (default: not kept)",
    )
    p.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    add_page(p, PAGE)
    return p


@on_console(COMMAND, *REFUSALS, unwritten=2)
def main(arguments: Sequence[str] | None = None, prog: str = COMMAND) -> int:
    """Run the command; return 0 (rules and runs agree), 1 (differences), 2 (misuse), 130 ... (a signal)."""
    args = parser(prog).parse_args(arguments)
    ticker = Ticker()
    try:
        if args.write:
            check_place(args.write)
        with orderly():
            return answer(args, ticker)
    except ClusterDied as died:
        raise Misuse(f"{died}, though it was started anew; try again, with --keep to go on") from died
    finally:
        ticker.clear()


def answer(args: argparse.Namespace, ticker: Ticker) -> int:
    """Probe, print and write what was found."""
    combinations = roster(args.searchers, args.schedulers)
    jobs = args.jobs or (0 if args.address else available_cpus())
    options = ProbeOptions(jobs, args.stall, args.address)
    parts = _parts(combinations)
    used = versions(parts)
    with probe_folder(args.keep, used) as folder:
        with folder.timed():
            numbers = range(1, args.rounds + 1)
            rounds = [probe(combinations, options, ticker, folder.round(number)) for number in numbers]
            extremes = variants(combinations) if args.variants else []
            varied = probe_variants(
                extremes, lambda planned: run_planned(planned, options, ticker, folder.round(1))
            )
        minutes = folder.seconds / 60
    ticker.clear()
    verdicts = united(rounds)
    about = About(command(args), date.today().isoformat(), used, minutes, args.rounds)
    if args.write:
        replace_bytes(args.write, page(verdicts, parts, about, varied).encode())
    if args.json:
        print(json.dumps(as_data(verdicts, about, varied), indent=1))
    else:
        print(terminal.table(verdicts, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
        print("\n".join(terminal.of_variants(varied, colour=sys.stdout.isatty())))
        print(f"\n{terminal.outcome(verdicts)}; {ticker.done} experiments in {minutes:.1f} min")
    return 1 if of_kind([*verdicts, *varied], Kind.DIFFERENCE) else 0


def command(args: argparse.Namespace) -> str:
    """Return the command that asks for the same and writes the page."""
    words = [*COMMAND.split(), "--probe"]
    for option in ("searchers", "schedulers"):
        globs = getattr(args, option)
        words += [f"--{option}", *globs] if globs != parser().get_default(option) else []
    words += ["--rounds", str(args.rounds)] if args.rounds > 1 else []
    words += [] if args.variants else ["--no-variants"]
    return shlex.join([*words, "--write"])


def as_data(verdicts: Sequence[Verdict], about: About, varied: Sequence[Verdict] = ()) -> dict[str, Any]:
    """Return everything as plain data."""
    plain = {"verdicts": verdicts, "variants": varied}
    return asdict(about) | {name: [asdict(verdict) for verdict in given] for name, given in plain.items()}


def versions(parts: Iterable[Spec]) -> dict[str, str]:
    """Return the versions of Python, of this package, of Ray and of every library that the parts need."""
    packages = ["ray", "tunegrid", "numpy", *sorted({name for part in parts for name in part.requires})]
    versions = {"python": platform.python_version()}
    for name in packages:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _parts(combinations: Sequence[ProbedCombination]) -> list[Spec]:
    searchers: dict[str, Spec] = {c.searcher.name: c.searcher for c in combinations}
    schedulers: dict[str, Spec] = {c.scheduler.name: c.scheduler for c in combinations}
    return [kind[name] for kind in (searchers, schedulers) for name in sorted(kind)]


if __name__ == "__main__":
    sys.exit(main())
