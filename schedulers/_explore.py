"""Mutations of population-based schedulers: Ray's own moves, in domains of any kind.

Ray multiplies a number by 1.2 or 0.8, moves to a neighbour in a list, or draws anew, and decides by Python's
global generator.  Here it does so too; it only sees categories as positions in a list, and a mutated number
is moved back into its domain.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from ray.tune.search.sample import Categorical, Domain

from benchmarks.spaces.categories import distinct, plain, positions, same
from benchmarks.spaces.domains import kind, nearest
from benchmarks.spaces.encoding import Encoding
from benchmarks.spaces.sampling import drawable

Config = dict[str, Any]
Explored = tuple[Config, dict[str, Any]]
UNSTEPPED = ("uniform", "loguniform", "other")


class Moves:
    """The moves in some domains of a configuration.

    * A number is multiplied and then moved to the nearest one of its domain.  One that has steps, and is the
      same after that, goes one step in the direction of the factor if there is one.
    * A category moves to the one before or after it, by position, or is drawn anew.
    * A choice between dicts that hold domains of their own is drawn anew or stays.

    Args:
        domains: of the hyperparameters that may change, by name.

    Attributes:
        of_ray: the same for ``PopulationBasedTraining(hyperparam_mutations=...)``.
    """

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        kinds = {name: kind(domain) for name, domain in domains.items()}
        self._numbers = {name: d for name, d in domains.items() if not isinstance(d, Categorical)}
        self._choices = {
            name: distinct(map(plain, domain.categories))
            for name, domain in domains.items()
            if isinstance(domain, Categorical)
        }
        self._positions = {
            name: positions(items) for name, items in self._choices.items() if kinds[name] == "choice"
        }
        self._branches = {
            name: Encoding({name: domain}) for name, domain in domains.items() if kinds[name] == "conditional"
        }
        self.of_ray: dict[str, Any] = {
            name: drawable(domain) if name in self._numbers else self._list(name)
            for name, domain in domains.items()
        }

    def _list(self, name: str) -> list[int]:
        return [0] if name in self._branches else list(range(len(self._choices[name])))

    def keep_inside(self, config: Config) -> Config:
        """Return a mutated configuration with each number moved to the nearest one of its domain."""
        return config | {name: nearest(domain, config[name]) for name, domain in self._numbers.items()}

    def explore(self, config: Config, ray: Callable[[Any], Explored]) -> Explored:
        """Return a new configuration and the change of each hyperparameter, in Ray's words.

        Args:
            config: of the winner.
            ray: Ray's own mutation of an object with such a ``config``.
        """
        indices = {name: position(config[name]) for name, position in self._positions.items()}
        shown = SimpleNamespace(config=config | indices | dict.fromkeys(self._branches, 0))
        explored, done = ray(shown)
        new = dict(explored)
        for name in self._positions:
            new[name] = copy.deepcopy(self._choices[name][explored[name]])
        for name, branches in self._branches.items():
            new[name] = copy.deepcopy(config[name])
            if done[name] == "resample":
                new |= branches.draw(np.random.default_rng(random.getrandbits(64)))
        for name, domain in self._numbers.items():
            if (
                done[name].startswith("* ")
                and kind(domain) not in UNSTEPPED
                and same(new[name], config[name])
            ):
                new[name] = one_step(domain, new[name], up=float(done[name][2:]) > 1)
        return new, done


def one_step(domain: Any, value: Any, *, up: bool) -> Any:
    """Return the neighbour of ``value`` that is further from zero (``up``) or nearer; itself if none is."""
    step = getattr(domain.get_sampler(), "q", 1)
    return nearest(domain, value + step if up == (value >= 0) else value - step)
