"""Tune's search generator with the same trial ids in every run."""

from __future__ import annotations

import copy
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.experiment.config_parser import _create_trial_from_spec
from ray.tune.search import Searcher, SearchGenerator
from ray.tune.search.variant_generator import _resolve_nested_dict, format_vars
from ray.tune.utils import flatten_dict, merge_dicts


class CountedSearch(SearchGenerator):
    """``SearchGenerator`` that counts its trials instead of drawing names for them.

    A trial's name reaches its searcher, its folder and, through dictionaries, the order of things.
    """

    def create_trial_if_possible(self, experiment_spec: dict[str, Any]) -> Trial | None:
        trial_id = f"trial_{self._counter:06d}"
        config: Any = self.searcher.suggest(trial_id)
        if config == Searcher.FINISHED:
            self._finished = True
            return None
        if config is None:
            return None
        spec = copy.deepcopy(experiment_spec)
        spec["config"] = merge_dicts(spec["config"], copy.deepcopy(config))
        self._counter += 1
        tag = f"{self._counter}_{format_vars(_resolve_nested_dict(spec['config']))}"
        trial: Trial = _create_trial_from_spec(
            spec, self._parser, evaluated_params=flatten_dict(config), experiment_tag=tag, trial_id=trial_id
        )
        return trial
