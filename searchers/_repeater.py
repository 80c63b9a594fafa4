"""Ray's Repeater, whose mean survives a failure."""

from __future__ import annotations

import math
from typing import Any

from ray.tune.search import Repeater
from ray.tune.search.repeater import TRIAL_INDEX


class PairedRepeater(Repeater):
    """Repeater whose first training of a configuration is the one that it has everywhere.

    * ``__trial_index__`` is part of a trial's configuration, of which its seeds are a hash: repeats differ.
      Ray gives the first one an index too; here it has none, so that its curve is the same as elsewhere.
    * Ray tells the searcher that a configuration has failed if its last training has, and NaN as its result
      if all have.  Here the mean is that of the trainings with a result, and only if there are none, the
      configuration has failed.
    """

    def suggest(self, trial_id: str) -> Any:
        config = super().suggest(trial_id)
        if isinstance(config, dict) and config[TRIAL_INDEX] == 0:
            del config[TRIAL_INDEX]
        return config

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False, **more: Any
    ) -> None:
        metric = str(self.searcher.metric)
        group = self._trial_id_to_group.pop(trial_id)
        group.report(trial_id, result[metric] if result and not error else math.nan)
        if not group.finished_reporting():
            return
        self._groups.remove(group)
        scores = [score for score in group.scores() if math.isfinite(score)]
        mean = {metric: sum(scores) / len(scores)} if scores else None
        self.searcher.on_trial_complete(group.primary_trial_id, result=mean, error=mean is None)
