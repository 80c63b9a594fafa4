"""Adapter between Tune and a library's searcher, with repairs of defects that all share in Ray 2.60."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ray.tune.search import Searcher
from ray.tune.search.repeater import TRIAL_INDEX

from benchmarks.core.seeding import OwnGenerators
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.pause_hooks import pause_hook

LARGEST = 1e100  # value of a metric that libraries see


class Adapted(Searcher):
    """A library's searcher in the space that all share, with the look-ahead that all share.

    * Parts of the space that the library would silently change (a dropped log scale, step or integer,
      nesting, conditions) are encoded; see ``benchmarks.spaces.encoding``.
    * At most ``max_concurrent`` trials are undecided at once.  A paused one does not count: it may never be
      resumed.
    * A trial that is paused teaches the library at once, with the result that it has, and only this once,
      unless the library has an ``on_trial_pause`` of its own and may learn of one trial at several budgets
      (BOHB).
      Ray lets a library wait for the end of a trial, which a paused one may never see.
    * A scheduler that ends a paused trial (HyperBand) makes Tune report its completion without a result,
      although it has trained; then the trial's last result stands in.
    * A metric that is not finite counts as a failed trial; few libraries survive a NaN.
    * Values beyond +-1e100 are passed on by their logarithm: the order stays, and a library may square them.
    * The library has global random states of its own, so that its seed alone decides what it proposes.
    * Repeater's index of a repeated trial is passed on, and nothing else from outside of the space.
    * ``first`` are the configurations to begin with.  A library whose adapter takes ``points_to_evaluate``
      gets them by ``adapt``, any other learns of their results if it has ``add_evaluated_point``.

    Args:
        searcher: the library's adapter, a ``ray.tune.search.Searcher``.
        native: the kinds of domain that it honours itself; see ``benchmarks.spaces.domains.kind``.
        max_concurrent: how many trials may be undecided.
        seed: of its own generators.
        first: configurations of the trainable's space to give before asking the library.
    """

    def __init__(
        self,
        searcher: Searcher,
        native: frozenset[str],
        max_concurrent: int,
        seed: int,
        first: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(metric=searcher.metric, mode=searcher.mode)
        self.searcher: Any = searcher  # Tune looks for this name to see through wrappers
        self.native, self._max_concurrent = native, max_concurrent
        self._encoding = Encoding({})
        self._generators = OwnGenerators(seed)
        self._first = [dict(config) for config in first]
        self._own: dict[str, dict[str, Any]] = {}  # trials of ``first``: the library did not propose them
        self._told: set[str] = set()  # trials that it knows as complete
        self._undecided: set[str] = set()
        self._last: dict[str, dict[str, Any]] = {}

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: dict[str, Any], **spec: Any
    ) -> bool:
        self._metric, self._mode = metric or self._metric, mode or self._mode
        self._encoding = Encoding(config, self.native)
        if not self._encoding.domains:  # nothing to choose: no need of the library
            return True
        with self._generators:
            return bool(self.searcher.set_search_properties(metric, mode, self._encoding.domains, **spec))

    def suggest(self, trial_id: str) -> Any:
        if len(self._undecided) >= self._max_concurrent:
            return None
        values: Any
        if self._first:
            values = self._own[trial_id] = self._encoding.encode(self._first.pop(0))
        elif not self._encoding.domains:
            values = self._own[trial_id] = {}
        else:
            with self._generators:
                values = self.searcher.suggest(trial_id)
        if not isinstance(values, Mapping):  # None, not now; or FINISHED
            return values
        self._undecided.add(trial_id)
        index = {name: values[name] for name in (TRIAL_INDEX,) if name in values}
        return self._encoding.decode(values) | index

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        if self._finite(result):
            self._last[trial_id] = result
            if trial_id not in self._own and trial_id not in self._told:
                with self._generators:
                    self.searcher.on_trial_result(trial_id, self._tamed(result))

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        self._undecided.discard(trial_id)
        last = self._last.pop(trial_id, None)
        if result is None and not error:
            result = last
        if trial_id in self._told:
            self._told.remove(trial_id)
        else:
            self._tell(trial_id, result, error)

    def on_trial_pause(self, trial_id: str) -> None:
        """Note that a trial is paused; the engine calls this after its last result."""
        self._undecided.discard(trial_id)
        hook = pause_hook(self.searcher)
        if hook is not None:
            if trial_id in self._last:
                hook(trial_id, self._tamed(self._last[trial_id]))
        elif trial_id not in self._told:
            self._told.add(trial_id)
            self._tell(trial_id, self._last.get(trial_id), error=False)

    def on_trial_resume(self, trial_id: str) -> None:
        """Note that a paused trial trains again."""
        self._undecided.add(trial_id)

    # HyperBandForBOHB calls these on any searcher, before the result is told;
    # ``on_trial_pause`` comes after it.
    def on_pause(self, trial_id: str) -> None:
        """No-op."""

    def on_unpause(self, trial_id: str) -> None:
        """No-op."""

    def _tell(self, trial_id: str, result: dict[str, Any] | None, error: bool) -> None:
        if error or (result is not None and not self._finite(result)):
            result, error = None, True
        if result is not None:
            result = self._tamed(result)
        with self._generators:
            if trial_id not in self._own:
                self.searcher.on_trial_complete(trial_id, result=result, error=error)
                return
            values = self._own.pop(trial_id)
            can_learn = type(self.searcher).add_evaluated_point is not Searcher.add_evaluated_point
            if values and result is not None and can_learn:
                self.searcher.add_evaluated_point(values, result[str(self._metric)])

    def _tamed(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return a result whose metric a library can square."""
        value = result[str(self._metric)]
        if abs(value) <= LARGEST:
            return result
        tamed = math.copysign(LARGEST * (1 + math.log10(abs(value) / LARGEST)), value)
        return result | {str(self._metric): tamed}

    def _finite(self, result: Mapping[str, Any]) -> bool:
        return math.isfinite(result.get(str(self._metric), math.nan))

    def get_state(self) -> dict[str, Any]:
        kept = ("_generators", "_first", "_own", "_told", "_undecided", "_last")
        return {name: getattr(self, name) for name in kept}  # the library's own state goes through save()

    def set_state(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def save(self, checkpoint_path: str) -> None:
        self.searcher.save(checkpoint_path)

    def restore(self, checkpoint_path: str) -> None:
        self.searcher.restore(checkpoint_path)
