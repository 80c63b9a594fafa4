"""A plug-in of trainables that each misbehave in one place and one way, and a good neighbour of each.

They are called ``trainable-PLACE-HOW``; ``NAMES`` and the neighbours' names follow from one table.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calm import FIELDS, Calm, CalmCurves, score
from misdeeds import ACTS, FEW, strike, trace
from ray import tune

from benchmarks.curves.model import Epoch, Place
from benchmarks.suite.registry import trainable

#: What an epoch reports in place of the right thing; each is a fault of its value.
REPORTS: dict[str, Any] = {
    "nan": {"score": math.nan},
    "inf": {"score": math.inf},
    "text": {"score": "good"},
    "object": {"score": object()},
    "complex": {"score": 1j},
    "giant": {"score": 10**400},
    "none": None,
    "number": 42,
    "empty": {},
    "other": {"accuracy": 0.5},
    "keys": {"score": 0.5, 7: 1.0, None: 2.0},
    "surrogate": {"score": 0.5, "\ud800": 1.0},
    "columns": {"score": 0.5, "key": 1.0, "config/x": 2.0, "trial_id": 3.0, "cost": 4.0, "epoch": 5.0},
}
#: What may stand in the place of a trainable's other answers.
ANSWERS: dict[str, Any] = {"none": None, "number": 42, "nan": {"test_score": math.nan}}

#: The places of a class trainable -> the ways in which it misbehaves there.
REAL = {
    "prepare": FEW,
    "setup": tuple(ACTS),
    "step": (*ACTS, *REPORTS),
    "save": (*FEW, "number"),
    "load": FEW,
    "reset": (*FEW, "number"),
    "test": (*FEW, *ANSWERS),
    "cleanup": FEW,
    "function": (*FEW, *REPORTS),
}
#: The places of a curve model, which the virtual engine asks.
CURVES = {"model": FEW, "start": tuple(ACTS), "curve": (*ACTS, *REPORTS, "epoch", "cost", "backwards")}
PLACES = {"tune": REAL, "virtual": CURVES}
#: Places that are only reached by trials that go on from a checkpoint.
RESUMING = ("load",)


def names(engine: str) -> list[str]:
    """Return the names of all faults on an engine."""
    return [f"trainable-{place}-{how}" for place, hows in PLACES[engine].items() for how in hows]


def neighbour(name: str) -> str:
    """Return the name of the good trainable that runs after a bad one."""
    return f"{name}-neighbour"


class Misbehaving:
    """What misbehaves in one place and one way."""

    place = how = ""

    def misbehave(self, place: str) -> bool:
        """Commit the fault if this is its place; tell whether an answer is to be wrong."""
        if place != self.place:
            return False
        name = f"trainable-{place}-{self.how}"
        if self.how in ACTS:
            strike(name, self.how)
        trace(name)
        return True


class Bad(Misbehaving, Calm):
    """A trial that misbehaves."""

    @classmethod
    def prepare(cls, session: Any) -> None:
        if cls.place == "prepare":
            strike(f"trainable-prepare-{cls.how}", cls.how)

    def setup(self, config: dict[str, Any], session: Any) -> None:
        super().setup(config, session)
        self.misbehave("setup")

    def step(self) -> Any:
        result = super().step()
        return REPORTS[self.how] if self.misbehave("step") else result

    def save_checkpoint(self, checkpoint_dir: str) -> Any:
        if self.misbehave("save"):
            return 42
        Path(checkpoint_dir, "state.json").write_text(json.dumps({"epoch": self.epoch}))
        return None

    def load_checkpoint(self, checkpoint: str) -> None:
        self.misbehave("load")
        super().load_checkpoint(checkpoint)

    def reset_config(self, new_config: dict[str, Any]) -> Any:
        return 42 if self.misbehave("reset") else super().reset_config(new_config)

    def test(self) -> Any:
        return ANSWERS[self.how] if self.misbehave("test") else super().test()

    def cleanup(self) -> None:
        self.misbehave("cleanup")


class BadCurves(Misbehaving, CalmCurves):
    """Curves that misbehave."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.misbehave("model")

    def start(self, config: Mapping[str, Any]) -> int:
        self.misbehave("start")
        return super().start(config)

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Any:
        epoch = super().step(state, config, cpus)
        if not self.misbehave("curve"):
            return epoch
        wrong = {"epoch": None, "cost": epoch._replace(cost=math.nan), "backwards": epoch._replace(cost=-5.0)}
        return wrong[self.how] if self.how in wrong else Epoch(state + 1, REPORTS[self.how], 1.0)


def _function(how: str) -> Any:
    def bad(config: dict[str, Any], session: Any) -> None:
        tune.report({"score": score(config, 1)})
        if how in ACTS:
            strike(f"trainable-function-{how}", how)
        trace(f"trainable-function-{how}")
        tune.report(REPORTS[how])

    return bad


def _register() -> None:
    for engine, places in PLACES.items():
        for place, hows in places.items():
            for how in hows:
                name, own = f"trainable-{place}-{how}", {"place": place, "how": how, "__module__": __name__}
                fields = FIELDS | {"seeds_of": "calm", "test_metric": "test_score"}
                if place == "function":
                    fields |= {"curves": None, "provides": frozenset(), "mutable": (), "test_metric": None}
                target = _function(how) if place == "function" else type(name, (Bad,), own)
                if engine == "virtual":
                    fields |= {"curves": type(f"{name}-curves", (BadCurves,), own)}
                trainable(name, "misbehaves", **fields)(target)
                good = type(neighbour(name), (Calm,), {"__module__": __name__})
                trainable(neighbour(name), "a good neighbour", **fields | {"curves": CalmCurves})(good)


_register()
