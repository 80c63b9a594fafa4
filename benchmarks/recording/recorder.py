"""Records a design: blocks of configurations in processes of their own, each block a file as it is done."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.experiment import Device
from benchmarks.recording.costs import time_epochs
from benchmarks.recording.design import Design, design
from benchmarks.recording.shards import Asked, Shards
from benchmarks.recording.trainers import BlockTrainer, Curve, block_trainer, blocks
from benchmarks.registry import TRAINABLES
from benchmarks.seeding import canonical
from benchmarks.session import Session

TIMED = 48  # configurations whose epoch is timed
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class How:
    """How a recording is made; its curves do not depend on it, up to rounding."""

    device: Device = "cpu"
    jobs: int = 1
    at_once: int = 0  # configurations trained together, in whole blocks; never less than a block
    one_by_one: bool = False
    data_dir: str | None = None


@dataclass(frozen=True)
class Block:
    """What becomes a file: these configurations, by their index in the design, with one seed."""

    seed: int
    number: int
    configs: tuple[int, ...]
    bucket: str  # blocks of one bucket can be trained together


def plan(asked: Asked, how: How) -> tuple[str, list[Block]]:
    """Return the trainer's name and all blocks, one seed after the other."""
    trainer, configs = _trainer(asked, how, 0), _design(asked).configs
    found = blocks(trainer, configs, asked.block)
    buckets = [canonical(trainer.bucket(configs[members[0]])[0]) for members in found]
    return trainer.name, [
        Block(seed, number, tuple(members), bucket)
        for seed in range(asked.seeds)
        for number, (members, bucket) in enumerate(zip(found, buckets, strict=True))
    ]


def together(found: Sequence[Block], at_once: int) -> list[list[Block]]:
    """Return the blocks in order, joined where they have one seed and one bucket, up to ``at_once``
    configurations."""
    groups: list[list[Block]] = []
    for block in found:
        last = groups[-1] if groups else []
        size = len(block.configs) + sum(len(other.configs) for other in last)
        if last and size <= at_once and (last[0].seed, last[0].bucket) == (block.seed, block.bucket):
            last.append(block)
        else:
            groups.append([block])
    return groups


def record(shards: Shards, asked: Asked, how: How, report: Callable[[int, int, float], None]) -> None:
    """Train what is missing; ``report`` hears of (blocks done, blocks in all, epochs trained a second)."""
    trainer, all_blocks = plan(asked, how)
    missing = [block for block in all_blocks if not shards.path(block.seed, block.number).exists()]
    environment = provenance.write(
        shards.folder, provenance.record({asked.trainable: provenance.data_key(_arrays(asked, how))})
    )
    began, trained, done = time.monotonic(), 0, len(all_blocks) - len(missing)
    report(done, len(all_blocks), 0.0)
    for name in THREADS:  # for the processes, which read it when they start
        os.environ[name] = "1"
    # The files are written here, not in the processes: whoever is killed leaves no half of one.
    with ProcessPoolExecutor(how.jobs, get_context("spawn")) as pool:
        waiting = {pool.submit(_train, asked, how, group): group for group in together(missing, how.at_once)}
        try:
            for finished in as_completed(waiting):
                curves, seconds = finished.result()
                for block in waiting[finished]:
                    own = {index: curves[index] for index in block.configs}
                    share = seconds * len(own) / len(curves)
                    made = {"environment": environment, "trainer": trainer, "device": how.device}
                    shards.write(block.seed, block.number, own, made, share)
                done, trained = done + len(waiting[finished]), trained + asked.epochs * len(curves)
                report(done, len(all_blocks), trained / (time.monotonic() - began))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def finish(shards: Shards, asked: Asked, how: How) -> Path:
    """Make the table of a complete recording and return its folder."""
    from benchmarks.tables.build import build
    from benchmarks.tables.table import write

    spec, chosen = TRAINABLES[asked.trainable], _design(asked)
    indices = np.linspace(0, len(chosen.configs) - 1, min(TIMED, len(chosen.configs))).astype(int).tolist()

    def seconds() -> dict[str, float]:
        session = Session(spec.name, 0, "cpu", _arrays(asked, how), "recorded")
        times = time_epochs(spec, session, [chosen.configs[i] for i in indices])
        return dict(zip(map(str, indices), times, strict=True))

    timed = shards.note("seconds.json", seconds)
    recorded = shards.read()
    made = {
        "data": asked.data,
        "train_size": asked.train_size,
        "data_key": provenance.data_key(_arrays(asked, how)),
        "source": spec.source,
        "recorded_by": _hours(recorded),
        "corners": chosen.corners,
        "environments": {key: _short(record) for key, record in shards.environments().items()},
    }
    by_index = {int(index): value for index, value in timed.items()}
    table = build(spec, recorded, chosen.configs, chosen.corners, by_index, made)
    folder = shards.folder / "table"
    write(folder, table)
    return folder


def _hours(recorded: pd.DataFrame) -> dict[str, float]:
    """Return the hours of processes that each trainer took on each device."""
    by = recorded["trainer"] + " on " + recorded["device"]
    return {
        str(name): round(float(took) / 3600, 2) for name, took in recorded["took"].groupby(by).sum().items()
    }


def _short(record: dict[str, Any]) -> dict[str, Any]:
    packages = {name: record["packages"].get(name) for name in ("torch", "numpy", "ray", "scikit-learn")}
    return {key: record[key] for key in ("python", "platform", "cpu", "cpus", "gpu", "git")} | packages


def _train(asked: Asked, how: How, group: Sequence[Block]) -> tuple[dict[int, Curve], float]:
    """Return the curves of blocks of one seed and bucket, by configuration, and the seconds taken."""
    import torch

    torch.set_num_threads(1)
    configs, members = _design(asked).configs, [index for block in group for index in block.configs]
    trainer = _trainer(asked, how, group[0].seed)
    start = time.perf_counter()
    curves = trainer.train([configs[index] for index in members], asked.epochs)
    return dict(zip(members, curves, strict=True)), time.perf_counter() - start


@cache
def _trainer(asked: Asked, how: How, seed: int) -> BlockTrainer:
    name = asked.trainable
    session = Session(name, seed, how.device, _arrays(asked, how), "recorded")
    return block_trainer(TRAINABLES[name], session, one_by_one=how.one_by_one)


@cache
def _arrays(asked: Asked, how: How) -> Any:
    return TRAINABLES[asked.trainable].load(asked.data, asked.train_size, how.data_dir)


@cache
def _design(asked: Asked) -> Design:
    return design(asked.trainable, TRAINABLES[asked.trainable].space(), asked.configs)
