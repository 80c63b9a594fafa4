"""Sobol sequences as a searcher of Tune, which Ray lacks."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from ray.tune.search import Searcher
from scipy.stats import qmc


class SobolSearch(Searcher):
    """The points of a scrambled Sobol sequence, one after another, whatever their results.

    The space must hold floats on [0, 1] only.
    """

    def __init__(self, seed: int, scramble: bool = True) -> None:
        super().__init__()
        self._seed, self._scramble = seed, scramble
        self._names: list[str] = []
        self._sequence: Any = None

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._names = list(config)
        self._sequence = qmc.Sobol(len(config), scramble=self._scramble, rng=self._seed)
        return True

    def suggest(self, trial_id: str) -> dict[str, float]:
        [point] = self._sequence.random(1)
        return dict(zip(self._names, point.tolist(), strict=True))

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """Learn nothing: the sequence is fixed."""

    def save(self, checkpoint_path: str) -> None:
        Path(checkpoint_path).write_bytes(pickle.dumps(self._sequence))

    def restore(self, checkpoint_path: str) -> None:
        self._sequence = pickle.loads(Path(checkpoint_path).read_bytes())
