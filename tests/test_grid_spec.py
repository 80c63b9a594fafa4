"""A grid: values that make sense, a file that reads back, and each cell exactly once."""

from __future__ import annotations

import math
import tomllib
from dataclasses import fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune

from benchmarks.engines.execution import first_configurations
from benchmarks.grid import PRESETS, Grid, Misuse, differences, read
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Capability, UnknownName

# The basic plane without surrogates, which are no characters; quotes, escapes and controls are in it.
characters = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
globs = st.lists(st.text(characters), min_size=1, max_size=3).map(tuple)
counts = st.integers(1, 10_000)
grids = st.builds(
    Grid,
    trainables=globs,
    searchers=globs,
    schedulers=globs,
    device=st.sampled_from(["cpu", "gpu", "all"]),
    trials=counts,
    epochs=counts,
    workers=counts,
    repetitions=counts,
    data=st.text(characters),
    train_size=st.integers(0, 10**9),
    gpus_per_trial=st.floats(0, 1, exclude_min=True) | st.integers(1, 8).map(float),
    same_start=st.integers(0, 1),
)


SAME = Grid(("digits-mlp",), ("random",), ("fifo",), same_start=3)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_presets_can_be_run(preset: str) -> None:
    grid = PRESETS[preset]
    experiments = list(grid.experiments())
    assert {e.searcher for e in experiments} == {name for name, s in SEARCHERS.items() if not s.hidden}
    assert {e.scheduler for e in experiments} == {name for name, s in SCHEDULERS.items() if not s.hidden}
    assert {e.repetition for e in experiments} == set(range(grid.repetitions))


def test_paper_preset_rests_on_enough_repetitions_for_an_interval() -> None:
    assert PRESETS["paper"].repetitions >= 30
    assert PRESETS["quick"].repetitions == 1


@given(grids)
def test_grid_reads_back_from_its_toml(grid: Grid) -> None:
    values = tomllib.loads(grid.to_toml())
    assert set(values) == {field.name for field in fields(Grid)}
    assert Grid().changed(values, "run.toml") == grid
    assert differences(Grid().changed(values, "run.toml"), grid) == []


def test_grid_reads_back_from_a_file(tmp_path: Path) -> None:
    grid = Grid(searchers=('a"b', "c\\d", "naïve\n"), device="all", trials=3, gpus_per_trial=0.25)
    path = tmp_path / "run.toml"
    path.write_text(grid.to_toml())
    assert Grid().changed(read(path), str(path)) == grid


def test_characters_beyond_the_basic_plane_read_back_too() -> None:
    grid = Grid(searchers=("[!\N{GRINNING FACE}]*",))
    assert Grid().changed(tomllib.loads(grid.to_toml()), "run.toml") == grid


@pytest.mark.parametrize("name", ["trials", "epochs", "workers", "repetitions"])
@given(value=st.integers(-(10**9), 0))
def test_less_than_one_is_refused_and_named(name: str, value: int) -> None:
    with pytest.raises(Misuse, match=rf"^{name} is {value}; it must be at least 1$"):
        Grid().changed({name: value}, "options")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"train_size": -1}, "train_size is -1"),
        ({"gpus_per_trial": 1.5}, "gpus_per_trial is 1.5"),
        ({"gpus_per_trial": -0.5}, "gpus_per_trial is -0.5"),
        ({"time_budget": -1.0}, "time_budget is -1.0"),
        ({"max_failures": -2}, "max_failures is -2"),
        ({"engine": "real"}, "engine is 'real'; choose tune, virtual"),
        ({"engine": "virtual", "device": "all"}, "the virtual engine has no devices"),
        ({"engine": "virtual", "stragglers": -1.0}, "stragglers is -1"),
        ({"engine": "virtual", "drop_outs": 1.0}, "drop_outs is 1.0"),
        ({"engine": "virtual", "preemptions": math.nan}, "preemptions is nan"),
        ({"engine": "virtual", "speeds": "1;2"}, "speeds is '1;2'; give numbers above 0 with commas"),
        ({"engine": "virtual", "speeds": "1,0"}, "speeds is '1,0'"),
        ({"stragglers": 0.5}, "stragglers is 0.5; it needs engine = virtual"),
        ({"latency": "measured"}, "latency is 'measured'; it needs engine = virtual"),
        ({"device": "tpu"}, "device is 'tpu'; choose cpu, gpu, all"),
    ],
)
def test_values_out_of_range_are_refused_and_named(values: dict[str, Any], named: str) -> None:
    with pytest.raises(Misuse) as refusal:
        Grid().changed(values, "options")
    assert named in str(refusal.value)


@pytest.mark.parametrize("share", [-1.0, math.nan, math.inf])
def test_share_of_a_gpu_is_a_finite_positive_number(share: float) -> None:
    with pytest.raises(Misuse, match="gpus_per_trial"):
        Grid(gpus_per_trial=share)


@pytest.mark.parametrize("share", [0.01, 0.5, 1, 1.0, 2])
def test_share_of_a_gpu_may_be_a_fraction_of_one_or_whole_ones(share: float) -> None:
    assert Grid(gpus_per_trial=share).gpus_per_trial == share


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("trails", "trials"),
        ("searcher", "searchers"),
        ("gpu_per_trial", "gpus_per_trial"),
        ("epoch", "epochs"),
    ],
)
def test_unknown_key_names_the_nearest_and_the_file(wrong: str, nearest: str) -> None:
    with pytest.raises(Misuse) as refusal:
        Grid().changed({wrong: 1}, "my.toml")
    assert str(refusal.value) == f"my.toml: unknown key {wrong!r}; did you mean {nearest!r}?"


def test_unknown_key_that_is_near_to_nothing_lists_what_there_is() -> None:
    with pytest.raises(Misuse) as refusal:
        Grid().changed({"zzz": 1}, "my.toml")
    assert all(field.name in str(refusal.value) for field in fields(Grid))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trials", "8"),
        ("trials", 8.0),
        ("trials", True),
        ("trials", [8]),
        ("device", 1),
        ("data", ["subset"]),
        ("searchers", 3),
        ("searchers", ["random", 3]),
        ("searchers", {"random": 1}),
        ("gpus_per_trial", "0.5"),
        ("gpus_per_trial", True),
    ],
)
def test_value_of_another_type_is_refused_and_shown(name: str, value: Any) -> None:
    with pytest.raises(Misuse) as refusal:
        Grid().changed({name: value}, "my.toml")
    assert str(refusal.value).startswith(f"my.toml: {name} is {value!r}; expected ")


def test_one_glob_needs_no_list_and_a_whole_share_no_point() -> None:
    grid = Grid().changed({"searchers": "optuna-*", "gpus_per_trial": 1}, "my.toml")
    assert grid == replace(Grid(), searchers=("optuna-*",), gpus_per_trial=1.0)


def test_grid_that_is_changed_stays_as_it_was() -> None:
    grid = Grid()
    assert grid.changed({"trials": 3}, "options").trials == 3
    assert grid == Grid()


@pytest.mark.parametrize("name", [field.name for field in fields(Grid)])
def test_every_difference_is_noticed(name: str) -> None:
    other: dict[str, Any] = {"device": "all", "data": "full", "gpus_per_trial": 0.25}
    other |= {"drop_outs": 0.1, "preemptions": 0.1, "speeds": "1,2"}
    other |= {"engine": "tune", "latency": "measured", "charge_overhead": "measured"}
    grid = Grid() if name == "device" else Grid(engine="virtual")
    default = getattr(grid, name)
    value = other.get(name, ("x",) if isinstance(default, tuple) else default * 2 if default else 5)
    assert differences(replace(grid, **{name: value}), grid) == [name]


@given(
    st.lists(st.sampled_from(sorted(SEARCHERS)), min_size=1, max_size=3),
    st.lists(st.sampled_from(sorted(SCHEDULERS)), min_size=1, max_size=3),
    st.lists(st.sampled_from(["mnist-convnet", "digits-mlp", "free"]), min_size=1, max_size=3),
    st.integers(1, 3),
    st.sampled_from(["cpu", "gpu", "all"]),
)
def test_each_cell_comes_once_and_whole_repetitions_come_first(
    searchers: list[str], schedulers: list[str], trainables: list[str], repetitions: int, device: Any
) -> None:
    grid = Grid(tuple(trainables), tuple(searchers), tuple(schedulers), device, repetitions=repetitions)
    experiments = list(grid.experiments())
    devices = ["cpu", "gpu"] if device == "all" else [device]
    cells = len(set(searchers)) * len(set(schedulers)) * len(set(trainables))
    assert len(experiments) == len({e.key for e in experiments}) == cells * repetitions * len(devices)
    # An interrupted run then has whole repetitions of a device, not a few cells of each.
    blocks = [
        (key, len(list(block))) for key, block in groupby((e.device, e.repetition) for e in experiments)
    ]
    assert blocks == [((d, r), cells) for d in devices for r in range(repetitions)]


def test_grid_on_both_devices_is_the_one_on_each() -> None:
    grid = Grid(
        trainables=("free",), searchers=("random", "grid"), schedulers=("fifo", "asha"), repetitions=2
    )
    both = [e.key for e in replace(grid, device="all").experiments()]
    halves = [[e.key for e in replace(grid, device=device).experiments()] for device in ("cpu", "gpu")]
    assert both == halves[0] + halves[1]
    assert len(halves[0]) == len(halves[1]) == 8


def test_share_of_a_gpu_does_not_touch_experiments_on_the_cpu() -> None:
    small = Grid(searchers=("random",), schedulers=("fifo",), device="all", gpus_per_trial=0.1)
    cpu, gpu = small.experiments()
    assert (cpu.gpus_per_trial, gpu.gpus_per_trial) == (0.0, 0.1)
    other_cpu, other_gpu = replace(small, gpus_per_trial=0.2).experiments()
    assert cpu.key == other_cpu.key
    assert gpu.key != other_gpu.key


def test_budget_reaches_every_experiment() -> None:
    grid = Grid(("mnist-convnet",), ("random",), ("fifo",), "gpu", 3, 4, 5, 1, "full", 6, 0.7, 2)
    [e] = grid.experiments()
    assert e.same_start == 2
    assert (e.trials, e.epochs, e.workers, e.repetition) == (3, 4, 5, 0)
    assert (e.data, e.train_size, e.gpus_per_trial, e.engine) == ("full", 6, 0.7, "tune")


def test_incompatible_cells_are_experiments_too() -> None:
    [cell] = Grid(("digits-mlp",), ("optuna-tpe",), ("pbt",)).experiments()
    assert cell.combination == "optuna-tpe x pbt"


def test_glob_that_matches_nothing_is_refused() -> None:
    for kind, wrong in (("trainables", "mnist-conv"), ("searchers", "bogus*"), ("schedulers", "asah")):
        with pytest.raises(UnknownName, match=f"unknown {kind[:-1]} '{wrong[:4]}"):
            list(Grid().changed({kind: wrong}, "options").experiments())


def test_data_that_a_trainable_does_not_have_is_refused_with_its_choices() -> None:
    with pytest.raises(Misuse, match=r"^digits-mlp has no data 'full'; choose subset$"):
        list(Grid(trainables=("digits-mlp", "mnist-convnet"), data="full").experiments())
    with pytest.raises(Misuse, match=r"mnist-convnet has no data 'half'; choose subset or full"):
        list(Grid(data="half").experiments())
    assert "full" in TRAINABLES["mnist-convnet"].datasets


@pytest.mark.parametrize(
    "content", [b"trials = ", b"{'trials': 8}", b"\xff\xfe", b"trials = 1\ntrials = 2\n"]
)
def test_spec_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "spec.toml"
    path.write_bytes(content)
    with pytest.raises(Misuse, match=r"spec\.toml is not TOML"):
        read(path)


def test_spec_file_that_cannot_be_read_is_named_with_the_cause(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"cannot read the spec file .*gone\.toml: No such file"):
        read(tmp_path / "gone.toml")
    with pytest.raises(Misuse, match=r"cannot read the spec file .*: Is a directory"):
        read(tmp_path)


# The same start for all


@pytest.mark.parametrize("wrong", [-1, 9])
def test_same_start_is_a_number_of_the_trials(wrong: int) -> None:
    with pytest.raises(Misuse, match=rf"^same_start is {wrong}; give how many of the 8 trials"):
        Grid(same_start=wrong)
    assert Grid(same_start=8).same_start == 8


def test_same_start_makes_other_experiments_and_none_is_as_it_always_was() -> None:
    grid = Grid(("digits-mlp",), ("random",), ("fifo",))
    [plain], [none], [same] = (list(g.experiments()) for g in (grid, replace(grid, same_start=0), SAME))
    assert plain.key == none.key
    assert plain.key != same.key


def test_run_file_older_than_the_option_is_the_grid_without_it() -> None:
    lines = Grid().to_toml().splitlines()
    older = tomllib.loads("\n".join(line for line in lines if not line.startswith("same_start")))
    assert "same_start" not in older
    assert differences(Grid().changed(older, "run.toml"), Grid()) == []


def test_first_configurations_are_the_repetitions_own_and_nobody_elses() -> None:
    def first(searcher: str, repetition: int = 0, same_start: int = 3) -> list[Any]:
        grid = replace(SAME, searchers=(searcher,), repetitions=2, same_start=same_start)
        experiment = list(grid.experiments())[repetition]
        return list(first_configurations(experiment, TRAINABLES["digits-mlp"].space()))

    assert first("random") == first("optuna-tpe")
    assert len(first("random")) == 3
    assert first("random", same_start=5)[:3] == first("random")
    assert not any(config in first("random", repetition=1) for config in first("random"))
    assert first("random", same_start=0) == []


@pytest.mark.parametrize(
    ("domain", "what"),
    [
        (tune.sample_from(lambda _: 1), "sample_from"),
        (tune.randn(), "randn"),
        (tune.grid_search([1, 2]), "grid_search"),
    ],
    ids=["sample_from", "randn", "grid_search"],
)
def test_space_that_no_start_can_be_drawn_from_is_refused_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, domain: Any, what: str
) -> None:
    digits = TRAINABLES["digits-mlp"]
    fixed = digits.provides - {Capability.MUTABLE}
    odd = replace(digits, space=lambda: {"net": {"width": domain}}, mutable=(), provides=fixed)
    monkeypatch.setitem(TRAINABLES._specs, "digits-mlp", odd)
    with pytest.raises(Misuse) as refusal:
        list(SAME.experiments())
    said = str(refusal.value)
    assert said.startswith(
        "same_start needs a space that all searchers share, and digits-mlp has none (net.width"
    )
    assert what in said
    assert said.endswith("leave out same_start or this trainable")
    assert "\n" not in said
    assert len(list(replace(SAME, same_start=0).experiments())) == 1


def test_only_what_trains_on_examples_has_a_number_of_them() -> None:
    grid = Grid(
        trainables=("branin", "digits-mlp"), searchers=("random",), schedulers=("fifo",), train_size=50
    )
    assert {e.trainable: e.train_size for e in grid.experiments()} == {"branin": 0, "digits-mlp": 50}
