"""The command line ``python -m benchmarks.record``: recording learning curves for the virtual engine.

    python -m benchmarks.record mnist-convnet --configs 2000 --epochs 27 --seeds 3

Trains a space-filling design (the corners of the search space, then scrambled Sobol points) of any class
trainable, one in a file (``train.py:Mine``) too.  A trainable that offers a block trainer is trained many
configurations at once, with the same curves; any other one by one.  Cut it off when you like: the same
command goes on where it was.  Then it times the ordinary trainable, on what should be an idle machine, and
writes the table.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.core.signals import orderly
from benchmarks.curves.recorded.table import card_of
from benchmarks.record.curve_files.options import add_curve_file, check_kind
from benchmarks.record.recorder import RecordingOptions, finish, record, trainer_name
from benchmarks.record.shards import RecordingError, RecordingSpec, Shards
from benchmarks.suite.cluster_options import add_address
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.one_trainable import add_trainable, named
from benchmarks.suite.options import REFUSALS
from benchmarks.suite.registry import TRAINABLES
from results.arguments import add_jobs
from results.console import code_of, on_console, refusal, say_error
from results.machine import available_cpus
from results.parser import Parser
from results.quantities import whole

PROG = "python -m benchmarks.record"
CPU = RecordingOptions("cpu", available_cpus())
# A process takes longer to say what such a network's GPU should do than the GPU to do it.
GPU = RecordingOptions("gpu", min(8, available_cpus()), 1024)
CONFIGS, EPOCHS, SEEDS = 2000, 27, 3  # of a recording; a file has its own


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Record learning curves of real training; the same command goes on where it was.")
    add_trainable(p, optional=True)
    for names, default, what in (
        (("--configs",), CONFIGS, "configurations, beside the corners of the space"),
        (("--epochs",), EPOCHS, "epochs of each"),
        (("--repetitions", "--seeds"), SEEDS, "how often each is trained, with other seeds"),
    ):
        text = f"{what} (default: {default})"
        p.add_argument(*names, dest=names[-1][2:], type=whole(1), metavar="N", help=text)
    p.add_argument("--data", default="subset", metavar="NAME", help="subset (shipped) or full")
    p.add_argument(
        "--train-size",
        type=whole(0),
        default=0,
        metavar="N",
        help="number of training examples, from the first on; 0 = all",
    )
    p.add_argument("--data-dir", metavar="DIR", help="where the full data lies (default: download it)")
    p.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="the device that trains")
    add_jobs(p, "processes", f"{CPU.jobs} on CPUs, {GPU.jobs} on a GPU")
    add_address(p, "the trainings")
    p.add_argument(
        "--block",
        type=whole(1),
        metavar="N",
        help=f"configurations trained at once (default: {CPU.block}; on a GPU {GPU.block})",
    )
    p.add_argument("--one-by-one", action="store_true", help="train by the trainable itself")
    p.add_argument("--no-table", action="store_true", help="stop before the ordinary epochs are timed")
    p.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: recordings/TRAINABLE)")
    add_curve_file(p)
    return p


def show(done: int, total: int, speed: float) -> None:
    """Print the progress."""
    clock = time.strftime("%H:%M:%S")
    print(f"{clock}  {done:,} of {total:,} curves, {speed:,.1f} epochs a second", flush=True)


@on_console(PROG, *REFUSALS, RecordingError, TypeError, ValueError)
@orderly()
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Record; 2 for misuse."""
    asked = parser(prog)
    args = asked.parse_args(arguments)
    check_kind(args, asked)
    if args.file is not None:
        from benchmarks.record.curve_files.command import from_file

        return from_file(args)
    if not args.trainable:
        raise Misuse("nothing is named; give a trainable, or a file of learning curves with --from-csv")
    try:
        spec = TRAINABLES[named(args, prog)]
        if args.data not in spec.datasets:
            raise RecordingError(
                f"{spec.name} has no data {args.data!r}; choose {' or '.join(spec.datasets)}"
            )
        recording = RecordingSpec(
            spec.name,
            args.configs or CONFIGS,
            args.epochs or EPOCHS,
            args.seeds or SEEDS,
            args.data,
            args.train_size,
        )
        usual = GPU if args.device == "gpu" else CPU
        options = replace(
            usual,
            jobs=args.jobs or usual.jobs,
            block=args.block or usual.block,
            one_by_one=args.one_by_one,
            data_dir=args.data_dir,
            address=args.address,
        )
        trainer = trainer_name(recording, options)
        shards = Shards(args.out or Path("recordings") / spec.name, recording)
        size = f"{recording.configs} configurations, {recording.seeds} seeds"
        print(f"{spec.name}: {size}, {trainer} x {options.jobs}")
        record(shards, recording, options, show)
        if args.no_table:
            return 0
        table = finish(shards, recording, options)
        print(f"{table}: errors on held-out configurations {card_of(table)['errors']}")
    except OSError as error:
        say_error(prog, f"{refusal(error)}; the same command goes on")
        return 1
    except KeyboardInterrupt as interrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return code_of(interrupt)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
