"""Recorder of a design: blocks of configurations in separate processes, one file for each finished block."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.execution import provenance
from benchmarks.record.costs import time_epochs
from benchmarks.record.design import Design, design
from benchmarks.record.shards import RecordingSpec, Shards
from benchmarks.suite.experiment import Device
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.training.trainers import BlockTrainer, Curve, block_trainer, blocks

TIMED = 48  # configurations whose epoch is timed
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class RecordingOptions:
    """Options of a recording; its curves do not depend on it, up to rounding."""

    device: Device = "cpu"
    jobs: int = 1
    block: int = 32  # configurations trained at once, whose curves become a file
    one_by_one: bool = False
    data_dir: str | None = None
    address: str = ""  # of a Ray cluster that trains; "" = this machine


@dataclass(frozen=True)
class Block:
    """The unit of work: these configurations, by their index in the design, with one seed."""

    seed: int
    configs: tuple[int, ...]


def trainer_name(recording: RecordingSpec, options: RecordingOptions) -> str:
    """Return the name of the block trainer that would record; see ``block_trainer`` for errors."""
    return _trainer(recording, options, 0).name


def plan(
    recording: RecordingSpec, options: RecordingOptions, finished: AbstractSet[tuple[int, int]]
) -> list[Block]:
    """Return the blocks of what is missing, one seed after the other.

    Args:
        recording: the complete recording.
        options: of the recording.
        finished: (seed, configuration) of the curves that are there, of any trainer.
    """
    trainer, configs = _trainer(recording, options, 0), _design(recording).configs

    @cache
    def grouped(missing: tuple[int, ...]) -> list[tuple[int, ...]]:
        groups = blocks(trainer, [configs[index] for index in missing], options.block)
        return [tuple(missing[index] for index in group) for group in groups]

    return [
        Block(seed, members)
        for seed in range(recording.seeds)
        for members in grouped(tuple(index for index in range(len(configs)) if (seed, index) not in finished))
    ]


def record(
    shards: Shards,
    recording: RecordingSpec,
    options: RecordingOptions,
    report: Callable[[int, int, float], None],
) -> None:
    """Train what is missing; ``report`` hears of (curves done, curves in all, epochs trained a second)."""
    finished = shards.done()
    missing = plan(recording, options, finished)
    environment = provenance.write(
        shards.folder,
        provenance.record({recording.trainable: provenance.data_key(_arrays(recording, options))}),
    )
    provenance_columns = {
        "environment": environment,
        "trainer": trainer_name(recording, options),
        "device": options.device,
    }
    began, trained, total = time.monotonic(), 0, recording.seeds * len(_design(recording).configs)
    report(len(finished), total, 0.0)
    made = _trained_on_cluster if options.address else _trained_here
    # The files are written here, not in the processes: a killed process leaves no partial file.
    for block, curves, seconds in made(recording, options, missing):
        shards.write(block.seed, dict(zip(block.configs, curves, strict=True)), provenance_columns, seconds)
        trained += len(curves)
        speed = trained * recording.epochs / (time.monotonic() - began)
        report(len(finished) + trained, total, speed)


def _trained_here(
    recording: RecordingSpec, options: RecordingOptions, missing: list[Block]
) -> Iterator[tuple[Block, list[Curve], float]]:
    """Yield each block with its curves and their seconds, as processes of this machine end them."""
    for name in THREADS:  # for the processes, which read it when they start
        os.environ[name] = "1"
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), _end_with_parent) as pool:
        waiting = {pool.submit(_train, recording, options, block): block for block in missing}
        try:
            for future in as_completed(waiting):
                yield waiting[future], *future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _trained_on_cluster(
    recording: RecordingSpec, options: RecordingOptions, missing: list[Block]
) -> Iterator[tuple[Block, list[Curve], float]]:
    """Yield each block with its curves and their seconds, as tasks on a cluster's nodes end them."""
    from benchmarks.engines.cluster.joined import joined
    from benchmarks.engines.cluster.tasks import results_of

    with joined(options.address):
        gpus = 1.0 if options.device == "gpu" else 0.0
        blocks_left = [(block, (recording, options, block)) for block in missing]
        for block, (curves, seconds) in results_of(_train, blocks_left, gpus):
            yield block, curves, seconds


def finish(shards: Shards, recording: RecordingSpec, options: RecordingOptions) -> Path:
    """Make the table of a complete recording and return its folder."""
    from benchmarks.curves.recorded.table import write
    from benchmarks.record.build import build

    spec, chosen = TRAINABLES[recording.trainable], _design(recording)
    indices = np.linspace(0, len(chosen.configs) - 1, min(TIMED, len(chosen.configs))).astype(int).tolist()

    def seconds() -> dict[str, float]:
        session = Session(spec.name, 0, "cpu", _arrays(recording, options), "recorded")
        times = time_epochs(spec, session, [chosen.configs[i] for i in indices])
        return dict(zip(map(str, indices), times, strict=True))

    timed = shards.note("seconds.json", seconds)
    recorded = shards.read()
    provenance_fields = {
        "data": recording.data,
        "train_size": recording.train_size,
        "data_key": provenance.data_key(_arrays(recording, options)),
        "source": spec.source,
        "recorded_by": _hours(recorded),
        "corners": chosen.corners,
        "environments": {key: _short(record, spec.requires) for key, record in shards.environments().items()},
    }
    by_index = {int(index): value for index, value in timed.items()}
    table = build(spec, recorded, chosen.configs, chosen.corners, by_index, provenance_fields)
    folder = shards.folder / "table"
    write(folder, table)
    return folder


def _hours(recorded: pd.DataFrame) -> dict[str, float]:
    """Return the hours of processes that each trainer took on each device."""
    by = recorded["trainer"] + " on " + recorded["device"]
    return {
        str(name): round(float(took) / 3600, 2) for name, took in recorded["took"].groupby(by).sum().items()
    }


def _short(record: dict[str, Any], libraries: Sequence[str]) -> dict[str, Any]:
    """Return what of an environment's record stands in the card: the trainable's libraries among it."""
    named = dict.fromkeys(("torch", "numpy", "ray", "scikit-learn", *libraries))
    packages = {name: record["packages"].get(name) for name in named}
    return {key: record[key] for key in ("python", "platform", "cpu", "cpus", "gpu", "git")} | packages


def _end_with_parent() -> None:
    """End this process when its parent is gone; a killed parent would leave it behind."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _train(recording: RecordingSpec, options: RecordingOptions, block: Block) -> tuple[list[Curve], float]:
    """Return a block's curves and the seconds that they took."""
    import torch

    torch.set_num_threads(1)
    configs = _design(recording).configs
    trainer = _trainer(recording, options, block.seed)
    start = time.perf_counter()
    curves = trainer.train([configs[i] for i in block.configs], recording.epochs)
    return curves, time.perf_counter() - start


@cache
def _trainer(recording: RecordingSpec, options: RecordingOptions, seed: int) -> BlockTrainer:
    name = recording.trainable
    session = Session(name, seed, options.device, _arrays(recording, options), "recorded")
    return block_trainer(TRAINABLES[name], session, one_by_one=options.one_by_one)


@cache
def _arrays(recording: RecordingSpec, options: RecordingOptions) -> Any:
    return TRAINABLES[recording.trainable].load(recording.data, recording.train_size, options.data_dir)


@cache
def _design(recording: RecordingSpec) -> Design:
    return design(recording.trainable, TRAINABLES[recording.trainable].space(), recording.configs)
