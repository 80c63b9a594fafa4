"""Search spaces to test with, and what is wrong with a configuration of a space."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ray import tune
from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized

from benchmarks.categories import same
from benchmarks.space import kinds

Space = Mapping[str, Any]

_BESIDE: Space = {"lr": tune.loguniform(1e-4, 1), "momentum": tune.uniform(0, 0.9)}

#: Domains inside of dicts and lists.
NESTED: Space = {
    "lr": tune.loguniform(1e-4, 1),
    "net": {
        "width": tune.lograndint(8, 129),
        "activation": {"name": tune.choice(["relu", "tanh"]), "slope": 0.1},
        "layers": [{"dropout": tune.quniform(0, 0.5, 0.1)}, tune.randint(1, 5), 3],
    },
}
#: Domains that a configuration has or has not, as a choice between dicts decides.
CONDITIONAL: Space = {
    "batch_size": tune.choice([16, 32, 64]),
    "optimizer": tune.choice(
        [
            {"kind": "sgd", "lr": tune.loguniform(1e-4, 1), "momentum": tune.uniform(0, 0.99)},
            {"kind": "adam", "lr": tune.loguniform(1e-5, 0.1)},
            {"kind": "rprop"},
        ]
    ),
}
#: What searchers tend to get wrong: categories that are equal to Python, ranges that overflow or round away.
ODD: dict[str, Space] = {
    "equal categories": {
        "kind": tune.choice([1, 1.0, True, "1", None]),
        "flag": tune.choice([0, False, 0.5, -0.0]),
        "layers": tune.choice([[64], [64.0], (64,), [], {"width": 64}]),
        "twice": tune.choice(["a", "a", math.nan]),
        **_BESIDE,
    },
    "wide ranges": {
        "both": tune.loguniform(1e-200, 1e200),
        "tiny": tune.loguniform(1e-310, 1),
        "huge": tune.uniform(-1e308, 1e308),
        "steps": tune.quniform(0, 1e40, 1e38),
        "seed": tune.randint(0, 2**32),
        "long": tune.randint(0, 2**63 - 1),
        "scale": tune.lograndint(1, 2**62),
    },
    "narrow ranges": {
        "time": tune.uniform(1.7e9, 1.7e9 + 1e-3),
        "gamma": tune.uniform(0.9999999, 1.0),
        "log": tune.loguniform(1e5, 1e5 + 1e-6),
        "far": tune.randint(2**62, 2**62 + 10),
        **_BESIDE,
    },
}
#: A space of every kind that all searchers share; each has enough in it to choose from.
SPACES: dict[str, Space] = {
    "uniform": {"x": tune.uniform(-2, 3), **_BESIDE},
    "loguniform": {"x": tune.loguniform(1e-5, 10), **_BESIDE},
    "quniform": {"x": tune.quniform(0, 5, 0.25), **_BESIDE},
    "qloguniform": {"x": tune.qloguniform(0.5, 50, 0.5), **_BESIDE},
    "randint": {"x": tune.randint(-3, 4), **_BESIDE},
    "lograndint": {"x": tune.lograndint(1, 9), **_BESIDE},
    "qrandint": {"x": tune.qrandint(0, 30, 10), "off_its_grid": tune.qrandint(1, 11, 4), **_BESIDE},
    "qlograndint": {"x": tune.qlograndint(4, 64, 4), **_BESIDE},
    "strings": {"x": tune.choice(["a", "b", "c"]), **_BESIDE},
    "numbers": {"x": tune.choice([16, 32, 64]), "flag": tune.choice([True, False]), **_BESIDE},
    "one-element": {"x": tune.choice(["only"]), "whole": tune.randint(4, 5), **_BESIDE},
    "nested": NESTED,
    "conditional": CONDITIONAL,
    **ODD,
    "constants": {"depth": 3, "name": "net", "sizes": [64, 32], "nothing": None, **_BESIDE},
}


def inside(domain: Domain, value: Any) -> bool:
    """Is ``value`` one that Tune itself could draw from ``domain``, with the type that it would have?"""
    if isinstance(domain, Categorical):
        return any(not outside(item, value) for item in domain.categories)
    assert isinstance(domain, Float | Integer), f"{domain!r} has no bounds"
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
    # What arithmetic may add: 0.1 * 3 is more than 0.3, and an exponential more than its logarithm says.
    largest = 64 * math.ulp(max(abs(domain.lower), abs(domain.upper)))
    slack = min(largest, 1e-9 * domain.upper - 1e-9 * domain.lower) if step is None else largest
    steps = value / step if step else 0.0
    on_grid = abs(steps - round(steps)) <= max(1e-9, 4 * math.ulp(steps))
    below = min(slack, 1e-9 * domain.lower) if isinstance(sampler, LogUniform) else slack
    return on_grid and bool(domain.lower - below <= value <= domain.upper + slack)


def outside(space: Any, config: Any, path: str = "configuration") -> list[str]:
    """Return what is wrong with a configuration of ``space``, a sentence each; an empty list if nothing is.

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
