"""Facts of an experiment's parts that are stored with it, so that readers of results know no names."""

from __future__ import annotations

import json

from benchmarks.suite.experiment import Experiment
from benchmarks.suite.part_caches import cached_of_parts
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Capability

#: What every experiment runs on.
_CORE = ("tunegrid", "ray", "numpy", "scipy")


def facts(experiment: Experiment) -> dict[str, bool | str]:
    """Return the columns of the experiments table that describe its parts."""
    return dict(_facts(experiment.trainable, experiment.searcher, experiment.scheduler))


@cached_of_parts
def _facts(trainable: str, searcher: str, scheduler: str) -> dict[str, bool | str]:
    if trainable not in TRAINABLES or searcher not in SEARCHERS or scheduler not in SCHEDULERS:
        return {}  # a part that is not registered any more; the experiment's status says so
    parts = (TRAINABLES[trainable], SEARCHERS[searcher], SCHEDULERS[scheduler])
    needed = {name for part in parts for name in part.requires}
    return {
        "searcher_learns": SEARCHERS[searcher].learns,
        "searcher_base": SEARCHERS[searcher].base,
        "searcher_nested_in": SEARCHERS[searcher].nested_in,
        "scheduler_trains_all": Capability.EVERY_EPOCH in SCHEDULERS[scheduler].provides,
        "packages": " ".join([*_CORE, *sorted(needed.difference(_CORE), key=str.lower)]),
        "searcher_options": json.dumps(SEARCHERS[searcher].option_values(), sort_keys=True),
        "scheduler_options": json.dumps(SCHEDULERS[scheduler].option_values(), sort_keys=True),
    }
