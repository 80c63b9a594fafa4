"""HyperOpt's algorithms with conditions and first configurations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from ray.tune.search.hyperopt import HyperOptSearch
from ray.tune.search.sample import Categorical

from benchmarks.spaces.domains import kind
from benchmarks.spaces.nodes import BRANCH, Values
from benchmarks.suite.registry import SearchPlan, SearchSetup
from searchers import adapt

#: The only adapter that resolves conditions; its logarithmic integers have half a share at both ends.
NATIVE = frozenset({"uniform", "loguniform", "randint", "choice", "conditional"})


class FminSeeds:
    """The seeds of the algorithm's calls as ``hyperopt.fmin`` draws them, where Ray asks a RandomState."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def randint(self, high: int) -> int:
        """Return a number from 0 to below ``high``."""
        return int(self._generator.integers(high))

    def get_state(self) -> dict[str, Any]:
        """Return the state of the generator, as Ray's adapter saves it."""
        return dict(self._generator.bit_generator.state)

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from a state that was saved."""
        self._generator.bit_generator.state = state


class ConditionalHyperOpt(HyperOptSearch):
    """HyperOptSearch with any of HyperOpt's algorithms, whose first points may have conditions.

    HyperOpt expects a first point as one value a label, with the index of each choice; Ray's own translation
    looks categories up in HyperOpt's graph, where a choice between dicts is none.

    Args:
        algorithm: such as ``hyperopt.anneal.suggest``; None is HyperOpt's TPE.
    """

    def __init__(
        self,
        algorithm: Callable[..., Any] | None = None,
        points_to_evaluate: list[Values] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(points_to_evaluate=points_to_evaluate, **options)
        self.algo: Any = algorithm or self.algo
        self.rstate: Any = FminSeeds(options["random_state_seed"])
        self._domains: Values = {}

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: Values, **spec: Any
    ) -> bool:
        self._domains = config
        return bool(super().set_search_properties(metric, mode, config, **spec))

    def _setup_hyperopt(self) -> None:
        super()._setup_hyperopt()
        domain: Any = self.domain
        for trial in self._hpopt_trials.trials:  # the first points; a branch that is not taken has no value
            for label in domain.params:
                trial["misc"]["idxs"].setdefault(label, [])
                trial["misc"]["vals"].setdefault(label, [])

    def _convert_categories_to_indices(self, config: Values) -> None:
        labelled = _labelled(self._domains, config)
        config.clear()
        config.update(labelled)


def _labelled(domains: Mapping[str, Any], values: Mapping[str, Any], within: str = "") -> Values:
    """Return the values by HyperOpt's labels: an index for a choice, and "choice/name" in its branch."""
    labelled: Values = {}
    for name, domain in domains.items():
        label = within + name
        if name == BRANCH:
            continue
        if kind(domain) == "conditional":
            index = values[name][BRANCH]
            labelled |= {label: index} | _labelled(domain.categories[index], values[name], f"{label}/")
        elif isinstance(domain, Categorical):
            labelled[label] = list(domain.categories).index(values[name])
        else:
            labelled[label] = values[name]
    return labelled


def hyperopt_plan(setup: SearchSetup, **options: Any) -> SearchPlan:
    """Return the plan of one of HyperOpt's algorithms, seeded; ``options`` are ``ConditionalHyperOpt``'s."""
    return adapt(setup, ConditionalHyperOpt, NATIVE, random_state_seed=setup.seed, **options)
