"""HyperBand whose brackets are full before they are halved, though trials arrive one at a time."""

from __future__ import annotations

from typing import Any

from ray.tune.experiment import Trial
from ray.tune.schedulers import HyperBandForBOHB, HyperBandScheduler, TrialScheduler
from ray.tune.schedulers.hyperband import _Bracket


class CountedBracket(_Bracket):
    """A bracket that is full once it has been given all its trials.

    Ray counts the live ones, so that a bracket whose trials end one after another never fills, and takes all
    trials that the search will ever propose.
    """

    def filled(self) -> bool:
        return len(self._all_trials) >= self._n0


class _CountedBrackets(HyperBandScheduler):
    def _create_bracket(self, s: int) -> CountedBracket:
        sizes: Any = self  # Ray's two functions have no types
        return CountedBracket(
            time_attr=self._time_attr,
            max_trials=sizes._get_n0(s),
            init_t_attr=sizes._get_r0(s),
            max_t_attr=self._max_t_attr,
            eta=self._eta,
            s=s,
            stop_last_trials=self._stop_last_trials,
        )


class FullBrackets(_CountedBrackets):
    """HyperBandScheduler that lets trials rest until their bracket is full, or no more are to come.

    Ray halves a bracket as soon as all trials that it has so far have reached its milestone.
    """

    def _process_bracket(self, tune_controller: Any, bracket: Any) -> str:
        if not bracket.filled() and not tune_controller.search_alg.is_finished():
            return str(TrialScheduler.PAUSE)
        return str(super()._process_bracket(tune_controller, bracket))

    def choose_trial_to_run(self, tune_controller: Any) -> Trial | None:
        trial: Trial | None = super().choose_trial_to_run(tune_controller)
        bracket: Any = self._state["bracket"]  # the one that new trials go to, None before the first
        if trial is None and bracket is not None and tune_controller.search_alg.is_finished():
            # The search may have ended after the last trial of this bracket came to rest.
            live = bracket.current_trials()
            if live and not bracket.filled() and all(other.status == Trial.PAUSED for other in live):
                self._process_bracket(tune_controller, bracket)
                trial = super().choose_trial_to_run(tune_controller)
        return trial


class FullBracketsForBOHB(_CountedBrackets, HyperBandForBOHB):
    """HyperBandForBOHB, which waits for full brackets by itself, with brackets that do fill."""
