"""Nevergrad's optimisers, seeded: Ray's adapter offers no seed of its own."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
from nevergrad.parametrization import parameter
from ray.tune.search.nevergrad import NevergradSearch
from ray.tune.search.sample import Domain, Float, LogUniform

from benchmarks.suite.registry import SearchPlan, SearchSetup
from searchers import adapt

# cma warns of Nevergrad's calls at every other step.
warnings.filterwarnings("ignore", "orphanated injected solution")

#: Ray's adapter rounds integers between their bounds, which leaves half a share to both ends.
NATIVE = frozenset({"uniform", "loguniform", "choice"})


class SeededNevergrad(NevergradSearch):
    """NevergradSearch with Nevergrad's own step on logarithmic scales, and a generator of its own.

    Ray gives ``p.Log`` the exponent e, so that one standard deviation is a factor of 2.7 whatever the range;
    Nevergrad's own default puts the bounds at three standard deviations.
    """

    def __init__(
        self, seed: int, points_to_evaluate: list[dict[str, Any]] | None = None, **options: Any
    ) -> None:
        self._seed = seed
        super().__init__(points_to_evaluate=points_to_evaluate, **options)

    @staticmethod
    def convert_search_space(spec: dict[str, Any]) -> parameter.Parameter:
        dictionary: Any = NevergradSearch.convert_search_space(spec)
        return parameter.Dict(**{name: _scaled(spec[name], dictionary[name]) for name in spec})

    def _setup_nevergrad(self) -> None:
        space: Any = self._space
        space.random_state = np.random.RandomState(self._seed)
        super()._setup_nevergrad()  # type: ignore[no-untyped-call]


def _scaled(domain: Domain, converted: parameter.Parameter) -> parameter.Parameter:
    """Return Nevergrad's parameter of a domain: Ray's, but for the step of a logarithmic scale."""
    if isinstance(domain, Float) and isinstance(domain.sampler, LogUniform):
        return parameter.Log(lower=domain.lower, upper=domain.upper)
    return converted


def configured(optimizer: str, family: str, **options: Any) -> Any:
    """Return Nevergrad's optimiser of that name, or of its family where an option is another than there."""
    from nevergrad import families, optimizers

    kind = getattr(families, family)
    usual = inspect.signature(kind.__init__).parameters
    others = {n: value for n, value in options.items() if value not in (None, usual[n].default)}
    return kind(**others) if others else getattr(optimizers, optimizer)


def nevergrad_plan(
    setup: SearchSetup,
    optimizer: Any,
    library: type[SeededNevergrad] = SeededNevergrad,
    workers: int | None = None,
) -> SearchPlan:
    """Return the plan of one of Nevergrad's optimisers, with its budget and number of workers."""
    limits = {"budget": setup.trials, "num_workers": workers or setup.max_concurrent}
    return adapt(setup, library, NATIVE, seed=setup.seed, optimizer=optimizer, optimizer_kwargs=limits)
