"""``tunegrid.run``: the command's options as keywords, its lines as errors, objects as parts."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ray import tune
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search import BasicVariantGenerator

import tunegrid as tg
from benchmarks import user_files
from benchmarks.run import run as command
from benchmarks.suite.options import run_parser
from benchmarks.suite.registry import SEARCHERS, TRAINABLES
from results.compare.run import RUN_FILE

SMALL: dict[str, Any] = {
    **{"trainables": "branin", "searchers": "random", "schedulers": "fifo", "trials": 3, "epochs": 3},
    **{"workers": 2, "engine": "virtual", "figures": False},
}


def test_the_keywords_are_the_commands_options() -> None:
    options = {action.dest for action in run_parser()._actions} - {"help"}
    keywords = set(inspect.signature(tg.run).parameters)
    assert keywords == {name.removeprefix("no_") for name in options}
    assert inspect.signature(tg.run).parameters["timeout"].default == run_parser().get_default("timeout")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"searchers": "randm"}, ["--searchers", "randm"]),
        ({"trials": "many"}, ["--trials", "many"]),
        ({"trials": -1}, ["--trials", "-1"]),
        ({"engine": "ray"}, ["--engine", "ray"]),
        ({"timeout": 0}, ["--timeout", "0"]),
        ({"name": "a/b"}, ["--name", "a/b"]),
        ({"resume": True}, ["--resume"]),
        ({"schedulers": ["asha[reduction=2]"]}, ["--schedulers", "asha[reduction=2]"]),
        ({"trainables": "none.py:train"}, ["--trainables", "none.py:train"]),
    ],
)
def test_a_mistake_is_the_commands_line(
    options: dict[str, Any],
    words: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(tg.Misuse) as error:
        tg.run(**options)
    try:
        code = command(words)
    except SystemExit as end:  # argparse's own
        code = int(str(end.code))
    said = capsys.readouterr().err.strip().removeprefix("tunegrid run: ")
    assert code == 2
    assert said.removesuffix("; tunegrid run --help shows what there is") == str(error.value)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"serchers": "random"}, "tunegrid.run has no keyword 'serchers'; did you mean 'searchers'?"),
        ({"no_figures": True}, "tunegrid.run has no keyword 'no_figures'; did you mean 'figures'?"),
        ({"time_budget": 3, "time-budget": 3}, "tunegrid.run has no keyword 'time-budget'"),
    ],
)
def test_an_unknown_keyword_is_answered_with_the_nearest(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as error:
        tg.run(**options)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"searchers": 3}, "searchers: 3; expected a name, a function or a class"),
        ({"space": 3, "trainables": "a.py:b"}, "space is 3; expected a dict of ray.tune's domains"),
        ({"figures": 1}, "figures is 1; give True or False"),
        ({"trials": [1, 2]}, "trials is [1, 2]; give one value, such as N"),
    ],
)
def test_a_value_of_the_wrong_kind_is_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(tg.Misuse) as error:
        tg.run(**options)
    assert str(error.value).startswith(message)


def shifted(by: int) -> Callable[..., tg.SearchPlan]:
    def shift(setup: tg.SearchSetup) -> tg.SearchPlan:
        return tg.SearchPlan(setup.space, setup.trials, BasicVariantGenerator(random_state=setup.seed + by))

    return shift


def test_closures_run_and_each_run_has_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def halving(setup: tg.ScheduleSetup) -> ASHAScheduler:
        return ASHAScheduler(time_attr="training_iteration", max_t=setup.epochs)

    len(TRAINABLES)  # plug-ins may register searchers, too
    before = dict(os.environ), sorted(SEARCHERS), list(sys.path), user_files.files()
    asked = SMALL | {"schedulers": ["fifo", halving], "out": tmp_path}
    runs = [
        tg.run(**asked | {"searchers": ["random", shifted(by)], "name": name})
        for name, by in (("one", 1), ("two", 2), ("again", 1))
    ]
    said = capsys.readouterr().out
    assert said.count("only this process can resume the run: shift, halving lie in no file") == 3
    for run in runs:
        assert set(run.experiments["status"]) == {"ok"}
        assert set(run.experiments["searcher"]) == {"random", "shift"}
        assert set(run.experiments["scheduler"]) == {"fifo", "halving"}
    one, two, again = (run.where(searchers="shift", schedulers="fifo") for run in runs)
    assert list(one.trials["config"]) == list(again.trials["config"]) != list(two.trials["config"])
    versions = [run.experiments["searcher_version"].iloc[0] for run in (one, two, again)]
    assert versions[0] == versions[2] != versions[1]
    assert (dict(os.environ), sorted(SEARCHERS), list(sys.path), user_files.files()) == before

    finished = tg.run(name="one", out=tmp_path, resume=True, figures=False)
    assert "nothing new" in capsys.readouterr().out and len(finished.experiments) == 4


class Rising(tg.CurveModel):
    """A curve that rises to the configuration's only value."""

    def __init__(self, place: Any) -> None:
        pass

    def start(self, config: dict[str, Any]) -> int:
        return 0

    def step(self, state: int, config: dict[str, Any], cpus: float) -> tg.Epoch:
        return tg.Epoch(state + 1, {"score": config["x"] * (1 - 0.5 ** (state + 1))}, 1.0)


def test_a_decorated_trainable_of_this_process_runs_by_name_and_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TRAINABLES, "_specs", dict(TRAINABLES._specs) if len(TRAINABLES) else {})

    @tg.trainable("mine", space=lambda: {"x": tune.uniform(0.0, 1.0)}, metric="score", curves=Rising)
    def mine(config: dict[str, Any]) -> None:
        raise NotImplementedError

    for name, given in (("name", "mine"), ("object", mine)):
        run = tg.run(**SMALL | {"trainables": given, "out": tmp_path, "name": name})
        assert list(run.experiments["status"]) == ["ok"]
        assert run.best().configuration["x"] == pytest.approx(run.best().value / (1 - 0.5**3))
    assert TRAINABLES["mine"].origin == __name__


def test_what_is_only_planned_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tg.run(**SMALL | {"out": tmp_path / "runs", "dry_run": True})
    assert len(run.experiments) == 0 and repr(run) == "Run()"
    assert "1 to run" in capsys.readouterr().out and not (tmp_path / "runs").exists()


def test_what_cannot_be_shipped_is_said(tmp_path: Path) -> None:
    import threading

    lock = threading.Lock()

    def locked(setup: tg.SearchSetup) -> tg.SearchPlan:
        raise NotImplementedError(lock)

    with pytest.raises(tg.Misuse, match="locked cannot be shipped to other processes"):
        tg.run(**SMALL | {"searchers": locked, "out": tmp_path})
    assert list(tmp_path.iterdir()) == []


def test_no_run_folder_holds_anything_pickled(tmp_path: Path) -> None:
    tg.run(**SMALL | {"searchers": shifted(3), "out": tmp_path, "name": "shipped"})
    kept = sorted((tmp_path / "shipped" / "code").iterdir())
    assert [path.name for path in kept] == ["shift.py"]
    assert "# def shift(setup: tg.SearchSetup)" in kept[0].read_text()
    assert (tmp_path / "shipped" / RUN_FILE).is_file()
