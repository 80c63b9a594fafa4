"""SMAC3 by ask and tell, in a ConfigSpace with conditions."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import joblib
import numpy as np
import smac
from ConfigSpace import (
    CategoricalHyperparameter,
    Configuration,
    ConfigurationSpace,
    EqualsCondition,
    UniformFloatHyperparameter,
    UniformIntegerHyperparameter,
)
from smac.main.exceptions import ConfigurationSpaceExhaustedException
from smac.runhistory import StatusType, TrialInfo, TrialValue

from benchmarks.core.scratch import of_process
from benchmarks.spaces.domains import kind, nearest
from benchmarks.spaces.nodes import BRANCH
from searchers._ask_and_tell import AskTellSearch, Values

#: Arguments of the facade's methods ``get_...``, by what follows: "random_design", "model".
Parts = Mapping[str, Mapping[str, Any]]
ONLY_SEED = 0  # of all trials, where results are said to have no noise

logging.getLogger("smac").setLevel(logging.ERROR)  # it warns each time that a candidate is known already


class SmacSearch(AskTellSearch):
    """A facade of SMAC3, whose model leaves trials without a cost out.

    SMAC gives a failed trial an infinite cost, with which its models cannot be fitted.  A space that is used
    up is no end here: then configurations are drawn at random.  What is learned before the first proposal
    takes the place of as much of the initial design, which SMAC would go through whatever it knows.

    Args:
        facade: name of the facade's class.
        trials: the budget, of which SMAC gives the initial design a share.
        seed: of everything that SMAC draws.
        parts: what is not the facade's default.
    """

    def __init__(self, facade: str, trials: int, seed: int, parts: Parts) -> None:
        super().__init__(seed)
        self._facade, self._trials, self._parts = facade, trials, parts
        self._facade_made: Any = None
        self._learned: list[tuple[Values, float]] = []  # before it was made
        self._asked: dict[str, TrialInfo] = {}

    def begin(self, space: Mapping[str, Any]) -> None:
        """Forget all; the facade is made when it is first asked."""
        self._facade_made, self._learned, self._asked = None, [], {}

    @property
    def _smac(self) -> Any:
        """The facade, which knows what was learned."""
        if self._facade_made is None:
            space = config_space(self._space)
            known = len(self._learned)
            self._facade_made = made(self._facade, space, self._trials, self.seed, self._parts, known)
            for values, cost in self._learned:
                self.learn(values, cost)
        return self._facade_made

    def ask(self, trial_id: str) -> Values:
        """Return SMAC's next configuration, or a random one."""
        try:
            with in_one_thread():
                info = self._asked[trial_id] = self._smac.ask()
            config = info.config
        except (StopIteration, ConfigurationSpaceExhaustedException):
            config = self._smac.scenario.configspace.sample_configuration()
        return read(dict(config), self._space)

    def tell(self, trial_id: str, cost: float | None) -> None:
        """Tell a trial's cost, or that it crashed."""
        info = self._asked.pop(trial_id, None)
        if info is not None:
            self._tell(info, cost)

    def learn(self, values: Values, cost: float) -> None:
        """Tell the cost of another configuration, or keep it until there is a facade."""
        if self._facade_made is None:
            self._learned.append((values, cost))
            return
        config = Configuration(self._smac.scenario.configspace, values=flat(values, self._space))
        self._tell(TrialInfo(config, seed=ONLY_SEED), cost)

    def _tell(self, info: TrialInfo, cost: float | None) -> None:
        crashed = TrialValue(cost=float("inf"), status=StatusType.CRASHED)
        with in_one_thread():
            self._smac.tell(info, crashed if cost is None else TrialValue(cost=cost), save=False)


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Keep SMAC's forest to the one CPU that a searcher has, and numpy quiet.

    SMAC asks numpy for the mean cost of configurations that are still running.
    """
    with warnings.catch_warnings(), joblib.parallel_config(backend="sequential"):
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        warnings.filterwarnings("ignore", "invalid value encountered", RuntimeWarning)
        yield


def made(facade: str, space: ConfigurationSpace, trials: int, seed: int, parts: Parts, known: int = 0) -> Any:
    """Return a facade that writes nothing once it is made.

    Args:
        facade: name of its class.
        trials: the budget.
        parts: arguments of its methods ``get_...``, with ``initial_design`` and ``acquisition_maximizer``.
        known: results that it will be told at once, each of which spares one of the initial design.
    """
    of: Any = getattr(smac, facade)
    with TemporaryDirectory(dir=of_process()) as folder:
        scenario = smac.Scenario(
            space,
            output_directory=Path(folder),
            deterministic=True,
            n_trials=max(trials, parts["initial_design"].get("n_configs", 0)),  # it refuses a larger design
            seed=seed,
        )
        encoder = type(of.get_runhistory_encoder(scenario))(scenario, considered_states=[StatusType.SUCCESS])
        given = {name: getattr(of, f"get_{name}")(scenario, **options) for name, options in parts.items()}
        repeatable(given["acquisition_maximizer"])
        shorten(given["initial_design"], known)
        return of(scenario, None, runhistory_encoder=encoder, logging_level=False, overwrite=True, **given)


def shorten(design: Any, by: int) -> None:
    """Take the last configurations from an initial design."""
    whole = design.select_configurations

    def first() -> list[Configuration]:
        configurations: list[Configuration] = whole()
        return configurations[: max(len(configurations) - by, 0)]

    design.select_configurations = first


def repeatable(maximizer: Any) -> Any:
    """Return a maximizer of an acquisition, with a local search that is the same in every process.

    SMAC keeps the points from which it searches in a set, whose order depends on the seed of Python's hashes.
    """
    search = maximizer._local_search
    unordered = search._get_init_points_from_previous_configs

    def in_order(*args: Any, **more: Any) -> list[Any]:
        return sorted(unordered(*args, **more), key=lambda point: _order(point))

    search._get_init_points_from_previous_configs = in_order
    return maximizer


def _order(point: Configuration) -> list[float]:
    """Return numbers that no other configuration has; what is not active is less than all values."""
    numbers: list[float] = np.nan_to_num(point.get_array(), nan=-1.0).tolist()
    return numbers


def config_space(space: Mapping[str, Any]) -> ConfigurationSpace:
    """Return the ConfigSpace of a space; a category is its index, a condition the index of its branch."""
    whole = ConfigurationSpace()

    def add(part: Mapping[str, Any], parent: Any = None, branch: int = 0) -> None:
        for name, domain in part.items():
            if name == BRANCH:
                continue
            made = hyperparameter(name, domain)
            whole.add(made)
            if parent is not None:
                whole.add(EqualsCondition(made, parent, branch))
            if kind(domain) == "conditional":
                for index, inner in enumerate(domain.categories):
                    add(inner, made, index)

    add(space)
    return whole


def hyperparameter(name: str, domain: Any) -> Any:
    """Return ConfigSpace's hyperparameter of a domain."""
    of_kind = kind(domain)
    if of_kind in ("choice", "conditional"):
        return CategoricalHyperparameter(name, list(range(len(domain.categories))))
    log = of_kind.startswith("log")
    if of_kind.endswith("uniform"):
        return UniformFloatHyperparameter(name, domain.lower, domain.upper, log=log)
    return UniformIntegerHyperparameter(name, domain.lower, domain.upper - 1, log=log)


def read(flat_values: Mapping[str, Any], space: Mapping[str, Any]) -> Values:
    """Return the values of a space, nested by its conditions, of ConfigSpace's."""
    values: Values = {}
    for name, domain in space.items():
        if name == BRANCH:
            continue
        value = flat_values[name]
        if kind(domain) == "conditional":
            branch = int(value)
            values[name] = {BRANCH: branch} | read(flat_values, domain.categories[branch])
        elif kind(domain) == "choice":
            values[name] = domain.categories[int(value)]
        else:
            values[name] = nearest(domain, value)
    return values


def flat(values: Mapping[str, Any], space: Mapping[str, Any]) -> Values:
    """Return ConfigSpace's values of those of a space."""
    flat_values: Values = {}
    for name, domain in space.items():
        if name == BRANCH:
            continue
        value = values[name]
        if kind(domain) == "conditional":
            branch = value[BRANCH]
            flat_values |= {name: branch} | flat(value, domain.categories[branch])
        else:
            flat_values[name] = domain.categories.index(value) if kind(domain) == "choice" else value
    return flat_values
