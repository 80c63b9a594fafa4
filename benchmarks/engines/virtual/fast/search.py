"""Trials of a search made by a trial factory, for Tune's two kinds of search."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.search import BasicVariantGenerator
from ray.tune.search.sample import Categorical, Domain, Function
from ray.tune.utils import flatten_dict, merge_dicts

from benchmarks.engines.ray_internals import (
    TrialIterator,
    assign_value,
    flatten_resolved_vars,
    parse_spec_vars,
)
from benchmarks.engines.virtual.fast.trials import TrialFactory
from benchmarks.engines.virtual.search import CountedSearch, trial_id


def use_trial_factory(search: Any, spec: dict[str, Any]) -> None:
    """Let a search to which the experiment has been added make its trials by a ``TrialFactory``."""
    factory = TrialFactory(spec)
    if isinstance(search, CountedSearch):

        def make(experiment_spec: dict[str, Any], name: str, config: dict[str, Any]) -> Trial:
            merged = merge_dicts(copy.deepcopy(experiment_spec["config"]), copy.deepcopy(config))
            return factory(search._counter, name, merged, flatten_dict(config))

        search.make = make  # type: ignore[method-assign]  # of this instance
    elif isinstance(search, BasicVariantGenerator):
        trials: Any = itertools.chain.from_iterable(variants(part, factory) for part in search._iterators)
        search._trial_generator = trials


def variants(iterator: TrialIterator, factory: TrialFactory) -> Iterator[Trial]:
    """Yield the trials of an iterator of variants, with the same draws in the same order.

    Tune copies and searches the whole specification several times for each sample.
    """

    def create(resolved: dict[tuple[Any, ...], Any], spec: dict[str, Any]) -> Trial:
        number, iterator.counter = iterator.counter, iterator.counter + 1
        return factory(number, trial_id(number), spec["config"], flatten_resolved_vars(resolved))

    spec = iterator.unresolved_spec
    iterator.unresolved_spec = {"run": spec["run"], "config": spec["config"]}
    iterator.create_trial = create  # type: ignore[method-assign]  # of this instance
    _, domains, grid = parse_spec_vars({"config": spec["config"]})
    if grid or iterator.points_to_evaluate or not all(is_independent(domain) for _, domain in domains):
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


def is_independent(domain: Domain) -> bool:
    """Return whether a domain is sampled without others, and gives a value instead of another space."""
    if isinstance(domain, Categorical):
        return not any(isinstance(value, dict | list | tuple | Domain) for value in domain.categories)
    return not isinstance(domain, Function)
