"""The command line of the regression gate: ``python -m benchmarks.gate``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.gating.roster import CORE
from benchmarks.gating.sources import CURRENT
from benchmarks.grid import Misuse
from benchmarks.options import Parser
from benchmarks.registry import UnknownName
from benchmarks.trainables._errors import DataError
from results.gate.arms import Source
from results.store import ResultsError

if TYPE_CHECKING:
    from benchmarks.gating.stages import Settings

LISTS = ("trainable", "searcher", "scheduler")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 (pass), 1 (fail), 3 (inconclusive), 2 (misuse) or 130 (interrupted)."""
    options = _parser().parse_args(arguments)
    try:
        _check(options)
        with TemporaryDirectory(prefix="tunegrid-gate-") as private:
            folder = options.keep or Path(private) / "current"
            if options.record:
                return _record(options, folder)
            if options.bisect:
                return _bisect(options)
            return _plan(options) if options.plan else _compare(options, folder)
    except (Misuse, UnknownName, DataError, ResultsError) as error:
        message = error.args[0]
    except OSError as error:
        message = (
            f"{error.filename or 'a file'}: {error.strerror or error}; check the path and its permissions"
        )
    except KeyboardInterrupt:
        return 130
    print(f"python -m benchmarks.gate: {message}", file=sys.stderr)
    return 2


def _compare(options: argparse.Namespace, folder: Path) -> int:
    from benchmarks.gating.sources import source
    from benchmarks.gating.stages import compare
    from benchmarks.gating.under_test import explained
    from results.gate import outputs

    if options.baseline == options.candidate:
        raise Misuse(f"baseline and candidate are both {options.baseline!r}; name two arms")
    baseline = source(options.baseline, folder, options.jobs)
    place = _under_test(options, baseline)
    candidate = source(options.candidate, folder, options.jobs)
    report = compare(baseline, candidate, _settings(options), _say)
    if place:
        report = explained(report, options.searcher, place)
    print(outputs.as_text(report), end="")
    for form in outputs.FORMS:
        if path := getattr(options, form):
            outputs.write(report, form, path)
    return report.exit_code


def _record(options: argparse.Namespace, folder: Path) -> int:
    from benchmarks.gating.recording import record
    from benchmarks.gating.sources import source

    _under_test(options)
    arm = source(options.candidate, folder, options.jobs)
    path = record(options.record, arm, options.out, _globs(options), options.repetitions, _say)
    print(f"baseline: {path} ({path.stat().st_size / 1000:.0f} kB)")
    return 0


def _plan(options: argparse.Namespace) -> int:
    from benchmarks.gating.planning import as_text, plan
    from benchmarks.gating.sources import source

    arm = source(options.baseline, Path(), options.jobs)
    settings = _settings(options)
    print(as_text(plan(arm, settings), settings), end="")
    return 0


def _bisect(options: argparse.Namespace) -> int:
    from benchmarks.gating.bisect import Range, as_text, bisect

    wanted, recording = Range.of(options.bisect), ["--repetitions", str(options.repetitions)]
    folder = options.keep or Path("runs") / "bisect"
    found, environments = bisect(wanted, folder, _passed_on(options), recording, _say)
    print(as_text(wanted, found, environments), end="")
    return 0 if len(found.suspects) == 1 else 3


def _passed_on(options: argparse.Namespace) -> list[str]:
    """Return the words that say again what is compared, and how it is decided."""
    words = [f"--alpha={options.alpha:g}", "--stages", *map(str, options.stages), f"--jobs={options.jobs}"]
    words += [f"--margin={task}={points:g}" for task, points in options.margin or []]
    for name in LISTS:
        globs = getattr(options, f"{name}s")
        words += [f"--{name}s", *globs] if globs else []
    for name in ("searcher", "against"):
        value = getattr(options, name)
        words += [f"--{name}", value] if value else []
    return words


def _under_test(options: argparse.Namespace, baseline: Source | None = None) -> str | None:
    """Begin with the searcher that is under test, if one is; return in whose place it runs."""
    if not options.searcher:
        return None
    from benchmarks.gating.under_test import begin

    place = begin(options.searcher, options.against, baseline)
    options.searchers = [place]
    return place


def _settings(options: argparse.Namespace) -> Settings:
    from benchmarks.gating.stages import Settings

    return Settings(options.alpha, options.stages, dict(options.margin or []), globs=_globs(options))


def _globs(options: argparse.Namespace) -> dict[str, list[str]]:
    given = {name: getattr(options, f"{name}s") for name in LISTS}
    return {
        name: [part for word in words for part in word.split(",") if part]
        for name, words in given.items()
        if words
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _check(options: argparse.Namespace) -> None:
    """Raise Misuse for what makes no sense."""
    if not 0 < options.alpha < 0.5:
        raise Misuse(f"--alpha is {options.alpha:g}; give a level between 0 and 0.5")
    ascending = all(a < b for a, b in zip(options.stages, options.stages[1:], strict=False))
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


def _parser() -> argparse.ArgumentParser:
    p = Parser(
        prog="python -m benchmarks.gate",
        description="Did this change make tuning worse?  Exit code: 0 no, 1 yes, 3 open, 2 misuse.",
    )
    arm = "a run folder, a baseline's name or file, or 'current': what is here, run now"
    p.add_argument("--baseline", default=CORE, metavar="ARM", help=f"{arm} (default: {CORE})")
    p.add_argument("--candidate", default=CURRENT, metavar="ARM", help=f"the same (default: {CURRENT})")
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
        help="find the version that made tuning worse than A's; pip installs them (network)",
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
    run.add_argument("--repetitions", type=int, default=20, metavar="N", help="with --record (20)")
    run.add_argument("--out", type=Path, metavar="DIR", help="with --record: folder of the baseline")
    return p


if __name__ == "__main__":
    sys.exit(main())
