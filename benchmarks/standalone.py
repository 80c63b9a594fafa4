"""A class trainable outside Tune: to time an epoch, to test a model, without a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.session import Session


def standalone(target: Any, config: Mapping[str, Any], session: Session) -> Any:
    """Return an instance of a class trainable that is set up and ready to ``step``.

    ``Trainable.__init__`` is passed over, because it makes folders in the user's home.
    """
    trial = target.__new__(target)
    trial.config, trial._iteration, trial._trial_info = dict(config), 0, None
    trial.setup(dict(config), session=session)
    return trial
