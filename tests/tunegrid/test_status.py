"""``tunegrid status``: what a run folder holds, without running anything."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from benchmarks import run, status
from benchmarks.engines.common.outcome import not_run
from benchmarks.execution.under_way import UnderWayFile
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from results import Store
from results.locks import locked

GRID = Grid(("branin",), ("random", "grid"), ("fifo", "asha"), repetitions=2, engine="virtual")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a run of 8 experiments: 4 ok, 1 failed, 3 left."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "runs" / "mine"
    made.mkdir(parents=True)
    (made / "run.toml").write_text(GRID.to_toml())
    store(made, list(GRID.experiments())[:4], "ok")
    store(made, list(GRID.experiments())[4:5], "failed")
    return made


def store(folder: Path, experiments: list[Experiment], how: str) -> None:
    Store(folder).write([not_run(e, how, "a reason").row for e in experiments], [], [])


def shown(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> Any:
    assert status.main([*map(str, words), "--json"], "tunegrid status") == code
    return json.loads(capsys.readouterr().out)


def test_it_counts_what_is_answered_and_names_what_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [one] = shown(capsys, folder)
    assert one["run"] == str(folder)
    assert (one["asked"], one["answered"], one["driver"]) == (8, {"ok": 4, "failed": 1}, None)
    assert one["left"] == [f"branin {e.combination} cpu #1" for e in list(GRID.experiments())[5:]]
    assert status.main([str(folder)]) == 0
    out = capsys.readouterr().out
    assert f"{folder}: 8 experiments, 5 answered, 3 left\n  4 ok, 1 failed\n" in out
    assert "at work on it: nobody" in out
    assert "resume with: python -m benchmarks.run --grid --resume --name mine\n" in out


def test_looking_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    shown(capsys, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("where", [".", "other"])
def test_the_command_that_is_shown_resumes_what_is_left(
    folder: Path, carried_out: list[Any], capsys: pytest.CaptureFixture[str], tmp_path: Path, where: str
) -> None:
    if where == "other":
        (tmp_path / "a b").mkdir()
        folder = folder.rename(tmp_path / "a b" / "mine")
    [one] = shown(capsys, folder)
    program, name, *words = shlex.split(one["resume"])
    assert (program, name) == ("tunegrid", "run")
    assert ("--out" in words) == (where == "other")
    assert run.run(words) == 0
    assert [found for found, _ in carried_out] == [folder if where == "other" else Path("runs/mine")]
    retry = shlex.split(one["retry"])
    assert [word for word in retry if word != "--retry"] == [program, name, *words]


def test_a_whole_run_has_nothing_to_resume(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(folder, list(GRID.experiments())[5:], "ok")
    [one] = shown(capsys, folder)
    assert (one["left"], one["resume"], one["answered"]["ok"]) == ([], None, 7)
    assert one["retry"].startswith("tunegrid run --resume --retry --name mine")
    Store(folder).withdraw({e.key for e in list(GRID.experiments())[4:5]})
    store(folder, list(GRID.experiments())[4:5], "ok")
    [one] = shown(capsys, folder)
    assert (one["left"], one["resume"], one["retry"]) == ([], None, None)


def test_a_driver_at_work_is_named_and_not_disturbed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(folder):
        [one] = shown(capsys, folder)
        assert one["driver"].startswith("process ") and " since " in one["driver"]
        assert (one["resume"], one["retry"]) == (None, None)
        assert len(one["left"]) == 3
    [one] = shown(capsys, folder)
    assert one["driver"] is None and one["resume"]


def test_the_lock_of_a_killed_driver_is_nobodys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lock").write_text(json.dumps({"process": 1, "host": "here", "since": "2026-01-01"}))
    [one] = shown(capsys, folder)
    assert one["driver"] is None
    with locked(folder):  # and the next driver can begin
        pass


def test_a_run_whose_parts_are_not_here_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "run.toml").read_text().partition("# sha256")[0]
    (folder / "run.toml").write_text(text.replace('"grid"', '"gone-searcher"'))
    [one] = shown(capsys, folder)
    assert (one["asked"], one["left"], one["answered"]) == (None, None, {"ok": 4, "failed": 1})
    assert "gone-searcher" in one["problem"]
    assert status.main([str(folder)]) == 0
    assert "5 experiments answered; the others are not known: unknown searcher" in capsys.readouterr().out


def test_several_runs_are_shown_in_turn(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = tmp_path / "runs" / "empty"
    other.mkdir()
    (other / "run.toml").write_text(GRID.to_toml())
    first, second = shown(capsys, folder, other)
    assert (first["asked"], second["asked"], second["answered"], len(second["left"])) == (8, 8, {}, 8)


@pytest.mark.parametrize(
    ("content", "said"), [("trials = ", "is not TOML"), ("trials = 0.5", "trials is 0.5")]
)
def test_a_damaged_run_is_misuse(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    (folder / "run.toml").write_text(content)
    assert status.main([str(folder)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("python -m benchmarks.status: ") and said in err and err.count("\n") == 1


def test_reasons_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(folder, list(GRID.experiments())[5:6], "failed")
    [one] = shown(capsys, folder)
    assert one["reasons"] == {"failed: a reason": 2}
    assert status.main([str(folder)]) == 0
    assert "  2 failed: a reason\n" in capsys.readouterr().out


def test_what_a_driver_has_under_way_is_shown_while_it_lives(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    UnderWayFile(folder).show(["branin random x asha cpu #1"], 150.0, 1)
    [one] = shown(capsys, folder)
    assert (one["driver"], one["running"], one["seconds_left"]) == (None, {}, None)  # its driver has died
    with locked(folder):
        [one] = shown(capsys, folder)
        assert list(one["running"]) == ["branin random x asha cpu #1"]
        assert status.main([str(folder)]) == 0
    out = capsys.readouterr().out
    assert "running for 0 s: branin random x asha cpu #1\n" in out
    assert ", about 2 min left\n" in out
