"""Worker speeds and faults: stragglers, drop-outs, pre-emptions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.core.seeding import derive


@dataclass(frozen=True)
class Workers:
    """Differences of workers from the ideal: the simulations of the ASHA paper (arXiv 1810.05934, appendix).

    Attributes:
        count: trials that may train at the same time, one CPU each.
        stragglers: sigma; each epoch takes 1 + |z| times as long, z normal with this standard deviation.
        drop_outs: probability, in each second of training, that the epoch is lost and its actor with it.
        preemptions: probability, in each second, that the worker is taken away; it comes back after
            ``away`` seconds.
        speeds: the workers' speeds, repeated in turn; 1 is the speed of the curves.
    """

    count: int
    stragglers: float = 0.0
    drop_outs: float = 0.0
    preemptions: float = 0.0
    away: float = 60.0
    speeds: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class EpochOutcome:
    """One epoch: the factor on its duration, and the seconds after which it is lost."""

    factor: float = 1.0
    dropped: float = math.inf
    preempted: float = math.inf


IDEAL_OUTCOME = EpochOutcome()


class FaultModel:
    """Decides the outcome of every epoch, from the seed and the epoch alone.

    Two schedulers that train the same epoch of the same trial at different times meet the same straggler.
    """

    def __init__(self, workers: Workers, seed: int) -> None:
        self.workers, self._seed = workers, seed
        self._attempts: Counter[tuple[str, int]] = Counter()
        self.ideal = not (workers.stragglers or workers.drop_outs or workers.preemptions)

    def speed(self, worker: int) -> float:
        """Return the speed of a worker, counted from 0."""
        return self.workers.speeds[worker % len(self.workers.speeds)]

    def epoch_outcome(self, trial_id: str, config: Mapping[str, object], epoch: int) -> EpochOutcome:
        """Return the outcome of an attempt at an epoch of this trial; each attempt has its own."""
        if self.ideal:
            return IDEAL_OUTCOME
        w = self.workers
        self._attempts[trial_id, epoch] += 1
        parts = self._seed, dict(config), epoch, self._attempts[trial_id, epoch]
        generator = np.random.default_rng(derive("fate", *parts))
        z, dropped, preempted = generator.standard_normal(), *generator.random(2)
        return EpochOutcome(
            1 + abs(z) * w.stragglers, _seconds(dropped, w.drop_outs), _seconds(preempted, w.preemptions)
        )


def _seconds(uniform: float, per_second: float) -> float:
    """Return the time of an event that has this probability in each second."""
    if per_second <= 0:
        return math.inf
    if per_second >= 1:
        return 0.0
    return math.log1p(-uniform) / math.log1p(-per_second)
