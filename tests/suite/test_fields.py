"""Each field of the declaration: its option, limits, way to the store and back, and words in captions."""

from __future__ import annotations

import tomllib
import typing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import parser
from benchmarks.suite.presets import PRESETS
from benchmarks.suite.registry import UnknownName
from results.compare.captions import settings_in_words
from results.compare.settings import COLUMNS
from results.numerals import significant
from results.store.field import Field
from results.store.fields import ADDED, FIELDS
from results.store.rows import to_table
from results.store.schema import EXPERIMENTS

each_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)

#: Other values of the fields that the declaration gives no choices and no limits.
OTHER: dict[str, list[Any]] = {
    "trainable": ["digits-mlp", "branin"],
    "searcher": ["random", "optuna-tpe"],
    "scheduler": ["asha", "fifo"],
    "data": ["full"],
    "gpus_per_trial": [0.25, 1.0, 2.0],
    "shared_initial_points": [1, 3, 8],
    "speeds": ["1,0.5", "2"],
    "known_results": [str(Path(__file__).with_name("known.csv"))],
    "first_configuration": ['{"lr": 0.01}', '{"lr": 0.1, "momentum": 0.5}'],
}
#: Values that the same fields cannot have.
IMPOSSIBLE: dict[str, list[Any]] = {
    "trainable": ["nothing-of-the-kind"],
    "searcher": ["nothing-of-the-kind"],
    "scheduler": ["nothing-of-the-kind"],
    "data": ["nothing-of-the-kind"],
    "gpus_per_trial": [0.0, -1.0, 1.5, 1001.0],
    "shared_initial_points": [-1, 9],
    "speeds": ["", "fast", "0", "1;2"],
    "known_results": ["/nothing/of/the/kind.csv"],
    "first_configuration": ["lr=0.01", "[0.01]", '{"lr": -1}', '{"rate": 0.01}', "best"],
}


def others(field: Field) -> st.SearchStrategy[Any]:
    """Return a strategy of values that the field's option may have."""
    if field.name in OTHER:
        return st.sampled_from(OTHER[field.name])
    if field.choices:
        return st.sampled_from(field.choices)
    assert field.least is not None, f"{field.name} has neither choices nor limits; give examples in OTHER"
    if field.type is float:
        most = field.most if field.below is None else field.below
        return st.floats(field.least, most, exclude_max=field.below is not None)
    return st.integers(int(field.least), 50 if field.grid == "repetitions" else int(field.most or 0))


def impossible(field: Field) -> list[Any]:
    if field.name in IMPOSSIBLE:
        return IMPOSSIBLE[field.name]
    if field.choices:
        return ["nothing-of-the-kind"]
    assert field.least is not None
    end = field.below if field.below is not None else field.type(field.most) + 1
    return [field.type(field.least) - 1, field.type(end)]


def asked(field: Field, value: Any, option: str = "") -> Grid:
    """Return the grid of a command line with this value of a field."""
    words = ["--grid", "--num-cpus", "100000", f"{option or field.option}={value}"]
    if field.name != "searcher":
        words.append("--searchers=random")
    if field.name != "scheduler":
        words.append("--schedulers=fifo")
    if field.simulated:
        words.append("--engine=virtual")
    return asked_grid(parser().parse_args(words))


def plain(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


@each_field
def test_option_has_a_help_text_with_its_default(field: Field) -> None:
    options = {option: action for action in parser()._actions for option in action.option_strings}
    action = options[field.option]
    default = getattr(PRESETS["quick"], field.grid)
    words = " ".join(map(str, default)) if isinstance(default, tuple) else default
    words = f"{words:g}" if field.type is float else words
    assert str(action.help) == f"{field.help} (default: {'none' if words == '' else words})"
    assert action.default is None
    for alias in field.aliases:
        assert options[f"--{alias.replace('_', '-')}"].dest == action.dest


@each_field
@settings(max_examples=25)
@given(data=st.data())
def test_value_comes_through_run_file_and_store_with_the_same_key(field: Field, data: st.DataObject) -> None:
    value = data.draw(others(field))
    grid = asked(field, value)
    assert plain(getattr(grid, field.grid)) == value
    again = Grid().changed(tomllib.loads(grid.to_toml()), "run.toml")
    assert again == grid
    experiment = list(again.experiments())[-1]
    table = to_table("experiments", [experiment.row | {"key": experiment.key, "status": "ok"}])
    [row] = table.to_pylist()
    assert Experiment.from_row(row) == experiment
    assert Experiment.from_row(row).key == experiment.key
    own = field.name == "epochs" and value == 0  # each task's own
    if field.grid == field.name and field.name not in ("device", "train_size", "gpus_per_trial") and not own:
        assert getattr(experiment, field.name) == row[field.column] == value


@each_field
def test_value_beyond_its_limits_is_refused_in_one_line_that_names_it(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in impossible(field):
        with pytest.raises((Misuse, UnknownName, SystemExit)) as refusal:
            next(asked(field, value).experiments())
        printed = capsys.readouterr().err  # argparse prints what it refuses
        message = printed.strip() or str(refusal.value.args[0])
        assert len(message.splitlines()) == 1
        assert field.grid.removesuffix("s") in message.replace("-", "_")
        assert str(value) in message


@pytest.mark.parametrize("field", [f for f in FIELDS if f.type is not str], ids=lambda field: field.name)
def test_text_for_a_number_is_refused_by_its_option(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        asked(field, "many")
    assert end.value.code == 2
    assert f"argument {field.option}" in capsys.readouterr().err


@each_field
def test_store_without_the_column_reads_as_the_default(field: Field) -> None:
    experiment = Experiment("digits-mlp", "random", "asha")
    row = {column: value for column, value in experiment.row.items() if column != field.column}
    if field.since > 1:
        assert Experiment.from_row(row).key == experiment.key
        assert Experiment.from_row(row | {field.column: None}).key == experiment.key
        assert ADDED[field.column] == field.default
    else:
        with pytest.raises(KeyError, match=field.column):
            Experiment.from_row(row)


def caption(settings: dict[str, Any]) -> str:
    return settings_in_words(settings, "n = 1")


@pytest.mark.parametrize("field", [f for f in FIELDS if f.role != "cell"], ids=lambda field: field.name)
@settings(max_examples=25)
@given(data=st.data())
def test_caption_states_what_is_not_the_default(field: Field, data: st.DataObject) -> None:
    usual = Experiment("mnist-convnet", "random", "asha").row
    value = data.draw(others(field).filter(lambda value: value != usual[field.column]))
    text = caption({name: (usual | {field.column: value})[name] for name in COLUMNS})
    assert text != caption({name: usual[name] for name in COLUMNS})
    words = significant(value) if isinstance(value, float) else str(value)
    assert (field.caption or "{}").format(words) in text


@pytest.mark.parametrize(("field", "name"), [(f, alias) for f in FIELDS for alias in f.aliases])
def test_older_names_work_in_options_and_spec_files(field: Field, name: str) -> None:
    value: Any = ("random",) if isinstance(field.grid_default, tuple) else 3
    grid = asked(field, "random" if isinstance(value, tuple) else 3, f"--{name.replace('_', '-')}")
    assert getattr(grid, field.grid) == value
    assert Grid().changed({name: value}, "spec.toml") == Grid().changed({field.grid: value}, "spec.toml")
    with pytest.raises(Misuse, match=f"{name} is another name of"):
        Grid().changed({field.grid: value, name: value}, "spec.toml")


@pytest.mark.parametrize("kind", [Experiment, Grid])
def test_static_types_are_those_of_the_declaration(kind: type) -> None:
    declared = [field.name if kind is Experiment else field.grid for field in FIELDS]
    assert [f.name for f in fields(kind)] == declared
    hints = typing.get_type_hints(kind)
    for field, name in zip(FIELDS, declared, strict=True):
        hint, default = hints[name], field.default if kind is Experiment else field.grid_default
        choices = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()
        if isinstance(field.grid_default, tuple) and kind is Grid:
            assert hint == (tuple[int, ...] if field.axis else tuple[str, ...])
        elif choices:
            assert {*choices} <= {*field.choices}
            assert default in choices
        else:
            assert hint is field.type
            assert default is None or type(default) is field.type


def test_columns_of_the_store_are_those_of_the_declaration() -> None:
    assert list(EXPERIMENTS)[1 : len(FIELDS) + 1] == [field.column for field in FIELDS]
    assert len({field.column for field in FIELDS}) == len(FIELDS)
    names = [name for field in FIELDS for name in {field.grid, field.key, *field.aliases}]
    assert len(set(names)) == len(names)
