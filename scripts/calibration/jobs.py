"""Measurements of calibration as jobs: on several processes, and kept, so that an ended run goes on."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scripts.calibration import best, intervals, planning
from scripts.calibration.best import BestCalibration, Setting
from scripts.calibration.intervals import Coverage
from scripts.calibration.planning import PlannedPower

#: The code that measurements depend on: what another version of it has measured is measured again.
SOURCES = (Path("results/statistics"), Path("scripts/calibration"))


class Job(NamedTuple):
    """One measurement.

    Attributes:
        kind: one of ``KINDS``.
        arguments: of its function, before the number of grids.
        count: of grids, pilots or samples.
        seed: of the generator.
    """

    kind: str
    arguments: tuple[Any, ...]
    count: int
    seed: int


KINDS: dict[str, tuple[Callable[..., Any], type[Any]]] = {
    "best": (best.measure, BestCalibration),
    "power": (planning.measure, PlannedPower),
    "coverage": (intervals.measure, Coverage),
}


def run(jobs: Sequence[Job], folder: Path, processes: int) -> Iterator[Any]:
    """Yield what each job measures, in their order; what ``folder`` holds already is read from there."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(_kept, jobs, repeat(folder / _version()))


def _kept(job: Job, stem: Path) -> Any:
    measure, result = KINDS[job.kind]
    name = hashlib.sha256(repr(job).encode()).hexdigest()[:16]
    path = stem.with_name(f"{stem.name}-{name}.json")
    if not path.exists():
        found = measure(*job.arguments, job.count, np.random.default_rng(job.seed))
        partial = path.with_suffix(".partial")
        partial.write_text(
            json.dumps({key: np.asarray(value).tolist() for key, value in found._asdict().items()})
        )
        partial.replace(path)
        gap = f": gap {found.gap:.3f}" if isinstance(found, BestCalibration) else ""
        print(f"{job.kind} {' '.join(map(str, _flat(job.arguments)))}{gap}", file=sys.stderr, flush=True)
    values = json.loads(path.read_text())
    return result(
        **{key: np.array(value) if isinstance(value, list) else value for key, value in values.items()}
    )


def _flat(arguments: tuple[Any, ...]) -> Iterator[Any]:
    for one in arguments:
        yield from one if isinstance(one, Setting) else (one,)


def _version() -> str:
    """Return a hash of the code that measures and is measured."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted(folder.glob("*.py")):
            if path.name != "page.py":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
