"""``BayesOptSearch(random_search_steps=4)``, two trials at a time, with ``HyperBandScheduler``: one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import run
from results import Store

LINE = "--searchers bayesopt[random_search_steps=4] --schedulers hyperband --workers 2"
REST = "--engine virtual --trainables digits-mlp --trials 12 --epochs 9 --no-figures --jobs 1"


def ran(line: str, name: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    assert run.run([*line.split(), *REST.split(), "--name", name]) == 0
    store = Store(Path("runs") / name)
    [row] = store.read("experiments").to_pylist()
    configs = [
        json.loads(trial["config"])
        for trial in sorted(store.read("trials").to_pylist(), key=lambda trial: trial["number"])
    ]
    return row, configs


def test_the_line_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    row, configs = ran(LINE, "line")
    assert (row["searcher"], row["scheduler"]) == ("bayesopt[random_search_steps=4]", "hyperband")
    assert (row["status"], row["trials_run"], row["look_ahead"]) == ("ok", 12, 2)
    assert float(str(row["concurrency"])) <= 2
    assert json.loads(str(row["searcher_options"]))["random_search_steps"] == 4
    assert int(str(row["trials_stopped"])) > 0
    # The first four are random, with the same seed the same however many there are; the fifth is not.
    _, more = ran(LINE.replace("=4", "=8"), "more")
    assert configs[:4] == more[:4]
    assert configs[4] != more[4]
