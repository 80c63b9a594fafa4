"""HEBOSearch that repeats with its seed, and asks HEBO for one configuration at a time."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from ray.tune.search.hebo import HEBOSearch

from searchers._indices import Indices, Values


class SeededHEBO(HEBOSearch):
    """HEBOSearch without batches, whose evolutionary search for the next point can be repeated.

    Ray's own asks for eight configurations at once and waits until all of them have ended before it asks for
    more; and it sets numpy's and torch's global generators, also when it is restored.

    Args:
        seed: of the Sobol points; the rest draws from the global generators of numpy and torch.
        n_startup_trials: Sobol points with a result before the Gaussian process steps in.
    """

    def __init__(self, seed: int, n_startup_trials: int) -> None:
        super().__init__(rand_sample=n_startup_trials, scramble_seed=seed)
        self._indices = Indices({})

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._indices = Indices(config)
        return bool(super().set_search_properties(metric, mode, self._indices.domains(), **spec))

    def suggest(self, trial_id: str) -> Values:
        optimizer: Any = self._opt
        # It prints a line for each attempt to save a Gaussian process that did not fit; there are hundreds.
        with _no_fresh_entropy(), redirect_stdout(io.StringIO()):
            point = optimizer.suggest(n_suggestions=1)
        values = self._indices.read(point.to_dict("records")[0])
        self._live_trial_mapping[trial_id] = pd.DataFrame([self._indices.write(values)])
        return values

    def add_evaluated_point(self, parameters: Values, value: float, *_: Any, **more: Any) -> None:
        super().add_evaluated_point(self._indices.write(parameters), value)

    def save(self, checkpoint_path: str) -> None:
        Path(checkpoint_path).write_bytes(pickle.dumps(self.__dict__))

    def restore(self, checkpoint_path: str) -> None:
        self.__dict__.update(pickle.loads(Path(checkpoint_path).read_bytes()))


@contextmanager
def _no_fresh_entropy() -> Iterator[None]:
    """Seed numpy's new generators without a seed by its global one.

    HEBO maximises its acquisition by pymoo's NSGA-II, without a seed; pymoo then takes one from the system.
    """
    default_rng = np.random.default_rng

    def seeded(seed: Any = None) -> np.random.Generator:
        return default_rng(np.random.randint(2**31) if seed is None else seed)  # noqa: NPY002

    with mock.patch.object(np.random, "default_rng", seeded):
        yield
