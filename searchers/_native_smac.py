"""SMAC3 by its own API: a facade that optimises a function of a configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.suite.setups import NativeSetup, SearchSetup

#: ConfigSpace has no steps.
KINDS = frozenset({"uniform", "loguniform", "randint", "lograndint", "choice", "conditional"})

REPAIRS = (
    "SMAC3 gives a failed trial an infinite cost, with which its models cannot be fitted; here it is told "
    "that the trial crashed, and its model leaves it out.",
    "SMAC3 grows its forest in as many threads as there are CPUs; here in one, with the same trees.",
    "SMAC3 ends when its space is used up, and prints warnings; here it goes on at random.",
    "SMAC3 does not repeat with a seed, because it keeps the points from which it searches in a set, whose "
    "order depends on the seed of Python's hashes; here it does.",
)
SETTINGS = (
    "order: SMAC3 begins its local searches in an order that changes with the seed of Python's hashes; here "
    "they have one order, so that a search repeats.",
    "deterministic: by default SMAC3 trains its best configurations again with other seeds, while here the "
    "seeds of a training belong to the repetition.",
)


def startup_design(setup: SearchSetup, given: int | None = None) -> dict[str, Any]:
    """Return the options of SMAC's initial design: the levelled start-up, else what its facade has.

    SMAC allows the initial design a quarter of the budget, also if a number is given.
    """
    options = setup.startup_option("n_configs", given)
    return options | {"max_ratio": 1.0} if options else {}


def smac_native(facade: str) -> Callable[[NativeSetup], None]:
    """Return the native loop of the facade of that name."""

    def search(setup: NativeSetup) -> None:
        import smac

        from searchers._smac import config_space, in_one_thread, read, repeatable

        of: Any = getattr(smac, facade)

        def train(config: Any, seed: int = 0) -> float:
            return setup.loss(read(dict(config), setup.space))

        design = startup_design(setup)
        with TemporaryDirectory() as folder:
            scenario = smac.Scenario(
                config_space(setup.space),
                output_directory=Path(folder),
                deterministic=not setup.defaults,
                n_trials=max(setup.trials, design.get("n_configs", 0)),
                seed=setup.seed,
            )
            parts = {"initial_design": of.get_initial_design(scenario, **design)}
            if not setup.defaults:
                parts["acquisition_maximizer"] = repeatable(of.get_acquisition_maximizer(scenario))
            with in_one_thread():
                of(scenario, train, logging_level=False, overwrite=True, **parts).optimize()

    return search
