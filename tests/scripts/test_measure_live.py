"""The measurement of the engine live: its independent count of trainings, and the section that it writes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scripts import live_counts
from scripts.live_counts import distinct, stretches
from scripts.measure_live import TITLE, with_section


def trial(*rows: tuple[str, int]) -> pd.DataFrame:
    return pd.DataFrame({"config": [config for config, _ in rows], "epoch": [epoch for _, epoch in rows]})


def test_a_stretch_ends_where_the_configuration_changes_or_epochs_jump() -> None:
    rows = trial(("a", 1), ("a", 2), ("b", 3), ("b", 4), ("b", 3))
    assert list(stretches(rows)) == [("a", 0, 1), ("a", 0, 2), ("b", 2, 3), ("b", 2, 4), ("b", 2, 3)]


def test_equal_trainings_count_once_over_experiments_of_a_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    experiments = pd.DataFrame(
        {
            "key": ["1", "2", "3", "4"],
            "trainable": "net",
            "device": "cpu",
            "repetition": [0, 0, 1, 0],
            "scheduler": ["fifo", "asha", "fifo", "resource-changing"],
        }
    )
    rows = pd.concat(
        trial(*[("a", epoch) for epoch in range(1, last + 1)]).assign(key=key, trial_id="t", seq=range(last))
        for key, last in (("1", 3), ("2", 1), ("3", 2), ("4", 2))
    )
    monkeypatch.setattr(live_counts.results, "load", lambda run: (experiments, None, rows))
    assert distinct(Path("run")) == (3 + 1 + 2 + 2, 3 + 2 + 2)  # processors of the last one are unknown


def test_section_is_replaced_and_others_stay() -> None:
    page = f"# Page\n\n{TITLE}\n\nold\n\n## After\n\nkept\n"
    written = with_section(page, f"{TITLE}\n\nnew\n")
    assert written == f"# Page\n\n{TITLE}\n\nnew\n\n## After\n\nkept\n"
    assert with_section("# Page\n", f"{TITLE}\n\nnew") == f"# Page\n\n{TITLE}\n\nnew\n"
    assert with_section(written, f"{TITLE}\n\nnew\n") == written
