"""The command line of the gate."""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

from benchmarks.gate.named_sides import CURRENT
from benchmarks.gate.roster import CORE
from benchmarks.suite.cluster_options import add_address
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.misuse import Misuse
from results.arguments import Options, add_globs, add_jobs
from results.parser import Parser
from results.quantities import share, whole

PROG = "python -m benchmarks.gate"
STDOUT = Path("-")
LISTS = ("trainable", "searcher", "scheduler")


def globs(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return the names that were given for each of ``LISTS``."""
    given = {name: getattr(options, f"{name}s") for name in LISTS}
    return {name: names for name, names in given.items() if names}


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


def _margin(text: str) -> tuple[str, float]:
    task, equals, points = text.partition("=")
    try:
        value = float(points)
    except ValueError:
        value = 0.0
    if not (task and equals and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a margin; give TASK=POINTS, above 0")
    return task, value


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(
        prog,
        "Did this change make tuning worse?",
        "Exit code: 0 pass (losses ruled out), 1 fail (it is worse), 3 inconclusive (or untested), 2 misuse.",
    )
    _add_sides(p)
    add_globs(p, tuple(f"{name}s" for name in LISTS))
    _add_decision(p.add_argument_group("how it decides"))
    _add_output(p.add_argument_group("output"))
    _add_running(p.add_argument_group("running"))
    return p


def _add_sides(p: Parser) -> None:
    side = "a run folder, a baseline's name or file, or 'current': what is here, run now"
    p.add_argument(
        "--baseline", default=CORE, metavar="SIDE", help=f"what the candidate is compared with: {side}"
    )
    p.add_argument(
        "--candidate", default=CURRENT, metavar="SIDE", help="what is judged, named in the same way"
    )
    other = p.add_mutually_exclusive_group()
    other.add_argument(
        "--record",
        metavar="NAME",
        help="record the candidate as a baseline, and compare nothing (default: compare)",
    )
    other.add_argument(
        "--plan", action="store_true", help="say how probable each outcome is, and run nothing"
    )
    other.add_argument(
        "--bisect",
        metavar="PACKAGE==A..B",
        help="find the version that made tuning worse than A's (exit code 1: found, 0: none, 3: open); "
        "pip installs them over the network (default: compare)",
    )
    p.add_argument(
        "--searcher",
        metavar="PATH",
        help="a searcher under test: mine.py:build or mypkg.module:MySearcher (a function that builds "
        "it, or the class of a Ray Tune Searcher), an entry point, or a name with options (default: those "
        "that are registered)",
    )
    p.add_argument(
        "--against",
        metavar="NAME",
        help="the baseline's searcher that --searcher is compared with (default: its own name, else random)",
    )


def _add_decision(group: Options) -> None:
    group.add_argument("--alpha", type=share, default=0.05, metavar="P", help="level of the whole gate")
    group.add_argument(
        "--stages",
        type=whole(1),
        nargs="+",
        default=[3, 10, 20, 40],
        metavar="N",
        help="numbers of repetitions at which it looks, ascending; the first one shows what is not too rare",
    )
    group.add_argument(
        "--margin",
        type=_margin,
        action="append",
        metavar="TASK=POINTS",
        help="score points that a combination may lose on a task; once a task (default: the task's own)",
    )


def _add_output(group: Options) -> None:
    for form, what in (("junit", "JUnit XML"), ("markdown", "Markdown"), ("figure", "PNG or PDF")):
        help_text = f"write the report as {what} (default: not written)"
        group.add_argument(f"--{form}", type=Path, metavar="FILE", help=help_text)
    group.add_argument(
        "--json",
        nargs="?",
        type=Path,
        const=STDOUT,
        metavar="FILE",
        help="print the report as JSON in place of text; with FILE: write it there, beside the text "
        "(default: text)",
    )


def _add_running(group: Options) -> None:
    add_jobs(group, "experiments", "as many as fit the CPUs")
    add_address(group, "the experiments of 'current'")
    group.add_argument(
        "--engine",
        choices=tuple(ENGINES),
        default="virtual",
        help="with --record: virtual needs learning curves of the tasks; live trains each configuration "
        "once, for those that have none; what is compared with a baseline runs on the baseline's engine",
    )
    group.add_argument(
        "--curves",
        type=Path,
        metavar="DIR",
        help="engine live: folder of trained curves, which gates may share (default: with what is run)",
    )
    group.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep what 'current' runs in this run folder, and go on with what is there (default: not kept)",
    )
    group.add_argument(
        "--repetitions",
        type=whole(1),
        default=40,
        metavar="N",
        help="with --record and --bisect: how often each combination is run, with other seeds",
    )
    group.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="with --record: where to write (default: results/baselines of this installation)",
    )
