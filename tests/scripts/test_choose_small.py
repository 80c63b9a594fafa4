"""The choice of the small set on three tasks, from the run to the files; and the command that measures it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.suite.options import parser
from benchmarks.suite.task_sets import small_tasks
from results.compare.run import load
from scripts import choose_small, measure_small
from scripts.page_sections import write_section

TASKS = ["branin", "levy", "digits-mlp"]
FEW = choose_small.Combinations("few", ("random", "sobol"), ("fifo", "asha"), ("--trials", "4"))


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with the marks; the choice is among three tasks, and writes here."""
    page = tmp_path / "tasks.md"
    page.write_text("before\n<!-- small: begin -->\nold\n<!-- small: end -->\nafter\n")
    monkeypatch.setattr(choose_small, "shipped_tasks", lambda: TASKS)
    monkeypatch.setattr(choose_small, "QUICK", FEW)
    monkeypatch.setattr(choose_small, "PAGE", page)
    monkeypatch.setattr(choose_small, "SMALL", tmp_path / "small.toml")
    return page


def test_from_the_run_to_the_preset_and_the_page_and_a_later_call_runs_nothing_anew(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--out", page.parent / "runs", "--quick", "--repetitions", "2", "--size", "2", "--write"]
    monkeypatch.setattr(sys, "argv", ["choose_small", *map(str, words)])
    choose_small.main()
    chosen = small_tasks(page.parent / "small.toml")
    assert len(chosen) == 2
    assert set(chosen) < set(TASKS)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "4 combinations on 3 tasks, `--trials 4`, 2 repetitions" in text
    assert "| **2** |" in text
    run = page.parent / "runs" / "few"
    before = load(run).experiments
    assert len(before) == 24
    reached = choose_small.losses(run, TASKS, FEW.count)
    assert reached.shape == (2, 3, 4)
    assert np.isfinite(reached).all()
    rows = before[(before["trainable"] == "digits-mlp") & (before["repetition"] == 1)]
    assert sorted(reached[1, 2]) == pytest.approx(sorted(-rows["noise_free"]))
    choose_small.main()
    assert list(load(run).experiments["started_at"]) == list(before["started_at"])
    assert page.read_text() == text


@pytest.mark.slow
def test_repetitions_that_are_not_whole_do_not_count(page: Path) -> None:
    run = page.parent / "runs"
    words = choose_small.command(TASKS[:2], FEW, run, 1, "10m")
    subprocess.run(words, check=True, capture_output=True)
    assert len(choose_small.losses(run / FEW.name, TASKS[:2], FEW.count)) == 1
    assert len(choose_small.losses(run / FEW.name, TASKS, FEW.count)) == 0


def test_a_page_without_marks_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing")
    with pytest.raises(SystemExit, match=r"page.md lacks <!-- small: begin -->"):
        write_section(page, "small", "text")


def test_what_is_measured_is_the_preset_with_the_core_roster(tmp_path: Path) -> None:
    words = measure_small.command(tmp_path, 7)
    args = parser().parse_args(words[words.index("--grid") :])
    assert (args.preset, args.engine, args.repetitions) == ("small", "virtual", 7)
    assert "random" in args.searchers
    assert "asha" in args.schedulers
