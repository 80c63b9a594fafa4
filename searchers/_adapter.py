"""What stands between Tune and a library's searcher, and repairs what Ray 2.60 gets wrong for all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ray.tune.search import Searcher

from benchmarks.space import as_floats


class Adapted(Searcher):
    """A library's searcher that always learns how a trial ended.

    * A scheduler that ends a paused trial (HyperBand) makes Tune report its completion without a result,
      although it has trained; most libraries then learn nothing, and BayesOptSearch waits for ever.  Here
      the trial's last result stands in.
    * A metric that is not finite counts as a failed trial; few libraries survive a NaN.
    * Domains that the library would silently change (a dropped log scale, step or integer) are encoded.

    Args:
        searcher: the library's adapter in ``ray.tune.search``.
        native: the kinds of domain that it honours itself; see ``benchmarks.space.as_floats``.
    """

    def __init__(self, searcher: Searcher, native: frozenset[str]) -> None:
        super().__init__(metric=searcher.metric, mode=searcher.mode)
        self.searcher: Any = searcher  # Tune looks for this name to see through wrappers
        self._native = native
        self._decode: Callable[[Mapping[str, Any]], dict[str, Any]] = dict
        self._last: dict[str, dict[str, Any]] = {}

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._metric, self._mode = metric or self._metric, mode or self._mode
        encoded, self._decode = as_floats(config, self._native)
        return bool(self.searcher.set_search_properties(metric, mode, encoded, **spec))

    def suggest(self, trial_id: str) -> Any:
        config = self.searcher.suggest(trial_id)
        return self._decode(config) if isinstance(config, Mapping) else config

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        if self._finite(result):
            self._last[trial_id] = result
            self.searcher.on_trial_result(trial_id, result)

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        last = self._last.pop(trial_id, None)
        if result is None and not error:
            result = last
        if error or (result is not None and not self._finite(result)):
            self.searcher.on_trial_complete(trial_id, result=None, error=True)
        else:
            self.searcher.on_trial_complete(trial_id, result=result, error=False)

    def _finite(self, result: Mapping[str, Any]) -> bool:
        return math.isfinite(result.get(str(self._metric), math.nan))

    def get_state(self) -> dict[str, Any]:
        return {"last": dict(self._last)}  # the library's own state goes through save()

    def set_state(self, state: dict[str, Any]) -> None:
        self._last = dict(state["last"])

    def save(self, checkpoint_path: str) -> None:
        self.searcher.save(checkpoint_path)

    def restore(self, checkpoint_path: str) -> None:
        self.searcher.restore(checkpoint_path)

    # TuneBOHB's part of the protocol; HyperBandForBOHB calls these on whatever wraps it.
    def on_pause(self, trial_id: str) -> None:
        self.searcher.on_pause(trial_id)

    def on_unpause(self, trial_id: str) -> None:
        self.searcher.on_unpause(trial_id)
