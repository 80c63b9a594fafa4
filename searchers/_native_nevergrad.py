"""Nevergrad by its own API: an optimiser that minimises over a ``p.Dict``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.suite.setups import NativeSetup

FEWEST_WORKERS = 2  # that NGOpt is told here
KINDS = frozenset({"uniform", "loguniform", "randint", "lograndint", "choice", "conditional"})


def nevergrad_native(optimizer: str, workers: int = 1) -> Callable[[NativeSetup], None]:
    """Return the native loop of the optimiser of that name in Nevergrad's registry.

    Args:
        workers: how many the searcher tells it; Nevergrad's default is one.
    """

    def search(setup: NativeSetup) -> None:
        import nevergrad
        import numpy as np

        parameters = parametrisation(setup.space)
        parameters.random_state = np.random.RandomState(setup.seed)
        told = 1 if setup.defaults else workers
        chosen = nevergrad.optimizers.registry[optimizer](
            parametrization=parameters, budget=setup.trials, num_workers=told
        )
        mends = optimizer == "NGOpt"  # with numpy 2.4 its meta-models end in a TypeError
        if mends:
            from searchers._metamodel import mend_metamodels
        for _ in range(setup.trials):  # what ``minimize`` does for one worker
            if mends:
                mend_metamodels(chosen.optim)
            candidate = chosen.ask()
            chosen.tell(candidate, setup.loss(candidate.value))

    return search


def parametrisation(space: Mapping[str, Any]) -> Any:
    """Return Nevergrad's ``p.Dict`` of a space."""
    import nevergrad

    return nevergrad.p.Dict(**{name: _parameter(domain) for name, domain in space.items()})


def _parameter(domain: Any) -> Any:
    import nevergrad

    from benchmarks.spaces.domains import kind

    if not hasattr(domain, "get_sampler"):
        return domain
    of_kind = kind(domain)
    if of_kind == "conditional":
        return nevergrad.p.Choice([parametrisation(branch) for branch in domain.categories])
    if of_kind == "choice":
        return nevergrad.p.Choice(list(domain.categories))
    scale = nevergrad.p.Log if "log" in of_kind else nevergrad.p.Scalar
    if of_kind.endswith("uniform"):
        return scale(lower=domain.lower, upper=domain.upper)
    return scale(lower=domain.lower, upper=domain.upper - 1).set_integer_casting()
