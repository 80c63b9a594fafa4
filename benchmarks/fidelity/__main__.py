"""The command line: ``python -m benchmarks.fidelity``."""

from __future__ import annotations

import argparse
import platform
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import ray

from benchmarks.core.signals import orderly
from benchmarks.engines.common.job import quiet
from benchmarks.fidelity.certificate import FREE, distributions, forced_order, free_running
from benchmarks.fidelity.page import Certificate, page
from benchmarks.fidelity.runs import pairs
from benchmarks.suite.registry import SpecError, UnknownName
from results.console import console

PAGE = Path("docs/fidelity.md")
ENOUGH = 0.9  # of the combinations must be followed to their end


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m benchmarks.fidelity",
        description="Compare the virtual engine with the real one; exit code 1 if a decision differs.",
    )
    p.add_argument("--searchers", nargs="+", default=["*"], metavar="GLOB", help="for the forced order")
    p.add_argument("--schedulers", nargs="+", default=["*"], metavar="GLOB", help="for the forced order")
    p.add_argument("--repetitions", type=int, default=20, metavar="N", help="for the incumbents")
    p.add_argument("--write", action="store_true", help=f"write {PAGE}")
    return p


@console
@orderly()
def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts; 0 if every decision agreed and nine in ten combinations could be followed."""
    args = parser().parse_args(arguments)
    if args.repetitions < 2:
        print("python -m benchmarks.fidelity: --repetitions must be at least 2", file=sys.stderr)
        return 2
    quiet()
    try:
        asked = pairs(args.searchers, args.schedulers)
    except (UnknownName, SpecError) as error:
        print(f"python -m benchmarks.fidelity: {error.args[0]}", file=sys.stderr)
        return 2

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    followed = forced_order(asked, say)
    free = free_running(FREE, say)
    compared = distributions(args.repetitions, say)
    versions = {"Ray": ray.__version__, "Python": platform.python_version()}
    command = shlex.join(
        ["python", "-m", "benchmarks.fidelity", *(sys.argv[1:] if arguments is None else arguments)]
    )
    made = Certificate(date.today().isoformat(), command, versions, followed, free, compared)
    text = page(made)
    if args.write:
        PAGE.write_text(text)
    print(text)
    ended = [pair for pair in followed if pair.agreement.followed]
    agreed = all(pair.agreement.complete for pair in ended)
    return 0 if agreed and len(ended) >= ENOUGH * len(followed) else 1


if __name__ == "__main__":
    sys.exit(main())
