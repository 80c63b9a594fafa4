"""The command line ``python -m benchmarks.record``: recording learning curves for the virtual engine.

    python -m benchmarks.record mnist-convnet --configs 2000 --epochs 27 --seeds 3

Trains a space-filling design (the corners of the search space, then scrambled Sobol points) of any
registered class trainable.  A trainable that offers a block trainer is trained many configurations at once,
with the same curves; any other one by one.  Cut it off when you like: the same command goes on where it was.
Then it times the ordinary trainable, on what should be an idle machine, and writes the table.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.core.errors import DataError
from benchmarks.core.signals import orderly
from benchmarks.curves.recorded.table import card_of
from benchmarks.record.recorder import RecordingOptions, finish, record, trainer_name
from benchmarks.record.shards import RecordingError, RecordingSpec, Shards
from benchmarks.suite.options import Parser
from benchmarks.suite.registry import TRAINABLES, UnknownName
from results.console import code_of, console, refusal
from results.errors import ResultsError
from results.machine import available_cpus

CPU = RecordingOptions("cpu", available_cpus())
# A process takes longer to say what such a network's GPU should do than the GPU to do it.
GPU = RecordingOptions("gpu", min(8, available_cpus()), 1024)


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    p = Parser(
        prog="python -m benchmarks.record",
        description="Record learning curves of real training; the same command goes on where it was.",
    )
    p.add_argument("trainable", help="a class trainable; python -m benchmarks.run --list shows them")
    p.add_argument("--configs", type=int, default=2000, metavar="N", help="default: %(default)s")
    p.add_argument("--epochs", type=int, default=27, metavar="N", help="default: %(default)s")
    p.add_argument("--seeds", type=int, default=3, metavar="N", help="repetitions (default: %(default)s)")
    p.add_argument("--data", default="subset", metavar="NAME", help="default: %(default)s")
    p.add_argument("--train-size", type=int, default=0, metavar="N", help="training examples; 0 = all")
    p.add_argument("--data-dir", metavar="DIR", help="where the full data lies")
    p.add_argument("--device", choices=("cpu", "gpu"), default="cpu")
    jobs, block = (f"(default: {getattr(CPU, n)}; on a GPU {getattr(GPU, n)})" for n in ("jobs", "block"))
    p.add_argument("--jobs", type=int, metavar="N", help=f"processes {jobs}")
    p.add_argument("--block", type=int, metavar="N", help=f"configurations trained at once {block}")
    p.add_argument("--one-by-one", action="store_true", help="train by the trainable itself")
    p.add_argument("--no-table", action="store_true", help="stop before the ordinary epochs are timed")
    p.add_argument("--out", type=Path, metavar="DIR", help="default: recordings/TRAINABLE")
    return p


def show(done: int, total: int, speed: float) -> None:
    """Print the progress."""
    clock = time.strftime("%H:%M:%S")
    print(f"{clock}  {done:,} of {total:,} curves, {speed:,.1f} epochs a second", flush=True)


@console
@orderly()
def main(argv: list[str] | None = None) -> int:
    """Record; 2 for misuse."""
    args = parser().parse_args(argv)
    try:
        for name in ("configs", "epochs", "seeds", "block", "jobs"):
            if (value := getattr(args, name)) is not None and value < 1:
                raise RecordingError(f"--{name} is {value}; it must be at least 1")
        spec = TRAINABLES[args.trainable]
        if args.data not in spec.datasets:
            raise RecordingError(
                f"{spec.name} has no data {args.data!r}; choose {' or '.join(spec.datasets)}"
            )
        recording = RecordingSpec(
            spec.name, args.configs, args.epochs, args.seeds, args.data, args.train_size
        )
        usual = GPU if args.device == "gpu" else CPU
        options = replace(
            usual,
            jobs=args.jobs or usual.jobs,
            block=args.block or usual.block,
            one_by_one=args.one_by_one,
            data_dir=args.data_dir,
        )
        trainer = trainer_name(recording, options)
        shards = Shards(args.out or Path("recordings") / spec.name, recording)
        print(f"{spec.name}: {args.configs} configurations, {args.seeds} seeds, {trainer} x {options.jobs}")
        record(shards, recording, options, show)
        if args.no_table:
            return 0
        table = finish(shards, recording, options)
        print(f"{table}: errors on held-out configurations {card_of(table)['errors']}")
    except (RecordingError, ResultsError, UnknownName, DataError, TypeError, ValueError) as error:
        print(f"python -m benchmarks.record: {error.args[0] if error.args else error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"python -m benchmarks.record: {refusal(error)}; the same command goes on", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return code_of(interrupt)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
