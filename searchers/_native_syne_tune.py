"""Syne Tune by its own API: a scheduler that is asked and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.suite.setups import NativeSetup

#: Syne Tune's steps do not keep bounds that are no multiples of them; it has no conditions.
KINDS = frozenset({"uniform", "loguniform", "randint", "lograndint", "choice"})
#: Those of its kernel density estimates, which ignore logarithms and misplace integers.
KINDS_OF_KDE = frozenset({"uniform", "choice"})
REPAIRS = (
    "Syne Tune's searchers draw from numpy's global generator besides the one that they seed; here it has a "
    "state of its own while they are asked.",
)
INSTALL = "python -m tunegrid.install syne-tune"
METRIC = "loss"


def syne_tune_native(
    module: str,
    searcher: str,
    startup: str = "",
    set_otherwise: Callable[[int], Mapping[str, Any]] = lambda dimensions: {},
) -> Callable[[NativeSetup], None]:
    """Return the native loop of a searcher of Syne Tune.

    Args:
        module, searcher: names in ``syne_tune.optimizer.schedulers.searchers``.
        startup: its option for the number of random start-up trials; "" if it has none to level.
        set_otherwise: returns options that the searcher here has otherwise than by default, for a number of
            hyperparameters.
    """

    def search(setup: NativeSetup) -> None:
        from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler
        from syne_tune.optimizer.schedulers.single_objective_scheduler import SingleObjectiveScheduler

        from searchers._syne_tune import library_class, translated

        space = {name: translated(domain) for name, domain in setup.space.items()}
        options = dict(setup.startup_option(startup)) if startup else {}
        options |= {} if setup.defaults else set_otherwise(len(space))
        made = library_class(module, searcher)(space, random_seed=setup.seed, **options)
        loop = AskTellScheduler(
            SingleObjectiveScheduler(space, metric=METRIC, searcher=made, random_seed=setup.seed)
        )
        for _ in range(setup.trials):
            trial = loop.ask()
            loop.tell(trial, {METRIC: setup.loss(trial.config)})

    return search
