"""Trained epochs and the heads of their curves: what a curve store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TrainedEpoch:
    """One epoch of a real training.

    Attributes:
        epoch: counted from 1 in the trial; a branch of a population starts behind its parent's epoch.
        report: what the trainable reported, as ``benchmarks.training.reports.plain`` gives it.  Floats are
            kept bit by bit, NaN and infinities too, and so are the other values of JSON (a tuple becomes a
            list); what JSON has no form for (``Foreign``, arrays, bytes, sets, NumPy's scalars) is kept as
            its text.
        seconds: wall seconds of the training of this epoch.
        processor_seconds: of all its threads.
        busy: share of the machine's processors that was busy meanwhile, 0 to 1; NaN if unknown.
        failure: why this epoch failed, in one line.  The curve ends here then, and the report is empty.
        test: test metrics of the model after this epoch; None if they were not measured.
    """

    epoch: int
    report: Mapping[str, Any]
    seconds: float
    processor_seconds: float
    busy: float
    failure: str = ""
    test: Mapping[str, float] | None = None


@dataclass(frozen=True)
class CurveHead:
    """What is written once for a curve.

    Attributes:
        key: of the curve, 20 hexadecimal digits.
        subject: 16 hexadecimal digits: the trainable's version, its space, its data, the environment of
            numerics and the device.
        repetition: whose seeds it has.
        config: the configuration as canonical JSON.
        cpus: that its training had.
        parent: the key of the curve from whose checkpoint it was continued; "" for none.
        branch: epochs of the parent behind it; its own first epoch is the next one.
    """

    key: str
    subject: str
    repetition: int
    config: str
    cpus: float
    parent: str = ""
    branch: int = 0
