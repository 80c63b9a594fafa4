"""Membership of a search space: validation of configurations, with the reason why one is outside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized

from benchmarks.core.refusal import nearest, shown
from benchmarks.spaces.categories import same
from benchmarks.spaces.domains import describe, kind, kinds


def inside(domain: Domain, value: Any) -> bool:
    """Return whether Tune itself could draw ``value``, of this type, from ``domain``."""
    if isinstance(domain, Categorical):
        return any(not outside(item, value) for item in domain.categories)
    if not isinstance(domain, Float | Integer) or kind(domain) == "other":
        return True  # it has no bounds: sample_from, randn
    sampler: Any = domain.get_sampler()  # type: ignore[no-untyped-call]
    step: Any = sampler.q if isinstance(sampler, Quantized) else None
    if isinstance(value, bool):
        return False
    if isinstance(domain, Integer):
        # Tune's integers exclude the upper bound, except with a step above 1.
        last = domain.upper - 1 if step in (None, 1) else domain.upper
        whole = isinstance(value, int | np.integer)
        return whole and domain.lower <= value <= last and int(value) % int(step or 1) == 0
    if not isinstance(value, float | np.floating) or not math.isfinite(value):
        return False
    value = float(value)
    # The error of arithmetic: 0.1 * 3 is more than 0.3, and an exponential more than its logarithm says.
    largest = 64 * math.ulp(max(abs(domain.lower), abs(domain.upper)))
    slack = min(largest, 1e-9 * domain.upper - 1e-9 * domain.lower) if step is None else largest
    steps = value / step if step else 0.0
    on_grid = abs(steps - round(steps)) <= max(1e-9, 4 * math.ulp(steps))
    below = min(slack, 1e-9 * domain.lower) if isinstance(sampler, LogUniform) else slack
    return on_grid and bool(domain.lower - below <= value <= domain.upper + slack)


def outside(space: Any, config: Any, path: str = "configuration") -> list[str]:
    """Return the errors of a configuration of ``space``, a sentence each.

    Values must lie in their domain and have its type, constants must be what they are, and there must be
    neither more nor fewer names.
    """
    if isinstance(space, Domain):
        return [] if inside(space, config) else [f"{path} is {config!r}, which its domain does not hold"]
    if isinstance(space, Mapping):
        if not isinstance(config, Mapping) or space.keys() != config.keys():
            return [f"{path} is {config!r}; its names should be {sorted(space)}"]
        return [wrong for key in space for wrong in outside(space[key], config[key], f"{path}[{key!r}]")]
    if isinstance(space, list) and kinds(space):
        if not isinstance(config, Sequence) or len(config) != len(space):
            return [f"{path} is {config!r}; it should have {len(space)} items"]
        return [wrong for i, part in enumerate(space) for wrong in outside(part, config[i], f"{path}[{i}]")]
    return [] if same(space, config) else [f"{path} is {config!r} and should be {space!r}"]


def why_no_value(space: Mapping[str, Any], name: str, value: Any) -> str:
    """Return why ``value`` is none of the hyperparameter of that name, a clause; "" if it is."""
    domain = space.get(name)
    if not isinstance(domain, Domain):
        return f"which is not a hyperparameter at the top of the space; {nearest(name, space)}"
    if kind(domain) == "conditional":
        return "which is a choice of dicts; name hyperparameters that have a value each"
    if not inside(domain, value):
        return f"whose value {shown(value)} is none of {describe(domain)}"
    return ""
