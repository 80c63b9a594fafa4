"""Two functions behind a switch, each with parameters that only it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.trainables import branin as two
from benchmarks.trainables import levy as three
from benchmarks.trainables._instances import Moved
from benchmarks.trainables._synthetic import task

MINIMUM = 0.0
PUBLISHED_BEST = {"scale": 1.0, "model": {"kind": "levy", "u": 1.0, "v": 1.0, "w": 1.0}}
HANDICAP = 5.0  # of Branin's minimum over Levy's: the branch that is better on average is the wrong one


def space() -> dict[str, Any]:
    levy = {name: tune.uniform(-10.0, 10.0) for name in ("u", "v", "w")}
    return {
        "scale": tune.loguniform(0.1, 10.0),
        "model": tune.choice([{"kind": "branin"} | two.space(), {"kind": "levy"} | levy]),
    }


def conditional(config: Mapping[str, Any]) -> float:
    """Return the value of the branch that is taken, and what the common parameter is off its best."""
    model, scale = config["model"], config["scale"]
    if model["kind"] == "branin":
        value = two.branin(model) - two.MINIMUM + HANDICAP
    else:
        value = three.at([model["u"], model["v"], model["w"]])
    off: float = (scale - 1) ** 2 / scale
    return value + off


INSTANCES = Moved("conditional", conditional, space(), PUBLISHED_BEST)
Trial = task(
    "conditional",
    "Branin's and Levy's function behind a switch, with learning curves; minimum 0",
    space=space,
    instances=INSTANCES,
    minimum=MINIMUM,
    start=200.0,
    scale=40.0,
    mutable=("scale",),
)
