"""Tune's search generators with the same trial ids in every run, and with trials that are quickly made."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.experiment.config_parser import _create_trial_from_spec
from ray.tune.search import BasicVariantGenerator, Searcher, SearchGenerator
from ray.tune.search.basic_variant import _TrialIterator
from ray.tune.search.sample import Categorical, Domain, Function
from ray.tune.search.variant_generator import (
    _flatten_resolved_vars,
    _resolve_nested_dict,
    assign_value,
    format_vars,
    parse_spec_vars,
)
from ray.tune.utils import flatten_dict, merge_dicts

from benchmarks.engines.virtual.trials import TrialMaker

PREFIX = "trial_"


def trial_id(number: int) -> str:
    """Return the name of a trial, counted from 0, as Tune would from this prefix.

    It reaches its searcher, its folder and, through dictionaries, the order of things.
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
        tag = f"{self._counter}_{format_vars(_resolve_nested_dict(spec['config']))}"
        trial: Trial = _create_trial_from_spec(
            spec, self._parser, evaluated_params=flatten_dict(config), experiment_tag=tag, trial_id=name
        )
        return trial


def count_variants(search: BasicVariantGenerator) -> None:
    """Let a generator that has given nothing count its trials; Tune would draw a name for the run."""
    search._uuid_prefix = PREFIX


def hasten(search: Any, spec: dict[str, Any]) -> None:
    """Let a search, to which the experiment has been added, make its trials with a ``TrialMaker``."""
    maker = TrialMaker(spec)
    if isinstance(search, CountedSearch):

        def make(experiment_spec: dict[str, Any], name: str, config: dict[str, Any]) -> Trial:
            merged = merge_dicts(copy.deepcopy(experiment_spec["config"]), copy.deepcopy(config))
            return maker(search._counter, name, merged, flatten_dict(config))

        search.make = make  # type: ignore[method-assign]  # of this instance
    elif isinstance(search, BasicVariantGenerator):
        trials: Any = itertools.chain.from_iterable(variants(part, maker) for part in search._iterators)
        search._trial_generator = trials


def variants(iterator: _TrialIterator, maker: TrialMaker) -> Iterator[Trial]:
    """Yield the trials of an iterator of variants, with the same draws in the same order.

    Tune copies and searches the whole specification several times for each sample.
    """

    def create(resolved: dict[tuple[Any, ...], Any], spec: dict[str, Any]) -> Trial:
        number, iterator.counter = iterator.counter, iterator.counter + 1
        return maker(number, trial_id(number), spec["config"], _flatten_resolved_vars(resolved))

    spec = iterator.unresolved_spec
    iterator.unresolved_spec = {"run": spec["run"], "config": spec["config"]}
    iterator.create_trial = create  # type: ignore[method-assign]  # of this instance
    _, domains, grid = parse_spec_vars({"config": spec["config"]})
    if grid or iterator.points_to_evaluate or not all(alone(domain) for _, domain in domains):
        yield from iterator
        return
    blank = copy.deepcopy({"config": spec["config"]})
    for path, _ in domains:
        assign_value(blank, path, None)
    for _ in range(iterator.num_samples_left):
        sample, resolved = copy.deepcopy(blank), {}
        for path, domain in domains:
            resolved[path] = domain.sample(random_state=iterator.random_state)
            assign_value(sample, path, resolved[path])
        yield create(resolved, sample)


def alone(domain: Domain) -> bool:
    """Can a domain be sampled without looking at others, and does it give a value, not another space?"""
    if isinstance(domain, Categorical):
        return not any(isinstance(value, dict | list | tuple | Domain) for value in domain.categories)
    return not isinstance(domain, Function)
