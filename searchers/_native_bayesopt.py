"""bayesian-optimization by its own API: ``BayesianOptimization.maximize``."""

from __future__ import annotations

from benchmarks.suite.setups import NativeSetup

KINDS = frozenset({"uniform"})  # it has bounds of floats only


def bayesopt_native(setup: NativeSetup) -> None:
    """Maximise the negated loss, after ``init_points`` random ones."""
    from bayes_opt import BayesianOptimization

    optimizer = BayesianOptimization(
        f=lambda **values: -setup.loss(values),
        pbounds={name: (domain.lower, domain.upper) for name, domain in setup.space.items()},
        random_state=setup.seed,
        verbose=0,
        allow_duplicate_points=True,  # else the second of two equal points ends the loop with an error
    )
    random = setup.startup_option("init_points") or {"init_points": 5}  # the default of ``maximize``
    optimizer.maximize(**random, n_iter=setup.trials - random["init_points"])
