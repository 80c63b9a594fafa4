"""Evaluation of classifiers, shared by all trainers."""

from __future__ import annotations

import math

EVALUATION_BATCH = 500  # examples whose scores are computed at once


def finite(value: float) -> float:
    """Return a value, or NaN for an infinite one."""
    return value if math.isfinite(value) else math.nan
