"""HyperBand with brackets that fill and end for any order of arrival and with failed trials."""

from __future__ import annotations

import math
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.schedulers import HyperBandForBOHB, HyperBandScheduler, TrialScheduler

from benchmarks.engines.ray_internals import HyperBandBracket
from schedulers._pausing import make_startable


class CountedBracket(HyperBandBracket):
    """A bracket that is full once all its trials were added.

    Ray counts the live ones, so that a bracket whose trials end one after another never fills, and takes all
    trials that the search will ever propose.
    """

    def filled(self) -> bool:
        return len(self._all_trials) >= self._n0

    def successive_halving(self, metric: str, metric_op: float) -> tuple[list[Trial], list[Trial]]:
        """Halve with NaN as the worst of values; Ray sorts by it, which leaves an arbitrary order."""
        worst = -metric_op * math.inf
        self._live_trials = {
            trial: {**result, metric: worst} if math.isnan(result[metric]) else result
            for trial, result in self._live_trials.items()
        }
        good, bad = super().successive_halving(metric, metric_op)
        return list(good), list(bad)

    def rests(self) -> bool:
        """Return whether the bracket has trials and all of them are paused, without an order to resume."""
        live = self.current_trials()
        return bool(live) and all(t.status == Trial.PAUSED and t not in self.trials_to_unpause for t in live)


class _CountedBrackets(HyperBandScheduler):
    """Base of both kinds of HyperBand: a bracket waits until it is full, and never longer.

    Ray halves a bracket as soon as all trials that it has so far have reached its milestone.  And it misses
    what should end the waiting: a failure after the first halving (it never looks at removals again), a trial
    that is still saving when its bracket is done, a search that ends while the whole bracket rests.  Such a
    bracket waits without end; so here they are checked each time Tune asks for a trial.
    """

    def on_trial_add(self, tune_controller: Any, trial: Trial) -> None:
        make_startable(trial)
        super().on_trial_add(tune_controller, trial)

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

    def _process_bracket(self, tune_controller: Any, bracket: Any) -> str:
        if not bracket.filled() and not tune_controller.search_alg.is_finished():
            return str(TrialScheduler.PAUSE)
        return str(super()._process_bracket(tune_controller, bracket))

    def choose_trial_to_run(self, tune_controller: Any, *options: Any, **named: Any) -> Trial | None:
        for bracket in [bracket for band in self._hyperbands for bracket in band if bracket is not None]:
            if bracket.rests():
                self._process_bracket(tune_controller, bracket)
        trial: Trial | None = super().choose_trial_to_run(tune_controller, *options, **named)
        return trial


class FullBrackets(_CountedBrackets):
    """HyperBandScheduler with brackets that fill."""


class FullBracketsForBOHB(_CountedBrackets, HyperBandForBOHB):
    """HyperBandForBOHB with brackets that fill."""
