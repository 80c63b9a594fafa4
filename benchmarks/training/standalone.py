"""Class trainables outside of Tune, to time an epoch or test a model without a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.suite.session import Session
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.training.trained import EpochSeeding, seeded


def standalone(spec: TrainableSpec, config: Mapping[str, Any], session: Session) -> Any:
    """Return an instance of a class trainable that is set up and ready to ``step``, seeded as under Tune.

    ``Trainable.__init__`` is passed over, because it makes folders in the user's home.
    """

    class Standalone(seeded(spec.target, EpochSeeding.of(spec, session))):  # type: ignore[misc]
        """Counts its epochs itself, as Tune would."""

        def step(self) -> Any:
            result = super().step()
            self._iteration += 1
            return result

    trial = Standalone.__new__(Standalone)
    trial.config, trial._iteration, trial._trial_info = dict(config), 0, None
    trial.setup(dict(config), session=session)
    return trial
