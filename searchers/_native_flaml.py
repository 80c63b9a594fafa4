"""FLAML by its own API: ``flaml.tune.run``, one trial after another."""

from __future__ import annotations

import contextlib
import copy
import io
import warnings
from collections.abc import Callable
from typing import Any

from benchmarks.suite.setups import NativeSetup


def flaml_native(searcher: str) -> Callable[[NativeSetup], None]:
    """Return the native loop of FLAML's searcher of that name."""

    def search(setup: NativeSetup) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "flaml.automl is not available")
            from flaml.tune import tune
            from flaml.tune.searcher import blendsearch

        space = copy.deepcopy(dict(setup.space))  # FLAML sorts categories in place
        levelled = setup.startup_option("n_startup_trials") if searcher == "BlendSearch" else {}
        algorithm = getattr(blendsearch, searcher)(
            metric="loss",
            mode="min",
            space=space,
            seed=setup.seed,
            num_samples=setup.trials,
            low_cost_partial_config=dict(setup.cheap),
            **({"global_search_alg": _global_search(space, setup.seed, **levelled)} if levelled else {}),
        )

        def evaluation(values: dict[str, Any]) -> dict[str, float]:
            return {"loss": setup.loss(values)}

        with contextlib.redirect_stdout(io.StringIO()):
            tune.run(
                evaluation,
                metric="loss",
                mode="min",
                config=space,
                num_samples=setup.trials,
                search_alg=algorithm,
                verbose=0,
            )

    return search


def global_seed(seed: int) -> int:
    """Return the seed that BlendSearch gives its global search."""
    return seed - 10 if seed >= 10 else seed - 11 + 2**32


def _global_search(space: dict[str, Any], seed: int, n_startup_trials: int) -> Any:
    """Return BlendSearch's own global search, Optuna's TPE, with another number of random trials."""
    import optuna
    from flaml.tune.searcher.suggestion import OptunaSearch

    sampler = optuna.samplers.TPESampler(seed=global_seed(seed), n_startup_trials=n_startup_trials)
    search: Any = OptunaSearch(space=space, metric="loss", mode="min", sampler=sampler)
    search.space = space
    return search
