"""Known results from files and runs: which of them are points of a task, and one line for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ray import tune

from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from benchmarks.suite.known_file import KnownResult, copied, read_known
from benchmarks.suite.known_points import MOST, KnownPoints, known_points
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.prior import first_configuration
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.trainable_spec import TrainableSpec

SPACE = {
    "lr": tune.loguniform(1e-4, 1),
    "net": {"depth": tune.randint(1, 5), "kind": tune.choice(["flat", "deep", 3])},
    "data": "mnist",
}
SPEC = TrainableSpec("own-task", "", target=print, space=lambda: SPACE, metric="score", mode="max")
ROWS = pd.DataFrame(
    {
        "lr": [0.01, 0.1, 0.1, 5.0, 0.5],
        "net/depth": [1, 2, 2, 3, 4],
        "net/kind": ["flat", "3", "3", "deep", "flat"],
        "score": [0.5, 0.7, 0.9, 0.95, float("nan")],
        "epochs": [9, 9, 9, 9, 9],
        "seconds": [1.0, 1.0, 1.0, 1.0, 1.0],
    }
)


def of_file(path: Path, spec: TrainableSpec = SPEC) -> KnownPoints:
    return known_points(read_known(path), spec, str(path))


def written(folder: Path, rows: pd.DataFrame = ROWS, name: str = "known.csv") -> Path:
    path = folder / name
    rows.to_parquet(path) if path.suffix == ".parquet" else rows.to_csv(path, index=False)
    return path


def test_rows_that_fit_are_points_and_the_others_are_counted(tmp_path: Path) -> None:
    found = of_file(written(tmp_path))
    assert [(point.config["lr"], point.value, point.epochs) for point in found.points] == [
        (0.01, 0.5, 9),
        (0.1, pytest.approx(0.8), 9),  # the mean of the two
    ]
    assert found.points[1].config == {"lr": 0.1, "net": {"depth": 2, "kind": 3}, "data": "mnist"}
    assert found.left_out == {"outside the space": 1, "without a value of the metric": 1}
    assert found.in_words() == (
        "2 known results (left out: 1 outside the space, 1 without a value of the metric)"
    )


def test_the_hash_is_of_the_content_and_not_of_the_file(tmp_path: Path) -> None:
    csv, parquet = of_file(written(tmp_path)), of_file(written(tmp_path, name="known.parquet"))
    rays = ROWS.rename(
        columns={"lr": "config/lr", "net/depth": "config/net/depth", "net/kind": "config/net/kind"}
    )
    optunas = ROWS.rename(
        columns={
            "lr": "params_lr",
            "net/depth": "params_net/depth",
            "net/kind": "params_net/kind",
            "score": "value",
        }
    )
    other = [of_file(written(tmp_path, rows, f"{n}.csv")) for n, rows in enumerate((rays, optunas))]
    assert {found.digest for found in (csv, parquet, *other)} == {csv.digest}
    better = of_file(written(tmp_path, ROWS.assign(score=ROWS["score"] + 0.01), "better.csv"))
    assert better.digest != csv.digest


def test_a_copy_in_a_runs_folder_has_the_same_content(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "run").mkdir()
    kept = tmp_path / "run" / "known.json"
    kept.write_text(copied(read_known(path)))
    assert of_file(kept).digest == of_file(path).digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"score": "accuracy"}}, "has no score, the metric of own-task; "),
        ({"columns": {"lr": "rate"}}, "has no hyperparameter 'lr'; "),
        ({"columns": {"net/depth": "depth"}}, "has no hyperparameter 'net/depth'; did you mean 'depth'?"),
    ],
)
def test_a_column_that_is_missing_is_named(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(Misuse) as refusal:
        of_file(written(tmp_path, ROWS.rename(**change)))
    assert said in str(refusal.value) and "\n" not in str(refusal.value)


def test_what_holds_nothing_of_use_is_refused(tmp_path: Path) -> None:
    for rows, said in (
        (ROWS.iloc[3:4], "none of the 1 results .* lr = 5.0 is none of loguniform"),
        (ROWS.iloc[:0], "holds no results"),
        (pd.concat([ROWS.iloc[:1].assign(lr=0.1 + n / 10**4) for n in range(MOST + 1)]), f"at most {MOST}"),
    ):
        with pytest.raises(Misuse, match=said):
            of_file(written(tmp_path, rows))


@pytest.mark.parametrize("content", ["", "\x00\x01", "[", "a,b\n1,2,3\n4", "[1]", '[{"task": 1}]'])
@pytest.mark.parametrize("name", ["known.csv", "known.parquet", "known.json"])
def test_any_other_file_is_refused_in_a_line(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(Misuse) as refusal:
        of_file(tmp_path / name)
    assert str(tmp_path) in str(refusal.value) and "\n" not in str(refusal.value)
    with pytest.raises(Misuse, match="which is not there"):
        read_known(tmp_path / "nothing.csv")
    with pytest.raises(Misuse, match="is no run"):
        read_known(tmp_path)


def test_of_several_tasks_those_of_the_own_one_count() -> None:
    def result(task: str, value: float) -> KnownResult:
        values = {"lr": value, "net": {"depth": 1, "kind": "flat"}}
        return KnownResult(task, values, {"score": value}, 1)

    mixed = [result("own-task", 0.1), result("another", 0.2)]
    assert [point.value for point in known_points(mixed, SPEC, "runs/x").points] == [0.1]
    transferred = known_points([result("another", 0.2)], SPEC, "runs/x")
    assert [point.value for point in transferred.points] == [0.2]
    with pytest.raises(Misuse, match="results of a, b and none of own-task"):
        known_points([result("a", 0.1), result("b", 0.2)], SPEC, "runs/x")


def test_known_results_are_part_of_the_key(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0], "loss": [50.0, 60.0]})
    grid = Grid(("branin",), ("random",), ("fifo",), engine="virtual")
    [without] = grid.experiments()
    keys = {without.key}
    for number, rows in enumerate((table, table.assign(loss=[50.0, 61.0]))):
        path = written(tmp_path, rows, f"{number}.csv")
        [told] = Grid(("branin",), ("random",), ("fifo",), engine="virtual", known=str(path)).experiments()
        keys.add(told.key)
    assert len(keys) == 3
    assert without.key == Experiment("branin", "random", "fifo", engine="virtual").key


def test_a_prior_is_completed_by_the_middle_of_each_domain() -> None:
    given = json.loads(first_configuration('{"lr": 1, "net": {"depth": 4, "kind": "deep"}}', SPEC, None))
    assert given == {"lr": 1.0, "net": {"depth": 4, "kind": "deep"}, "data": "mnist"}
    middle = json.loads(first_configuration("{}", SPEC, None))
    assert middle["lr"] == pytest.approx(0.01)


def test_the_best_known_configuration_is_a_prior(tmp_path: Path) -> None:
    found = of_file(written(tmp_path))
    assert json.loads(first_configuration("best", SPEC, found))["lr"] == 0.1
    with pytest.raises(Misuse, match="there are no known results; add --known FILE"):
        first_configuration("best", SPEC, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lr=0.1", "expected a JSON object"),
        ("[1]", "expected a JSON object"),
        ('{"rate": 1}', "own-task has no rate"),
        ('{"lr": 5}', r"it\['lr'\] is 5.0, which its domain does not hold"),
    ],
)
def test_a_prior_outside_of_the_space_is_refused(text: str, said: str) -> None:
    with pytest.raises(Misuse, match=said):
        first_configuration(text, SPEC, None)


def test_every_task_of_the_suite_takes_its_own_configurations() -> None:
    from benchmarks.core.refusal import SpecError

    tried = 0
    for spec in TRAINABLES.values():
        try:
            whole = json.loads(first_configuration("{}", spec, None))
        except (Misuse, SpecError):  # no space that all searchers share, or a file of its own is missing
            continue
        found = known_points([KnownResult("", whole, {spec.metric: 1.0})], spec, "known.csv")
        assert found.points[0].config == whole
        tried += 1
    assert tried > 10
