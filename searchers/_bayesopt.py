"""BayesOptSearch without its two ways to fall silent for ever."""

from __future__ import annotations

from typing import Any

from ray.tune.search.bayesopt import BayesOptSearch


class SteadyBayesOpt(BayesOptSearch):
    """BayesOptSearch that always has a suggestion.

    Ray's own returns None until all of its first ``random_search_steps`` trials have given a result; if one
    fails, or a scheduler holds it paused until more trials arrive (HyperBand), that is for ever.  It also
    returns None for a point that it gave before, and gives up after a few of these.  Here a random point
    fills every such gap; the model itself is untouched.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(patience=10**9, skip_duplicate=True, **kwargs)

    def suggest(self, trial_id: str) -> Any:
        suggestion = super().suggest(trial_id)
        if suggestion is not None:
            return suggestion
        optimizer: Any = self.optimizer
        space = optimizer.space
        point = space.array_to_params(space.random_sample())
        self._live_trial_mapping[trial_id] = point
        return dict(point)
