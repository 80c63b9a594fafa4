"""Seeds of an epoch, for frameworks that have a loop of their own.

A trial that goes on from a checkpoint builds its model and its loop anew, which draws.  A framework's hook at
the beginning of an epoch calls ``seed_epoch``, so that what the epoch draws does not depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.core.seeding import seed_generators, trial_seed
from benchmarks.suite.session import Session


def seed_epoch(session: Session, config: Mapping[str, Any], epoch: int) -> int:
    """Seed the global generators of ``random``, ``numpy`` and ``torch`` for an epoch, and return the seed.

    Args:
        session: of the trial.
        config: its hyperparameters.
        epoch: from 0.

    >>> import random
    >>> import tunegrid as tg
    >>> session = tg.Session("mine", 0, "cpu", {}, "")
    >>> seed = tg.seed_epoch(session, {"lr": 0.1}, 3)
    >>> first = random.random()
    >>> tg.seed_epoch(session, {"lr": 0.1}, 3) == seed and random.random() == first
    True
    """
    seed = trial_seed(session.trainable, session.repetition, config, "global", epoch)
    seed_generators(seed, gpu=session.device == "gpu")
    return seed
