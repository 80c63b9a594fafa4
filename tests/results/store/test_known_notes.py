"""Notes on known results: how many were told, and whose proposals do not depend on them."""

from __future__ import annotations

import pandas as pd

from results.compare.captions import slug_of
from results.store.parts import known


def rows(*told: tuple[str, int | None]) -> pd.DataFrame:
    table = pd.DataFrame(told, columns=["searcher", "known_told"])
    return table.assign(known_told=table["known_told"].astype("Int64"))


def test_each_side_is_named_once() -> None:
    notes = known(rows(("random", 0), ("optuna-tpe", 30), ("optuna-tpe", 30), ("grid", 0)))
    assert notes == [
        "searchers that learn were told 30 known results first",
        "first proposals of grid, random do not depend on the known results",
    ]
    assert known(rows(("a", 12), ("b", 30))) == [
        "searchers that learn were told 12 to 30 known results first"
    ]


def test_without_known_results_nothing_is_said() -> None:
    assert known(rows(("random", None))) == []
    assert known(pd.DataFrame({"searcher": ["random"]})) == []


def test_a_prior_in_the_name_of_a_file_has_no_quotes_and_braces() -> None:
    settings = {"trainable": "branin", "device": "cpu", "prior": '{"x":3.0}'}
    assert slug_of(settings, ["prior"]) == "branin-cpu-prior-x:3.0"
