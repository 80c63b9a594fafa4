"""What the gate's command line takes."""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

from benchmarks.gate.named_sides import CURRENT
from benchmarks.gate.roster import CORE
from benchmarks.suite.grid import Misuse
from benchmarks.suite.options import Parser

LISTS = ("trainable", "searcher", "scheduler")


def globs(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return the names that were given for each of ``LISTS``; a comma or a blank separates them."""
    given = {name: getattr(options, f"{name}s") for name in LISTS}
    return {
        name: [part for word in words for part in word.split(",") if part]
        for name, words in given.items()
        if words
    }


def check(options: argparse.Namespace) -> None:
    """Raise Misuse for what makes no sense."""
    if not 0 < options.alpha < 0.5:
        raise Misuse(f"--alpha is {options.alpha:g}; give a level between 0 and 0.5")
    ascending = all(a < b for a, b in pairwise(options.stages))
    if options.stages[0] < 1 or not ascending:
        raise Misuse(
            f"--stages is {' '.join(map(str, options.stages))}; give ascending numbers of repetitions"
        )
    if options.against and not options.searcher:
        raise Misuse("--against goes with --searcher: whose place it takes")
    if options.searcher and (options.candidate != CURRENT or options.searchers or options.plan):
        raise Misuse("--searcher is run now, alone: leave out --candidate, --searchers and --plan")
    if options.jobs < 0:
        raise Misuse(f"--jobs is {options.jobs}; give 0 or more")
    if options.repetitions < 1:
        raise Misuse(f"--repetitions is {options.repetitions}; give 1 or more")


def _margin(text: str) -> tuple[str, float]:
    task, equals, points = text.partition("=")
    try:
        value = float(points)
    except ValueError:
        value = 0.0
    if not (task and equals and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no margin; give TASK=POINTS, above 0")
    return task, value


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    p = Parser(
        prog="python -m benchmarks.gate",
        description="Did this change make tuning worse?  Exit code: 0 no, 1 yes, 3 open, 2 misuse.",
    )
    side = "a run folder, a baseline's name or file, or 'current': what is here, run now"
    p.add_argument("--baseline", default=CORE, metavar="SIDE", help=f"{side} (default: {CORE})")
    p.add_argument("--candidate", default=CURRENT, metavar="SIDE", help=f"the same (default: {CURRENT})")
    other = p.add_mutually_exclusive_group()
    other.add_argument(
        "--record", metavar="NAME", help="record the candidate as a baseline, and compare nothing"
    )
    other.add_argument(
        "--plan", action="store_true", help="say how probable each outcome is, and run nothing"
    )
    other.add_argument(
        "--bisect",
        metavar="PACKAGE==A..B",
        help="find the version that made tuning worse than A's (1: found, 0: there is none, 3: open); pip "
        "installs them (network)",
    )
    for name in LISTS:
        p.add_argument(f"--{name}s", nargs="+", metavar="GLOB", help=f"only these {name}s")
    p.add_argument(
        "--searcher",
        metavar="PATH",
        help="a searcher under test: mypkg.module:MySearcher (a Ray Tune Searcher, or a function with "
        "@searcher) or the name of an entry point",
    )
    p.add_argument(
        "--against",
        metavar="NAME",
        help="the baseline's searcher that it is compared with (default: its own name, else random)",
    )
    how = p.add_argument_group("how it decides")
    how.add_argument("--alpha", type=float, default=0.05, help="level of the whole gate (0.05)")
    how.add_argument(
        "--stages", type=int, nargs="+", default=[3, 10, 20, 40], metavar="N", help="repetitions (3 10 20 40)"
    )
    how.add_argument(
        "--margin", type=_margin, action="append", metavar="TASK=POINTS", help="in place of its own"
    )
    out = p.add_argument_group("output")
    for form, what in (
        ("junit", "JUnit XML"),
        ("markdown", "Markdown"),
        ("json", "JSON"),
        ("figure", "PNG or PDF"),
    ):
        out.add_argument(f"--{form}", type=Path, metavar="FILE", help=f"the report as {what}")
    run = p.add_argument_group("running")
    run.add_argument("--jobs", type=int, default=0, metavar="N", help="experiments at the same time (CPUs)")
    run.add_argument(
        "--keep", type=Path, metavar="DIR", help="run folder of 'current'; it is resumed if there"
    )
    run.add_argument(
        "--repetitions", type=int, default=40, metavar="N", help="with --record (40, as the last look takes)"
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="with --record: folder of the baseline")
    return p
