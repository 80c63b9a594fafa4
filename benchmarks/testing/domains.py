"""Search spaces of the contract tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.spaces.membership import inside, outside

__all__ = ["CONDITIONAL", "NESTED", "ODD", "SPACES", "Space", "inside", "outside"]

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
