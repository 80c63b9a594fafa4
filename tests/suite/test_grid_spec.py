"""A grid: values that make sense, a file that reads back, and each cell exactly once."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune

from benchmarks.engines.common.search_plans import first_configurations
from benchmarks.suite.grid import OPTIONS, Grid, differences
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.presets import PRESETS
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Capability, UnknownName
from benchmarks.suite.spec_file import check_unchanged, read
from results.store.fields import FIELDS, UNBOUNDED_TRIALS

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
    workers=st.lists(counts, min_size=1, max_size=3, unique=True).map(tuple),
    repetitions=counts,
    data=st.text(characters),
    train_size=st.integers(0, 10**9),
    gpus_per_trial=st.floats(0, 1, exclude_min=True) | st.integers(1, 8).map(float),
    shared_initial_points=st.integers(0, 1),
)


SAME = Grid(("digits-mlp",), ("random",), ("fifo",), shared_initial_points=3)


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
    assert list(values) == [field.key for field in FIELDS]
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


@pytest.mark.parametrize("name", ["trials", "workers", "repetitions"])
@given(value=st.integers(-(10**9), 0))
def test_less_than_one_is_refused_and_named(name: str, value: int) -> None:
    write = "it must be" if value or name != "trials" else "it needs a time_budget or a budget, or give"
    with pytest.raises(Misuse, match=rf"^{name} is {value}; {write} at least 1$"):
        Grid().changed({name: value}, "options")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"train_size": -1}, "train_size is -1"),
        ({"gpus_per_trial": 1.5}, "gpus_per_trial is 1.5"),
        ({"gpus_per_trial": -0.5}, "gpus_per_trial is -0.5"),
        ({"time_budget": -1.0}, "time_budget is -1.0"),
        ({"budget": -1.0}, "budget is -1.0; give a number of full trainings, such as 50x"),
        ({"budget": "2h"}, "budget: '2h' is not a number of full trainings"),
        ({"epochs": -1}, "epochs is -1; give a number of epochs, or 0 for each task's own"),
        ({"max_failures": -2}, "max_failures is -2"),
        ({"engine": "real"}, "engine is 'real'; choose tune, virtual, live"),
        ({"engine": "virtual", "device": "all"}, "the virtual engine has no devices"),
        ({"engine": "virtual", "stragglers": -1.0}, "stragglers is -1"),
        ({"engine": "virtual", "drop_outs": 1.0}, "drop_outs is 1.0"),
        ({"engine": "virtual", "preemptions": math.nan}, "preemptions is nan"),
        ({"engine": "virtual", "speeds": "1;2"}, "speeds is '1;2'; give numbers above 0 with commas"),
        ({"engine": "virtual", "speeds": "1,0"}, "speeds is '1,0'"),
        ({"stragglers": 0.5}, "stragglers is 0.5; it needs engine = virtual or live"),
        ({"latency": "measured"}, "latency is 'measured'; it needs engine = virtual or live"),
        ({"device": "tpu"}, "device is 'tpu'; choose cpu, gpu, all"),
    ],
)
def test_values_out_of_range_are_refused_and_named(values: dict[str, Any], named: str) -> None:
    with pytest.raises(Misuse) as refusal:
        Grid().changed(values, "options")
    assert named in str(refusal.value)


BEYOND: list[tuple[dict[str, Any], str]] = [
    ({"trials": 10**22}, "trials is 10000000000000000000000; it must be at most 1,000,000"),
    ({"trials": 10**5000}, "trials is an integer of 5001 digits; it must be at most 1,000,000"),
    ({"trials": -(10**5000)}, "trials is an integer of 5001 digits; it must be at least 1"),
    ({"epochs": 10**7}, "epochs is 10000000; it must be at most 1,000,000"),
    ({"workers": 10_001}, "workers is 10001; it must be at most 10,000"),
    ({"repetitions": 10**12}, "repetitions is 1000000000000; it must be at most 100,000"),
    ({"train_size": 10**10}, "train_size is 10000000000; it must be at most"),
    (
        {"same_start": 10**40},
        "shared_initial_points is an integer of 41 digits; give how many of the 8 trials",
    ),
    ({"max_failures": 10**9}, "max_failures is 1000000000; it must be at most"),
    ({"time_budget": 1e300}, "time_budget is 1e+300; it must be at most 1,000,000,000"),
    ({"time_budget": math.inf}, "time_budget is inf; it must be at most"),
    ({"time_budget": math.nan}, "time_budget is nan; give seconds on the clock"),
    ({"time_budget": 10**400}, "options: time_budget is an integer of 401 digits; expected a smaller number"),
    ({"gpus_per_trial": 1e18}, "gpus_per_trial is 1e+18"),
    ({"engine": "virtual", "stragglers": 1e300}, "stragglers is 1e+300"),
    ({"engine": "virtual", "speeds": "1," * 10_000 + "1"}, "in at most 10,000 characters"),
    ({"searchers": "a" * 10_001}, "a name or glob has at most 10000 characters"),
    ({"data": "x" * 10_000}, ""),
]


@pytest.mark.parametrize(("values", "said"), BEYOND, ids=[str(n) for n in range(len(BEYOND))])
def test_what_nobody_means_is_refused_in_one_short_line(values: dict[str, Any], said: str) -> None:
    with pytest.raises(Misuse) as refusal:
        list(Grid().changed(values, "options").experiments())
    assert said in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_grid_that_would_fill_the_memory_is_refused_before_it_is_made() -> None:
    with pytest.raises(Misuse, match=r"^the grid has [0-9],[0-9,]+ experiments; ask for at most 1,000,000"):
        next(
            Grid(
                ("mnist-convnet",), repetitions=10**5, searchers=("random", "grid"), schedulers=("*",)
            ).experiments()
        )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("trials = 3", "trials = 4"),
        lambda text: text.rstrip() + "0\n",
        lambda text: text.rstrip()[:-1],
        lambda text: text.replace("trials = 3", "trials = 4").rstrip()[:-1] + "?",
        lambda text: text.replace("trials = 3", "trials = 4").replace("\n# sha256", " # sha256"),
    ],
)
def test_a_value_or_a_checksum_that_was_changed_is_noticed(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    path = tmp_path / "run.toml"
    text = Grid(trials=3).to_toml()
    path.write_text(text)
    check_unchanged(path, Grid().changed(read(path), str(path)))
    path.write_text(change(text))
    with pytest.raises(Misuse, match=r"run\.toml was changed or damaged"):
        check_unchanged(path, Grid().changed(read(path), str(path)))


def test_a_value_that_cannot_be_names_the_file_that_it_is_in() -> None:
    with pytest.raises(Misuse, match=r"^my\.toml: engine is 'ttne'; choose tune, virtual, live$"):
        Grid().changed({"engine": "ttne"}, "my.toml")


# Time as the only budget


def test_time_alone_lets_as_many_trials_begin_as_fit_but_for_who_must_know_their_number() -> None:
    grid = Grid(
        ("branin",), ("random", "grid", "sobol"), ("*",), trials=0, time_budget=60.0, engine="virtual"
    )
    trials = {(e.searcher, e.scheduler): e.trials for e in grid.experiments()}
    few = PRESETS["quick"].trials
    for scheduler in ("fifo", "asha", "hyperband", "median"):
        assert trials["random", scheduler] == trials["sobol", scheduler] == UNBOUNDED_TRIALS
    for scheduler in ("pbt", "pbt-sync", "pbt-replay", "pb2", "sha", "one-epoch"):
        assert trials["random", scheduler] == few
    assert {trials["grid", scheduler] for scheduler in SCHEDULERS.select(["*"])} == {few}
    again = Grid().changed(tomllib.loads(grid.to_toml()), "run.toml")
    assert again == grid


def test_a_budget_of_training_alone_lets_as_many_trials_begin_as_fit_too() -> None:
    grid = Grid(("branin",), ("random",), ("fifo", "pbt"), trials=0, budget=50.0, engine="virtual")
    trials = {e.scheduler: (e.trials, e.budget) for e in grid.experiments()}
    assert trials == {"fifo": (UNBOUNDED_TRIALS, 50.0), "pbt": (PRESETS["quick"].trials, 50.0)}


def test_a_spec_file_gives_a_budget_of_training_as_the_command_line_does() -> None:
    assert Grid().changed(tomllib.loads('budget = "50x"'), "my.toml").budget == 50.0


def test_epochs_0_are_each_tasks_own() -> None:
    tasks = ("mnist-convnet", "hpobench-car", "branin")
    experiments = Grid(tasks, ("random",), ("fifo",), epochs=0, engine="virtual").experiments()
    assert [e.epochs for e in experiments] == [27, 1, 27]


def test_no_trials_are_a_number_only_where_there_is_a_time() -> None:
    with pytest.raises(Misuse, match="trials is 0; it needs a time_budget or a budget, or give at least 1"):
        Grid(trials=0)
    with pytest.raises(Misuse, match="trials is -1"):
        Grid(trials=-1, time_budget=1.0)


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
        ("serchers", "searchers"),
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
    other |= {"drop_outs": 0.1, "preemptions": 0.1, "speeds": "1,2", "startup": "library"}
    other |= {"workers": (2, 3), "engine": "tune", "latency": "measured", "charge_overhead": "measured"}
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
    small = Grid(
        ("mnist-convnet",), searchers=("random",), schedulers=("fifo",), device="all", gpus_per_trial=0.1
    )
    cpu, gpu = small.experiments()
    assert (cpu.gpus_per_trial, gpu.gpus_per_trial) == (0.0, 0.1)
    other_cpu, other_gpu = replace(small, gpus_per_trial=0.2).experiments()
    assert cpu.key == other_cpu.key
    assert gpu.key != other_gpu.key


def test_budget_reaches_every_experiment() -> None:
    grid = Grid(("mnist-convnet",), ("random",), ("fifo",), "gpu", 3, 4, (5,), 1, "full", 6, 0.7, 2)
    [e] = grid.experiments()
    assert e.shared_initial_points == 2
    assert (e.trials, e.epochs, e.workers, e.repetition) == (3, 4, 5, 0)
    assert (e.data, e.train_size, e.gpus_per_trial, e.engine) == ("full", 6, 0.7, "tune")


def test_each_number_of_workers_has_experiments_of_its_own(tmp_path: Path) -> None:
    grid = Grid(("branin",), ("random",), ("fifo",), engine="virtual")
    several = grid.changed({"workers": [1, 16, 1], "repetitions": 2}, OPTIONS)
    ran = [(e.repetition, e.workers) for e in several.experiments()]
    assert ran == [(0, 1), (0, 16), (1, 1), (1, 16)], "whole repetitions come first"
    assert len({e.title for e in several.experiments()}) == 4
    spec = tmp_path / "run.toml"
    spec.write_text(several.to_toml())
    assert Grid().changed(read(spec), str(spec)) == several
    check_unchanged(spec, several)
    assert "\nworkers = 4\n" in grid.changed({"workers": 4}, OPTIONS).to_toml(), "as older runs have it"


def test_a_wrong_number_of_workers_is_refused() -> None:
    for value, why in (([], "is empty"), ([2, 0], "at least 1"), ("two", "whole numbers"), ([True], "whole")):
        with pytest.raises(Misuse, match=why):
            Grid().changed({"workers": value}, OPTIONS)


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
        list(Grid(("mnist-convnet",), data="half").experiments())
    assert "full" in TRAINABLES["mnist-convnet"].datasets


@pytest.mark.parametrize(
    "content",
    [
        *[b"trials = ", b"{'trials': 8}", b"\xff\xfe", b"trials = 1\ntrials = 2\n"],
        b"trials = " + b"9" * 5000,
        b"trials = " + b"[" * 3000,
        b"trials = " + b"[" * 3000 + b"]" * 3000,
        b"a = " + b"{a = " * 3000,
        b"trials = 1979-99-99",
    ],
)
def test_spec_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "spec.toml"
    path.write_bytes(content)
    with pytest.raises(Misuse, match=r"spec\.toml is not TOML"):
        read(path)


def test_spec_file_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text("trials = 3\n", encoding="utf-8-sig")
    assert read(path) == {"trials": 3}


def test_minus_zero_is_zero() -> None:
    assert Grid().changed({"time_budget": -0.0}, "options").to_toml() == Grid().to_toml()


def test_file_that_is_far_too_long_is_no_spec_file(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(Misuse, match=r"spec\.toml has more than 1,000,000 bytes"):
        read(path)


keys = st.sampled_from([f.name for f in fields(Grid)]) | st.text(characters, max_size=8)
scalars = st.integers() | st.floats() | st.booleans() | st.text(characters, max_size=8) | st.dates()
odd_values = scalars | st.lists(scalars, max_size=3) | st.sampled_from([10**300, -(10**40), 1e308, math.nan])


@given(st.dictionaries(keys, odd_values, max_size=4))
def test_any_values_make_a_grid_or_one_line(values: dict[str, Any]) -> None:
    try:
        grid = Grid().changed(values, "my.toml")
        next(grid.experiments())
    except (Misuse, UnknownName) as refusal:
        assert len(refusal.args[0].splitlines()) == 1
    else:
        assert Grid().changed(tomllib.loads(grid.to_toml()), "run.toml") == grid


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: f"trials = {text}".encode(errors="replace"))
)
def test_any_bytes_are_values_or_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_bytes(content)
    try:
        assert isinstance(read(path), dict)
    except Misuse as refusal:
        assert len(str(refusal).splitlines()) == 1


def test_spec_file_that_cannot_be_read_is_named_with_the_cause(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"cannot read the spec file .*gone\.toml: No such file"):
        read(tmp_path / "gone.toml")
    with pytest.raises(Misuse, match=r"cannot read the spec file .*: Is a directory"):
        read(tmp_path)


# Shared initial points


@pytest.mark.parametrize("wrong", [-1, 9])
def test_shared_initial_points_are_a_number_of_the_trials(wrong: int) -> None:
    with pytest.raises(Misuse, match=rf"^shared_initial_points is {wrong}; give how many of the 8 trials"):
        Grid(shared_initial_points=wrong)
    assert Grid(shared_initial_points=8).shared_initial_points == 8


def test_shared_initial_points_make_other_experiments_and_none_is_as_it_always_was() -> None:
    grid = Grid(("digits-mlp",), ("random",), ("fifo",))
    [plain], [none], [same] = (
        list(g.experiments()) for g in (grid, replace(grid, shared_initial_points=0), SAME)
    )
    assert plain.key == none.key
    assert plain.key != same.key


def test_run_file_older_than_the_option_is_the_grid_without_it() -> None:
    lines = Grid().to_toml().splitlines()
    older = tomllib.loads("\n".join(line for line in lines if not line.startswith("same_start")))
    assert "same_start" not in older
    assert differences(Grid().changed(older, "run.toml"), Grid()) == []


def test_first_configurations_are_the_repetitions_own_and_nobody_elses() -> None:
    def first(searcher: str, repetition: int = 0, shared: int = 3) -> list[Any]:
        grid = replace(SAME, searchers=(searcher,), repetitions=2, shared_initial_points=shared)
        experiment = list(grid.experiments())[repetition]
        return list(first_configurations(experiment, TRAINABLES["digits-mlp"].space()))

    assert first("random") == first("optuna-tpe")
    assert len(first("random")) == 3
    assert first("random", shared=5)[:3] == first("random")
    assert not any(config in first("random", repetition=1) for config in first("random"))
    assert first("random", shared=0) == []


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
    odd = replace(digits, space=lambda: {"net": {"width": domain}}, mutable=(), cheap={}, provides=fixed)
    monkeypatch.setitem(TRAINABLES._specs, "digits-mlp", odd)
    with pytest.raises(Misuse) as refusal:
        list(SAME.experiments())
    said = str(refusal.value)
    assert said.startswith(
        "shared_initial_points needs a space that all searchers share, and digits-mlp has none (net.width"
    )
    assert what in said
    assert said.endswith("leave out shared_initial_points or this trainable")
    assert "\n" not in said
    assert len(list(replace(SAME, shared_initial_points=0).experiments())) == 1


def test_only_what_trains_on_examples_has_a_number_of_them() -> None:
    grid = Grid(
        trainables=("branin", "digits-mlp"), searchers=("random",), schedulers=("fifo",), train_size=50
    )
    assert {e.trainable: e.train_size for e in grid.experiments()} == {"branin": 0, "digits-mlp": 50}


@pytest.mark.parametrize(
    ("written", "seconds"), [('"2h"', 7200.0), ('"1h30m"', 5400.0), ("90", 90.0), ('"90"', 90.0)]
)
def test_a_spec_file_gives_a_time_as_the_command_line_does(written: str, seconds: float) -> None:
    grid = Grid().changed(tomllib.loads(f"time_budget = {written}"), "my.toml")
    assert grid.time_budget == seconds
    assert Grid().changed(tomllib.loads(grid.to_toml()), "run.toml") == grid


def test_a_time_that_is_none_is_refused_with_an_example() -> None:
    line = r"^my\.toml: time_budget: '2 hours' is not a duration; give seconds, or such as 90s"
    with pytest.raises(Misuse, match=line):
        Grid().changed({"time_budget": "2 hours"}, "my.toml")
