"""BayesOptSearch without the two cases in which it stops proposing."""

from __future__ import annotations

from typing import Any

from ray.tune.search.bayesopt import BayesOptSearch

DIGITS = 12  # in which two points must agree to be the same; Ray's default of 5 takes close ones for one


class SteadyBayesOpt(BayesOptSearch):
    """BayesOptSearch that always has a suggestion.

    Ray's own returns None until all of its first ``random_search_steps`` trials have given a result; if one
    fails, or a scheduler holds it paused until more trials arrive (HyperBand), it never proposes again.  It
    also returns None for a point that it gave before, and gives up after a few of these.  Here a random point
    fills every such gap; the model itself is untouched.

    The first configurations, of which Ray's own would lose those that it is asked for while it waits, come
    before all that and count as random trials.
    """

    def __init__(self, points_to_evaluate: list[dict[str, Any]] | None = None, **options: Any) -> None:
        super().__init__(
            points_to_evaluate=points_to_evaluate,
            patience=10**9,
            skip_duplicate=True,
            repeat_float_precision=DIGITS,
            **options,
        )

    def suggest(self, trial_id: str) -> Any:
        if self._points_to_evaluate:
            self._total_random_search_trials += 1
            return self._given(trial_id, self._points_to_evaluate.pop(0))
        suggestion = super().suggest(trial_id)
        if suggestion is not None:
            return suggestion
        optimizer: Any = self.optimizer
        space = optimizer.space
        return self._given(trial_id, space.array_to_params(space.random_sample()))

    def _given(self, trial_id: str, point: dict[str, Any]) -> dict[str, Any]:
        self._live_trial_mapping[trial_id] = point
        return dict(point)
