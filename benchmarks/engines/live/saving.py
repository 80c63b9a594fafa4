"""Checkpoints that trainers have saved, kept in the curve store or removed."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.pool import Lesson
from benchmarks.engines.live.trainer import TrainingReport, TrainingTask
from benchmarks.training.reports import number


def keep_checkpoint(store: CurveStore, lesson: Lesson, task: TrainingTask, report: TrainingReport) -> None:
    """Keep the checkpoint of a task whose epoch is in the store; remove the folder if nothing was saved."""
    if report.saved:
        store.keep_checkpoint(task.curve.key, task.epoch, Path(task.save_to), is_record(store, lesson, task))
    elif task.save_to:
        shutil.rmtree(task.save_to, ignore_errors=True)


def is_record(store: CurveStore, lesson: Lesson, task: TrainingTask) -> bool:
    """Return whether an epoch is better than all before it in its curve; NaN and infinity count for none."""
    sign = 1.0 if lesson.larger else -1.0
    known = store.epochs(task.curve.key)
    values = [(one.epoch, number(one.report.get(lesson.metric))) for one in known if one.epoch <= task.epoch]
    finite = {epoch: sign * value for epoch, value in values if value is not None and math.isfinite(value)}
    value = finite.pop(task.epoch, None)
    return value is not None and all(value > other for other in finite.values())
