"""Two versions of one name are never pooled: what is not the last one has another name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.suite.experiment import Experiment
from results import RUN_FILE, ResultsError, Store, load
from results.compare.versions import several
from results.gate.sides import rows_of

OLD, NEW = "3fa1" + "0" * 8, "77b0" + "0" * 8


def run(folder: Path, *rows: dict[str, Any]) -> Path:
    """Write a run with one experiment for each of these rows, which say in what it is not as usual."""
    folder.mkdir()
    (folder / RUN_FILE).touch()
    written = []
    for number, row in enumerate(rows):
        own = {name: row[name] for name in row if name in Experiment.__dataclass_fields__}
        e = Experiment(**({"trainable": "mine", "searcher": "random", "scheduler": "asha"} | own))
        e = e if "repetition" in own else replace(e, repetition=number)
        versions = {f"{part}_version": f"{part:0<12}" for part in ("trainable", "searcher", "scheduler")}
        started = {"started_at": f"2026-11-29T05:{number:02d}"}
        written.append(e.row | {"key": e.key, "status": "ok"} | versions | started | row)
    Store(folder).write(written, [], [])
    return folder


def names(part: str, *folders: Path) -> list[str]:
    rows = load(*folders).experiments.sort_values(["started_at", "run"])
    return [str(name) for name in rows[part]]


@pytest.mark.parametrize("part", ["trainable", "searcher", "scheduler"])
def test_only_the_last_version_keeps_the_name(part: str, tmp_path: Path) -> None:
    column = f"{part}_version"
    made = run(tmp_path / "a", {column: OLD}, {column: OLD}, {column: NEW}, {column: None})
    name = {"trainable": "mine", "searcher": "random", "scheduler": "asha"}[part]
    assert names(part, made) == [f"{name} @ 3fa1", f"{name} @ 3fa1", name, name]
    assert several(load(made).experiments) == [f"{name} @ 3fa1"]


def test_versions_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    made = run(tmp_path / "a", *({"searcher_version": f"3fa1{end}0000000"} for end in "012"))
    assert names("searcher", made) == ["random @ 3fa10", "random @ 3fa11", "random"]


def test_one_version_or_none_changes_no_name(tmp_path: Path) -> None:
    made = run(tmp_path / "a", {}, {}, {"trainable_version": None, "searcher_version": None})
    assert set(names("trainable", made)) == {"mine"}
    assert several(load(made).experiments) == []


def test_other_data_is_another_task_already_and_no_other_version(tmp_path: Path) -> None:
    made = run(
        tmp_path / "a",
        {"trainable_version": OLD, "data": "subset"},
        {"trainable_version": NEW, "data": "full"},
        {"trainable_version": "5" * 12, "engine": "virtual"},
    )
    assert set(names("trainable", made)) == {"mine"}


def test_part_that_changed_between_two_runs_is_not_pooled(tmp_path: Path) -> None:
    old = run(tmp_path / "old", {"searcher_version": OLD, "started_at": "2026-11-28"})
    new = run(tmp_path / "new", {"searcher_version": NEW, "repetition": 1})
    assert names("searcher", old, new) == ["random @ 3fa1", "random"]


def test_gate_takes_one_version_a_side(tmp_path: Path) -> None:
    made = run(tmp_path / "a", {"searcher_version": OLD}, {"searcher_version": NEW})
    with pytest.raises(ResultsError, match=r"several versions of one name \(random @ 3fa1 is not the last\)"):
        rows_of(load(made))


def test_name_with_a_run_behind_it_is_no_version() -> None:
    rows = pd.DataFrame({"trainable": ["m"], "searcher": ["random @ 3f"], "scheduler": ["s"]})
    versions = {f"{part}_version": [OLD] for part in ("trainable", "searcher", "scheduler")}
    assert several(rows.assign(**versions)) == []
