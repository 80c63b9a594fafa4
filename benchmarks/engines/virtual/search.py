"""Tune's search generators with the same trial ids in every run."""

from __future__ import annotations

import copy
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.search import BasicVariantGenerator, Searcher, SearchGenerator
from ray.tune.utils import flatten_dict, merge_dicts

from benchmarks.engines.ray_internals import create_trial_from_spec, format_vars, resolve_nested_dict

PREFIX = "trial_"


def trial_id(number: int) -> str:
    """Return the name of a trial, counted from 0, as Tune would from this prefix.

    The searcher sees it, and it decides the order of dictionaries.
    """
    return f"{PREFIX}{number:05d}"


class CountedSearch(SearchGenerator):
    """``SearchGenerator`` that counts its trials instead of drawing names for them."""

    def create_trial_if_possible(self, experiment_spec: dict[str, Any]) -> Trial | None:
        name = trial_id(self._counter)
        config: Any = self.searcher.suggest(name)
        if config == Searcher.FINISHED:
            self._finished = True
            return None
        if config is None:
            return None
        self._counter += 1
        return self.make(experiment_spec, name, config)

    def make(self, experiment_spec: dict[str, Any], name: str, config: dict[str, Any]) -> Trial:
        """Return the trial with a configuration that the searcher chose."""
        spec = copy.deepcopy(experiment_spec)
        spec["config"] = merge_dicts(spec["config"], copy.deepcopy(config))
        tag = f"{self._counter}_{format_vars(resolve_nested_dict(spec['config']))}"
        trial: Trial = create_trial_from_spec(
            spec, self._parser, evaluated_params=flatten_dict(config), experiment_tag=tag, trial_id=name
        )
        return trial


def count_variants(search: BasicVariantGenerator) -> None:
    """Let a generator without trials yet count them; Tune would draw a random prefix for the run."""
    search._uuid_prefix = PREFIX
