"""``--recost N``: epochs of known curves trained again, one at a time, for their seconds."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.core.guard import PluginError, guarded
from benchmarks.core.seeding import derive
from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.known import KnownCurves
from benchmarks.curves.live.lineage import Subject
from benchmarks.curves.live.reading import read
from benchmarks.curves.live.seconds import Recost, keep
from benchmarks.engines.live.living import LivingTraining
from benchmarks.engines.ray.pool import resources_of_trial
from benchmarks.execution.content import content_of
from benchmarks.execution.loading import Loaded, data_needed
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.training.reports import reporting
from benchmarks.training.trained import as_tune_takes_it
from results.machine import processor_ticks

#: Epochs of a curve that are trained again; the first one may load more.
EACH = 2
#: Share of the machine's processors that may be busy with something else.
MOST_BESIDE = 0.15


def recost(
    folder: Path, experiments: Iterable[Experiment], loaded: Loaded, epochs: int, patience: float
) -> list[Recost]:
    """Train epochs of each trainable again, keep the factors in the folder, and return them.

    Args:
        folder: of curves.
        experiments: whose trainables are measured.
        loaded: their data.
        epochs: of each trainable, about.
        patience: the most seconds for one of the trainings.

    Raises:
        Misuse: if the folder has no curves of them, a training fails, or the machine is busy otherwise.
    """
    curves = read(folder, []) if folder.is_dir() else None
    subjects: dict[Subject, Experiment] = {}
    for e in experiments:
        if data_needed(e) in loaded:
            content = content_of(e.trainable, loaded[data_needed(e)][1])
            subjects.setdefault(Subject(e.trainable, content, e.device, e.gpus_per_trial, 0), e)
    measured: dict[str, Recost] = {}
    for subject, experiment in subjects.items():
        known = _candidates(curves, subject.key) if curves is not None else []
        if known:
            arrays = loaded[data_needed(experiment)]
            measured[subject.key] = _measured(subject, known, *arrays, epochs, patience)
    if not measured:
        raise Misuse(
            f"--recost: {folder} has no curves of these trainables; give --curves the folder of a run"
        )
    keep(folder, measured)
    return list(measured.values())


_Known = tuple[CurveHead, Sequence[TrainedEpoch]]


def _candidates(curves: KnownCurves, subject: str) -> list[_Known]:
    """Return the curves of a subject that begin at the start, on one CPU, with their first epochs."""
    heads = [h for h in curves.heads.values() if (h.subject, h.parent, h.cpus) == (subject, "", 1.0)]
    known = [(head, curves.trained(head.key)[:EACH]) for head in sorted(heads, key=lambda head: head.key)]
    return [(head, epochs) for head, epochs in known if epochs and not any(e.failure for e in epochs)]


def _measured(
    subject: Subject,
    known: Sequence[_Known],
    arrays: Mapping[str, object],
    data_key: str,
    epochs: int,
    patience: float,
) -> Recost:
    """Train the first epochs of a sample of curves again, and compare the seconds."""
    count = min(len(known), -(-epochs // EACH))
    chosen = np.random.default_rng(derive("recost", subject.key)).choice(len(known), count, replace=False)
    ratios: list[float] = []
    before, after = 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="trainings-") as folder:
        _again(subject, known[chosen[0]], arrays, data_key, Path(folder), patience)  # which loads libraries
        beside = Beside()
        for index in chosen:
            stored = known[index][1]
            seconds = _again(subject, known[index], arrays, data_key, Path(folder), patience)
            ratios += [now / then.seconds for now, then in zip(seconds, stored, strict=True) if then.seconds]
            before += sum(epoch.seconds for epoch in stored)
            after += sum(seconds)
    if (share := beside.share()) > MOST_BESIDE:
        raise Misuse(
            f"--recost: {share:.0%} of the machine's processors were busy with something else, so that its "
            "seconds would be no better; wait until the machine is idle"
        )
    return Recost(subject.trainable, after / before, len(ratios), min(ratios), max(ratios))


def _again(
    subject: Subject,
    known: _Known,
    arrays: Mapping[str, object],
    data_key: str,
    folder: Path,
    patience: float,
) -> list[float]:
    """Train the first epochs of a curve again; return the seconds of each."""
    head, epochs = known
    spec = TRAINABLES[subject.trainable]
    device: Any = subject.device
    session = Session(subject.trainable, head.repetition, device, arrays, data_key)

    def train() -> list[float]:
        if hasattr(spec.target, "prepare"):
            spec.target.prepare(session)
        trainable = reporting(as_tune_takes_it(spec, session))
        resources = {**resources_of_trial(subject.gpus), "CPU": head.cpus}
        training = LivingTraining(trainable, json.loads(head.config), resources, head.key, folder)
        try:
            return [training.train(None).seconds for _ in epochs]
        finally:
            training.end()

    here = Path.cwd()
    try:
        return guarded(train, f"training {subject.trainable} again", patience)
    except PluginError as error:
        raise Misuse(f"--recost: {error}") from error
    finally:
        os.chdir(here)


class Beside:
    """Share of the machine's processors that are busy with something else than this process."""

    def __init__(self) -> None:
        self._ticks, self._own, self._began = processor_ticks(), time.process_time(), time.monotonic()

    def share(self) -> float:
        """Return the share, 0 to 1; 0 where the system does not tell."""
        busy, total = (now - then for now, then in zip(processor_ticks(), self._ticks, strict=True))
        if not total > 0:
            return 0.0
        mine = (time.process_time() - self._own) / (time.monotonic() - self._began) / (os.cpu_count() or 1)
        return max(0.0, busy / total - mine)
