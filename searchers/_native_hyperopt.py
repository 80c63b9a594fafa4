"""HyperOpt by its own API: ``fmin`` over a space of ``hp`` expressions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from benchmarks.suite.setups import NativeSetup

#: HyperOpt's steps do not keep bounds that are no multiples of them.
KINDS = frozenset({"uniform", "loguniform", "randint", "lograndint", "choice", "conditional"})


def hyperopt_native(algorithm: str, startup: str = "") -> Callable[[NativeSetup], None]:
    """Return the native loop of the algorithm in HyperOpt's module of that name.

    Args:
        startup: its option for the number of random start-up trials; "" if it has none.
    """

    def search(setup: NativeSetup) -> None:
        import importlib

        import numpy as np
        from hyperopt import fmin

        suggest = importlib.import_module(f"hyperopt.{algorithm}").suggest
        levelled = setup.startup_option(startup) if startup else {}
        fmin(
            fn=setup.loss,
            space=expressions(setup.space),
            algo=partial(suggest, **levelled) if levelled else suggest,
            max_evals=setup.trials,
            rstate=np.random.default_rng(setup.seed),
            show_progressbar=False,
            verbose=False,
        )

    return search


def expressions(space: Mapping[str, Any]) -> dict[str, Any]:
    """Return HyperOpt's expressions of a space, whose names are unique within all branches."""
    return {name: _expression(name, domain) for name, domain in space.items()}


def _expression(name: str, domain: Any) -> Any:
    from hyperopt import hp
    from hyperopt.pyll import scope

    from benchmarks.spaces.domains import kind

    if not hasattr(domain, "get_sampler"):
        return domain
    of_kind = kind(domain)
    if of_kind == "conditional":
        return hp.choice(name, [expressions(branch) for branch in domain.categories])
    if of_kind == "choice":
        return hp.choice(name, list(domain.categories))
    low, high = domain.lower, domain.upper
    made = {
        "uniform": lambda: hp.uniform(name, low, high),
        "loguniform": lambda: hp.loguniform(name, math.log(low), math.log(high)),
        "randint": lambda: hp.uniformint(name, low, high - 1),
        "lograndint": lambda: scope.int(hp.qloguniform(name, math.log(low), math.log(high - 1), 1)),
    }
    return made[of_kind]()
