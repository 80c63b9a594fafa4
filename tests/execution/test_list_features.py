"""``tunegrid list tasks --features``: for people and for programs."""

from __future__ import annotations

import json

import pytest

from benchmarks.execution.list_features import HEADS
from benchmarks.run import list_parts
from benchmarks.suite.registry import TRAINABLES
from benchmarks.tasks.task_features import TaskFeatures


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert list_parts([*words]) == 0
    return capsys.readouterr().out


def test_tasks_are_trainables(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, "tasks", "branin") == listed(capsys, "trainables", "branin")


def test_a_line_a_task_with_all_that_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    out = listed(capsys, "tasks", "mnist-*", "hpobench-car", "--features").partition("\n\n")[0].splitlines()
    assert out[0].split() == ["TASK", *HEADS]
    rows = {line.split()[0]: line.split()[1:] for line in out[1:]}
    assert set(rows) == {"mnist-convnet", "mnist-wide", "hpobench-car"}
    assert rows["mnist-wide"][:3] == ["9", "3g3f1i1c1?", "27"]
    assert rows["hpobench-car"][5:7] == ["-", "-"]  # a single epoch
    assert all(len(cells) == len(HEADS) for cells in rows.values())


def test_a_narrow_terminal_has_the_name_on_a_line_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = listed(capsys, "--features", "tasks", "hpolib-*").splitlines()
    assert "hpolib-naval-propulsion" in lines
    assert all(len(line) <= 80 for line in lines)


def test_programs_get_every_feature_and_the_set(capsys: pytest.CaptureFixture[str]) -> None:
    every = json.loads(listed(capsys, "tasks", "--features", "--json"))
    assert [one["name"] for one in every] == [n for n, s in TRAINABLES.items() if not s.hidden]
    [one] = json.loads(listed(capsys, "tasks", "branin", "--features", "--json"))
    assert set(one) == {"name", "set", *TaskFeatures._fields}
    assert (one["dimensions"], one["linear_floats"]) == (2, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["searchers", "--features"], "--features are those of tasks"),
        (["tasks", "brainin", "--features"], "did you mean 'branin'?"),
    ],
)
def test_features_of_what_is_no_task_are_misuse(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list_parts(words) == 2
    assert said in capsys.readouterr().err
