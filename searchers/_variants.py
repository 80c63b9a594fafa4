"""Tune's own variant generator, with configurations to begin with."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from ray import tune
from ray.tune.search import BasicVariantGenerator

from benchmarks.spaces.sampling import drawable


class Variants(BasicVariantGenerator):
    """BasicVariantGenerator whose first trials have the configurations ``first``.

    Ray's ``points_to_evaluate`` does the same by overwriting single values, and fails with a TypeError where
    the space has a condition.  Tune's sampler also fails on some bounds, which
    ``spaces.sampling`` mends.  The number of undecided trials is not limited: neither random nor grid
    search learns, so that a limit would change nothing.
    """

    def __init__(self, first: Sequence[Mapping[str, Any]], seed: int) -> None:
        super().__init__(random_state=seed)
        self._first = [dict(config) for config in first]

    def add_configurations(self, experiments: Any) -> None:
        [experiment] = experiments if isinstance(experiments, list) else [experiments]
        rest = experiment.spec["num_samples"] - len(self._first)
        parts = [_part(experiment, config, 1) for config in self._first]
        if rest > 0:
            parts.append(_part(experiment, drawable(experiment.spec["config"]), rest))
        super().add_configurations(parts)


def _part(experiment: tune.Experiment, config: Mapping[str, Any], samples: int) -> tune.Experiment:
    part = copy.copy(experiment)
    part.spec = experiment.spec | {"config": dict(config), "num_samples": samples}
    return part
