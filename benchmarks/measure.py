"""The command ``tunegrid constants``: measuring what random configurations of a trainable reach.

Scores and speed-ups over random search are counted from it.  The trainings are a run of the engine ``live``:
cut it off when you like, the same command goes on.
"""

from __future__ import annotations

import argparse
import math
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.execution.measured_constants import file_of
from benchmarks.execution.measuring import from_runs, from_table, is_table
from benchmarks.execution.versions import version_of
from benchmarks.run import run_grid
from benchmarks.suite.measured import Measured
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.one_trainable import PROGRAMS, add_trainable, named, words_of
from benchmarks.suite.options import REFUSALS, run_parser
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.shipped_constants import ShippedConstants
from results.compare.run import RUN_FILE
from results.compare.speedup import typical_value
from results.console import on_console
from results.errors import ResultsError
from results.machine import available_cpus
from results.numerals import significant
from results.parser import Parser
from results.quantities import duration, whole

PROG = "python -m benchmarks.measure"
EACH = 8  # configurations of an experiment: what is shown and stored at a time


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Measure what random configurations of your trainable reach, for scores and speed-ups.")
    add_trainable(p, PROGRAMS)
    p.add_argument(
        *("--trials", "--configs"),
        type=whole(EACH),
        default=64,
        metavar="N",
        help=f"random configurations, at least {EACH}; a speed-up of half as many can be told",
    )
    p.add_argument("--epochs", type=whole(1), default=27, metavar="N", help="the most epochs of a trial")
    p.add_argument("--workers", type=whole(1), metavar="N", help="trainings at a time (default: all CPUs)")
    p.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="the device that trains")
    p.add_argument(
        "--from",
        dest="sources",
        action="append",
        type=Path,
        default=[],
        metavar="DIR",
        help="train nothing: take random configurations from a recorded table, or from a run that has random "
        "x fifo; of a run the best of all its combinations is the best known; repeatable (default: train)",
    )
    p.add_argument(
        "--best",
        type=float,
        metavar="VALUE",
        help="the best value that you know, of trials of as many epochs",
    )
    p.add_argument(
        "--timeout", type=duration, default=86400.0, metavar="TIME", help="most time for 8 trainings"
    )
    p.add_argument(
        "--out", type=Path, default=Path("runs"), metavar="DIR", help="where the trainings are kept"
    )
    return p


@on_console(PROG, *REFUSALS, ResultsError)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Measure, write the file beside the trainable, and return 0; 2 for misuse."""
    args = parser(prog).parse_args(arguments)
    name = named(args, prog)
    spec = TRAINABLES[name]
    path = file_of(spec)
    if spec.constants is not None and not isinstance(spec.constants.declaration, ShippedConstants):
        raise Misuse(f"{name} declares its own constants, which count; leave them out to have measured ones")
    if path is None:
        raise Misuse(f"{name} lies in no file, so constants have no place beside it")
    tables = [source for source in args.sources if is_table(source)]
    if tables and len(args.sources) > 1:
        raise Misuse("a recorded table stands alone; give one --from")
    runs = list(args.sources)
    if not runs:
        training = run_parser(prog).parse_args([*words_of(args), *_training(args, name)])
        same = shlex.join([*prog.split(), *(sys.argv[1:] if arguments is None else arguments)])
        training.call, training.constants = (lambda folder: same), False
        if code := run_grid(training):
            return code
        runs = [training.out / training.name]
    measured = from_table(spec, tables[0], args.best) if tables else from_runs(spec, runs, args.best)
    measured.write(path)
    print("\n".join([*_said(measured), f"written: {path}; tunegrid run uses it from now on"]))
    return 0


def _training(args: argparse.Namespace, name: str) -> list[str]:
    """Return the words of a run that trains random configurations, or goes on with it."""
    version = version_of("trainable", name).name
    workers = args.workers or available_cpus()
    run = f"constants-{name}-{version}-{args.trials}x{args.epochs}"
    return [
        *("--engine", "live", "--searchers", "random", "--schedulers", "fifo", "--no-figures"),
        *("--trials", str(EACH), "--repetitions", str(math.ceil(args.trials / EACH))),
        *("--epochs", str(args.epochs), "--workers", str(workers), "--num-cpus", str(workers)),
        *("--device", args.device, "--timeout", str(args.timeout), "--stall", str(args.timeout)),
        # More configurations or epochs begin with the trainings that are there.
        *("--curves", str(args.out / f"constants-{name}-{version}-curves")),
        *("--out", str(args.out), "--name", run),
        *(["--resume"] if (args.out / run / RUN_FILE).is_file() else []),
    ]


def _said(measured: Measured) -> Iterator[str]:
    """Yield what was measured, in words."""
    reference = measured()
    typical = typical_value(np.array(reference.values), reference.size)
    failed = sum(not math.isfinite(row[-1]) for row in measured.values)
    yield (
        f"{measured.trainable}: {reference.size} random configurations of {measured.epochs} epochs"
        + (f", {failed} of which failed" if failed else "")
    )
    zero, full = significant(reference.constants.baseline), significant(reference.constants.optimum)
    yield (
        f"{measured.metric} {significant(typical)} in the median, {zero} as the best of "
        f"{reference.constants.trials} (score 0), {full} as the best known (score 100)"
    )


if __name__ == "__main__":
    sys.exit(main())
