"""Sample sizes as plain data."""

from __future__ import annotations

import math
from typing import Any

from results.compare.comparison import Comparison
from results.compare.units import examples_val, point
from results.statistics.planning import Plan


def as_data(comparison: Comparison, planned: Plan) -> dict[str, Any]:
    """Return the same as plain data; None for what is infinite, or more than ``MOST``."""
    plain = {name: value if value != math.inf else None for name, value in planned._asdict().items()}
    metric_of_a_point = point(comparison.experiments)
    unit = {
        "metric": comparison.metric,
        "metric_of_a_point": metric_of_a_point if math.isfinite(metric_of_a_point) else None,
        "examples_val": examples_val(comparison.experiments),
    }
    return {"setting": comparison.slug, **unit, **plain}
