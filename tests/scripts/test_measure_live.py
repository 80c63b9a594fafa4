"""The measurement of the engine live: its independent count of trainings, and the section that it writes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scripts import live_counts
from scripts.live_counts import distinct, stretches
from scripts.measure_live import TITLES, with_section

TITLE = TITLES["cpu"]


def rows_of(*results: tuple[str, str, int]) -> pd.DataFrame:
    """Return the results of an experiment: trial, configuration, epoch."""
    return pd.DataFrame(results, columns=["trial_id", "config", "epoch"]).assign(seq=range(len(results)))


def test_a_stretch_ends_where_the_configuration_changes_or_epochs_jump() -> None:
    rows = rows_of(("t", "a", 1), ("t", "a", 2), ("t", "b", 3), ("t", "b", 4), ("t", "c", 4))
    assert list(stretches(rows)) == [("a", 0, 1), ("a", 0, 2), ("b", 2, 3), ("b", 2, 4), ("c", 3, 4)]


def test_a_trial_that_takes_over_all_of_another_goes_on_in_its_stretch() -> None:
    rows = rows_of(("t", "a", 1), ("u", "b", 1), ("t", "a", 2), ("u", "a", 2), ("u", "c", 3))
    assert list(stretches(rows)) == [("a", 0, 1), ("b", 0, 1), ("a", 0, 2), ("a", 0, 2), ("c", 2, 3)]


def test_equal_trainings_count_once_over_experiments_of_a_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    experiments = pd.DataFrame(
        {"key": ["1", "2", "3"], "trainable": "net", "device": "cpu", "repetition": [0, 0, 1]}
    )
    rows = pd.concat(
        rows_of(*[("t", "a", epoch) for epoch in range(1, last + 1)]).assign(key=key)
        for key, last in (("1", 3), ("2", 1), ("3", 2))
    )
    monkeypatch.setattr(live_counts.results, "load", lambda run: (experiments, None, rows))
    assert distinct(Path("run")) == (3 + 1 + 2, 3 + 2, 3 + 2)


def test_section_is_replaced_and_others_stay() -> None:
    page = f"# Page\n\n{TITLE}\n\nold\n\n## After\n\nkept\n"
    written = with_section(page, f"{TITLE}\n\nnew\n")
    assert written == f"# Page\n\n{TITLE}\n\nnew\n\n## After\n\nkept\n"
    assert with_section("# Page\n", f"{TITLE}\n\nnew") == f"# Page\n\n{TITLE}\n\nnew\n"
    assert with_section(written, f"{TITLE}\n\nnew\n") == written
