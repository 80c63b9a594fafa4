"""Searchers of Syne Tune by ask and tell."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import syne_tune.config_space as syne

from benchmarks.spaces.domains import kind
from searchers._ask_and_tell import AskTellSearch, Values
from searchers._indices import Indices

PACKAGE = "syne_tune.optimizer.schedulers.searchers"

logging.getLogger("syne_tune").setLevel(logging.ERROR)


class SyneTuneSearch(AskTellSearch):
    """A searcher of Syne Tune for one objective.

    Args:
        module, searcher: names below ``syne_tune.optimizer.schedulers.searchers``.
        seed: of its own generator, and of the global ones from which it draws too.
        options: the searcher's.
        least: options that are at least the number of hyperparameters and what is added here.
    """

    def __init__(
        self,
        module: str,
        searcher: str,
        seed: int,
        options: Mapping[str, Any],
        least: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(seed)
        self._class, self._options, self._least = library_class(module, searcher), options, least or {}
        self._indices = Indices({})
        self._library: Any = None
        self._asked: dict[str, tuple[int, Values]] = {}
        self._count = 0

    def begin(self, space: Mapping[str, Any]) -> None:
        """Make the library's searcher."""
        self._indices = Indices(space)
        domains = {name: translated(domain) for name, domain in self._indices.domains().items()}
        least = {name: max(self._options.get(name) or 0, len(domains) + n) for name, n in self._least.items()}
        self._library = self._class(domains, random_seed=self.seed, **{**self._options, **least})
        self._asked, self._count = {}, 0

    def ask(self, trial_id: str) -> Values:
        """Return the library's next values."""
        with _quiet():
            values = self._library.suggest()
        self._asked[trial_id] = (self._next(), values)
        return self._indices.read(values)

    def tell(self, trial_id: str, cost: float | None) -> None:
        """Tell a trial's cost, or that it failed."""
        number, values = self._asked.pop(trial_id)
        if cost is None:
            self._library.on_trial_error(number)
        else:
            self._library.on_trial_complete(number, values, cost)

    def learn(self, values: Values, cost: float) -> None:
        """Tell the cost of other values."""
        self._library.on_trial_complete(self._next(), self._indices.write(values), cost)

    def _next(self) -> int:
        self._count += 1
        return self._count - 1


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what is said of candidates: of a category that no good trial has, of a default to come."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logging.disable(before)


def library_class(module: str, searcher: str) -> Any:
    """Return the class of that name in a module of Syne Tune's searchers."""
    return getattr(importlib.import_module(f"{PACKAGE}.{module}"), searcher)


def translated(domain: Any) -> Any:
    """Return Syne Tune's domain, whose integers include both bounds."""
    of_kind = kind(domain)
    if of_kind == "choice":
        return syne.choice(list(domain.categories))
    high = domain.upper if of_kind.endswith("uniform") else domain.upper - 1
    return getattr(syne, of_kind)(domain.lower, high)
