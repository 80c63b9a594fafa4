"""Parts that are named by their file: what is registered of it, and one line for each mistake."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from helpers import own_files
from helpers.own_files import CURVED, TRAIN, TUNERS, write

from benchmarks.execution.versions import version_of
from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import run_parser
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, SpecError

WITH = "metric=val_loss,mode=min,space=SPACE"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    own_files.forget_after(monkeypatch)


def grid(*options: str) -> Grid:
    return asked_grid(run_parser().parse_args(["--num-cpus", "2", *options]))


def misused(*options: str) -> str:
    with pytest.raises((Misuse, SpecError)) as raised:
        list(grid(*options).experiments())
    assert len(str(raised.value).splitlines()) == 1
    return str(raised.value)


def test_a_function_is_registered_under_its_name_with_what_the_options_say(tmp_path: Path) -> None:
    file = write(tmp_path, "train.py", TRAIN)
    asked = grid(
        *("--trainable", f"{file}:train_fn", "--space", f"{file}:SPACE", "--metric", "val_loss"),
        *("--mode", "min", "--searchers", "random", "--schedulers", "fifo"),
    )
    assert asked.trainables == (f"{file}:train_fn[metric=val_loss,mode=min,space={file}:SPACE]",)
    [experiment] = asked.experiments()
    spec = TRAINABLES[experiment.trainable]
    assert (spec.name, spec.metric, spec.mode) == ("train_fn", "val_loss", "min")
    assert list(spec.space()) == ["lr", "width"]


def test_paths_of_options_are_relative_to_the_folder_and_those_of_a_spec_file_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, "project/train.py", TRAIN)
    spec = write(
        tmp_path,
        "project/grid.toml",
        """
        trainable = "train.py:train_fn"
        space = "train.py:SPACE"
        metric = "val_loss"
        mode = "min"
        """,
    )
    monkeypatch.chdir(tmp_path)
    by_file = grid("--spec", str(spec)).trainables
    asked = ("--space", "project/train.py:SPACE", "--metric", "val_loss", "--mode", "min")
    assert grid("--trainable", "project/train.py:train_fn", *asked).trainables == by_file
    assert by_file[0].startswith(f"{file}:")


def test_several_and_repeated_options_name_all(tmp_path: Path) -> None:
    file = write(tmp_path, "tuners.py", TUNERS)
    asked = grid("--searcher", f"{file}:plain", "--searcher", "random", "grid", "--scheduler", "fifo,asha")
    assert asked.searchers == (f"{file}:plain", "random", "grid")
    assert asked.schedulers == ("fifo", "asha")


def test_what_is_decorated_keeps_its_name_and_the_brackets_change_it(tmp_path: Path) -> None:
    file = write(tmp_path, "curved.py", CURVED)
    assert TRAINABLES.select([str(file)]) == TRAINABLES.select([f"{file}:Rising"]) == ["rising"]
    other = write(tmp_path / "other", "curved.py", CURVED.replace('"rising"', '"falling"'))
    assert TRAINABLES.select([f"{other}:Rising[mode=min]"]) == ["falling"]
    assert (TRAINABLES["rising"].mode, TRAINABLES["falling"].mode) == ("max", "min")


def test_a_searcher_and_a_scheduler_may_have_options(tmp_path: Path) -> None:
    file = write(tmp_path, "tuners.py", TUNERS)
    assert SEARCHERS.select([f"{file}:plain[constant=false|true]"]) == ["plain", "plain[constant=true]"]
    assert SCHEDULERS.select([f"{file}:halving[brackets=2]"]) == ["halving[brackets=2]"]


def test_a_space_may_be_a_function(tmp_path: Path) -> None:
    file = write(tmp_path, "train.py", TRAIN + "\n    def space():\n        return SPACE\n")
    TRAINABLES.select([f"{file}:train_fn[metric=val_loss,mode=min,space=space]"])
    assert list(TRAINABLES["train_fn"].space()) == ["lr", "width"]


def test_the_version_is_of_the_file_and_of_what_it_imports_from_its_folder(tmp_path: Path) -> None:
    write(tmp_path, "helper.py", "FACTOR = 1")
    file = write(tmp_path, "train.py", "import helper\n" + dedent(TRAIN))
    TRAINABLES.select([f"{file}:train_fn[{WITH}]"])
    aspects = version_of("trainable", "train_fn").aspects
    assert {"source of train.py", "source of helper"} <= set(aspects)
    assert not any("benchmarks" in name for name in aspects)


def test_an_edit_after_it_was_named_does_not_reach_this_run(tmp_path: Path) -> None:
    from benchmarks import user_files

    file = write(tmp_path, "train.py", TRAIN)
    TRAINABLES.select([f"{file}:train_fn[{WITH}]"])
    file.write_text("def f(:")
    TRAINABLES.select([f"{file}:train_fn[{WITH}]"])
    assert "val_loss" in user_files.files()[str(file)].read_text()


def trainable(file: Path, name: str = "train_fn", **settings: str) -> list[str]:
    given = [f"--{key}={value}" for key, value in settings.items()]
    return ["--trainable", f"{file}:{name}" if name else str(file), *given]


MISTAKES: dict[str, tuple[str, dict[str, Any], str]] = {
    "no such name": (TRAIN, {"name": "trainfn"}, "train.py has no trainfn; did you mean 'train_fn'?"),
    "no metric": (TRAIN, {}, "train_fn has no metric; add --metric val_loss"),
    "no mode": (TRAIN, {"metric": "val_loss"}, "train_fn has no mode; add --mode min"),
    "no space": (TRAIN, {"metric": "val_loss", "mode": "min"}, "train_fn has no space; add --space "),
    "another mode": (TRAIN, {"metric": "val_loss", "mode": "mn", "space": "SPACE"}, "mode is 'mn'"),
    "space of another type": (
        *(TRAIN, {"metric": "val_loss", "mode": "min", "space": "np"}),
        "expected a dict of ray.tune's domains",
    ),
    "no such space": (
        *(TRAIN, {"metric": "val_loss", "mode": "min", "space": "SPAC"}),
        "train.py has no SPAC; did you mean 'SPACE'?",
    ),
    "not callable": (TRAIN, {"name": "SPACE"}, "expected a function or a class, as a trainable is"),
    "nothing decorated": (TRAIN, {"name": ""}, "train.py registers no trainable; name its function or class"),
    "raises": (
        "import os\n\nx = 1 / 0",
        {},
        "train.py cannot be imported: ZeroDivisionError: division by zero",
    ),
    "no Python": ("def f(:", {}, "train.py cannot be imported: SyntaxError: "),
    "no library": ("import nonesuch", {}, "ModuleNotFoundError: No module named 'nonesuch' at line 1"),
    "ends the program": ("import sys; sys.exit(3)", {}, "train.py cannot be imported: SystemExit: 3"),
    "takes nothing": (
        *("def train_fn(): pass\nSPACE = {'x': 1}", {"metric": "a", "mode": "min", "space": "SPACE"}),
        "expected a function of (config, session) or (config)",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_one_line(tmp_path: Path, mistake: str) -> None:
    text, settings, expected = MISTAKES[mistake]
    assert expected in misused(*trainable(write(tmp_path, "train.py", text), **settings))


def test_a_missing_file_is_answered_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "train.py", TRAIN)
    assert misused(*trainable(tmp_path / "trian.py")).endswith("did you mean 'train.py'?")


def test_two_of_one_name_are_refused_and_another_name_helps(tmp_path: Path) -> None:
    one, other = (write(tmp_path, f"{folder}/train.py", TRAIN) for folder in "ab")
    clash = misused("--trainables", f"{one}:train_fn[{WITH}]", f"{other}:train_fn[{WITH}]")
    assert "is called 'train_fn', as is " in clash and "[name=another]" in clash
    names = TRAINABLES.select([f"{one}:train_fn[{WITH}]", f"{other}:train_fn[{WITH},name=second]"])
    assert names == ["second", "train_fn"]
    named_like_ours = f"{other}:train_fn[{WITH},name=branin]"
    assert "is called 'branin'" in misused("--trainables", named_like_ours)


def test_neighbours_of_one_name_in_two_folders_are_refused(tmp_path: Path) -> None:
    for folder in "ab":
        write(tmp_path, f"{folder}/neighbour.py", f"WHERE = '{folder}'")
        write(tmp_path, f"{folder}/train.py", "import neighbour\n" + dedent(TRAIN))
    TRAINABLES.select([f"{tmp_path}/a/train.py:train_fn[{WITH}]"])
    with pytest.raises(Misuse, match=r"imports neighbour, which is .*/a/neighbour\.py"):
        TRAINABLES.select([f"{tmp_path}/b/train.py:train_fn[{WITH},name=b]"])


def test_settings_without_a_file_are_refused() -> None:
    assert "none is named" in misused("--trainables", "branin", "--metric", "loss")


def test_settings_that_are_none_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "train.py", TRAIN)
    assert "did you mean 'metric'?" in misused("--trainable", f"{file}:train_fn[metrc=a]")
    assert "metric has 2 values" in misused("--trainable", f"{file}:train_fn[metric=a|b]")


def test_a_module_is_named_like_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "mine_of_test/inner.py", TRAIN)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert TRAINABLES.select([f"mine_of_test.inner:train_fn[{WITH}]"]) == ["train_fn"]
    assert "no module" in misused("--trainable", f"nonesuch_of_test.inner:f[{WITH}]").lower()


def test_the_processes_to_come_are_told(tmp_path: Path) -> None:
    from benchmarks import user_files

    file = write(tmp_path, "train.py", TRAIN)
    reference = f"{file}:train_fn[{WITH}]"
    TRAINABLES.select([reference])
    assert user_files.announced("trainables") == [reference]
    assert str(file) in os.environ[user_files.VARIABLE]
