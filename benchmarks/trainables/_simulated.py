"""Simulated trainables: real Tune trainables that follow a curve model, for both engines."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, ClassVar

from ray import tune

from benchmarks.curves.model import CurveModel, Place, reported
from benchmarks.suite.session import Session

PACED = "paced"  # the data with which a trial takes as long as its curve says


class Simulated(tune.Trainable):
    """A trial that trains nothing and reports what its curve model says.

    With the data "paced" each epoch takes the seconds that the model says, else none; the array of that name
    holds how many real seconds one of the model's takes.
    """

    curves: ClassVar[Any]  # Callable[[Place], CurveModel]; a class, or a static method

    def setup(self, config: dict[str, Any], session: Session) -> None:  # type: ignore[override]
        arrays = session.arrays()
        self.model: CurveModel = type(self).curves(Place(session.trainable, session.repetition, arrays))
        self.pace = float(arrays.get(PACED, 0.0))
        self.state = self.model.start(config)

    def step(self) -> dict[str, float]:
        try:
            epoch = self.model.step(self.state, self.config, self.cpus())
        except Exception as error:
            self._pass(getattr(error, "cost", 0.0))
            raise
        self.state, _, cost = epoch
        self._pass(cost)
        return reported(epoch)

    def _pass(self, seconds: float) -> None:
        if self.pace:
            time.sleep(self.pace * seconds)

    def cpus(self) -> float:
        """Return the CPUs that Tune has granted this trial; 1 outside of Tune."""
        granted: Any = self.trial_resources
        return float(granted.required_resources["CPU"]) if self._trial_info else 1.0

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        Path(checkpoint_dir, "state.json").write_text(json.dumps(self.model.save(self.state)))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        self.state = self.model.restore(json.loads(Path(checkpoint, "state.json").read_text()))

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config = new_config
        self.state = self.model.start(new_config)
        return True
