"""The command of the regression gate: ``tunegrid gate``, also as ``python -m benchmarks.gate``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.core.scratch import of_process
from benchmarks.core.signals import orderly
from benchmarks.gate.arguments import LISTS, PROG, STDOUT, check, globs, parser
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import REFUSALS
from results.console import on_console
from results.errors import ResultsError
from results.gate.sides import Side

if TYPE_CHECKING:
    from benchmarks.gate.settings import Settings


@on_console(PROG, *REFUSALS, unwritten=2)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0 (pass), 1 (fail), 3 (inconclusive), 2 (misuse), 130 ... (a signal)."""
    options = parser(prog).parse_args(arguments)
    check(options)
    with orderly(), TemporaryDirectory(prefix="gate-", dir=of_process()) as private:
        folder = options.keep or Path(private) / "current"
        if options.record:
            return _record(options, folder)
        if options.bisect:
            return _bisect(options)
        return _plan(options) if options.plan else _compare(options, folder)


def _compare(options: argparse.Namespace, folder: Path) -> int:
    from benchmarks.gate.named_sides import named_side
    from benchmarks.gate.stages import compare
    from results.gate import outputs
    from results.gate.document import as_json

    if options.baseline == options.candidate:
        raise Misuse(f"baseline and candidate are both {options.baseline!r}; name two sides")
    written = {form: path for form in outputs.FORMS if (path := getattr(options, form)) and path != STDOUT}
    for form, path in written.items():
        outputs.check(form, path)
    baseline = named_side(options.baseline, folder, options.jobs, options.curves, options.address)
    place = _under_test(options, baseline)
    candidate = named_side(options.candidate, folder, options.jobs, options.curves, options.address)
    settings = replace(_settings(options), under_test=(options.searcher, place) if place else None)
    report = compare(baseline, candidate, settings, _say)
    printed = as_json(report) if options.json == STDOUT else outputs.as_text(report)
    print(printed, end="")
    for form, path in written.items():
        try:
            outputs.write(report, form, path)
        except ResultsError as error:  # what was found is the answer, whether or not it can be drawn
            _say(f"--{form} {path} is not written: {error.args[0]}")
    return report.exit_code


def _record(options: argparse.Namespace, folder: Path) -> int:
    from benchmarks.gate.named_sides import named_side
    from benchmarks.gate.recording import record

    if not ENGINES[options.engine].virtual_clock:
        known = " or ".join(name for name, engine in ENGINES.items() if engine.virtual_clock)
        raise Misuse(f"--engine {options.engine} is on the wall clock, which no two runs share; give {known}")
    _under_test(options)
    side = named_side(options.candidate, folder, options.jobs, options.curves, options.address)
    chosen = globs(options)
    path = record(options.record, side, options.out, chosen, options.repetitions, _say, options.engine)
    print(f"baseline: {path} ({path.stat().st_size / 1000:.0f} kB)")
    return 0


def _plan(options: argparse.Namespace) -> int:
    from benchmarks.gate.named_sides import named_side
    from benchmarks.gate.planning import as_text, plan

    side = named_side(options.baseline, Path(), options.jobs)
    settings = _settings(options)
    print(as_text(plan(side, settings), settings), end="")
    return 0


def _bisect(options: argparse.Namespace) -> int:
    from benchmarks.gate.bisect import as_text, bisect
    from benchmarks.gate.package_versions import Range

    span, recording = Range.of(options.bisect), ["--repetitions", str(options.repetitions)]
    folder = options.keep or Path("runs") / "bisect"
    bisection, environments = bisect(span, folder, _passed_on(options), recording, _say)
    print(as_text(span, bisection, environments), end="")
    if not bisection.suspects:
        return 0
    return 1 if bisection.bad and len(bisection.suspects) == 1 else 3


def _passed_on(options: argparse.Namespace) -> list[str]:
    """Return the words that say again what is compared, and how it is decided."""
    words = [*_settings(options).words(), f"--jobs={options.jobs}"]
    for name in LISTS:
        names = getattr(options, f"{name}s")
        words += [f"--{name}s", *names] if names else []
    for name in ("searcher", "against"):
        value = getattr(options, name)
        words += [f"--{name}", value] if value else []
    return words


def _under_test(options: argparse.Namespace, baseline: Side | None = None) -> str | None:
    """Begin with the searcher that is under test, if one is; return in whose place it runs."""
    if not options.searcher:
        return None
    from benchmarks.gate.under_test import begin

    place = begin(options.searcher, options.against, baseline)
    options.searchers = [place]
    return place


def _settings(options: argparse.Namespace) -> Settings:
    from benchmarks.gate.settings import Settings

    return Settings(options.alpha, options.stages, dict(options.margin or []), globs=globs(options))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
