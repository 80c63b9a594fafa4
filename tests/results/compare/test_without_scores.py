"""What is said of tasks without constants."""

from __future__ import annotations

import pandas as pd

from results.compare.run import Run
from results.compare.scores import without_scores


def test_tasks_without_constants_are_named_with_what_measures_them() -> None:
    rows = pd.DataFrame(
        {
            "trainable": ["mine", "branin", "failed"],
            "status": ["ok", "ok", "failed"],
            "baseline": [None, 1.0, None],
            "optimum": [None, 0.0, None],
        }
    )
    said = without_scores(Run(rows, pd.DataFrame(), pd.DataFrame()))
    assert said.startswith("no score and no speed-up over random search of mine: tunegrid constants")
    assert without_scores(Run(rows[1:], pd.DataFrame(), pd.DataFrame())) == ""
