"""A user's CSV of learning curves becomes curves of a table, or a line that names the row."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.curve_rows import HEADER, Row, changed, loss, rows, write
from ray import tune

from benchmarks.record.curve_files.complete import WantedTable
from benchmarks.record.curve_files.conversion import Converted, FileRequest, convert, table_of
from benchmarks.record.curve_files.rows import CurveFileError
from benchmarks.spaces.domains import describe
from benchmarks.suite.reference import Reference

Change = Callable[[list[Row]], Any]


def request(path: Path, missing: Any = "error", **others: Any) -> FileRequest:
    wanted = WantedTable(others.pop("epochs", None), others.pop("seeds", None), missing)
    space, parameters = others.pop("space", None), others.pop("parameters", None)
    ignored = others.pop("ignored", ())
    roles = {"metric": "val_loss", "mode": "min", **others}
    return FileRequest(path, "csv", None, roles, space, parameters, ignored, wanted)


def converted(path: Path, lines: list[Row], header: tuple[str, ...] = HEADER, **others: Any) -> Converted:
    return convert(request(write(path / "curves.csv", lines, header), **others))


def test_every_value_is_at_its_configuration_and_epoch_in_whatever_order_the_rows_are(tmp_path: Path) -> None:
    lines = rows()
    random.Random(0).shuffle(lines)
    found = converted(tmp_path, lines)
    values = found.curves.values["val_loss"]
    assert values.shape == (12, 1, 4)
    for config, curve in zip(found.found.configs, values[:, 0], strict=True):
        assert curve.tolist() == [loss(config["lr"], config["width"], epoch) for epoch in (1, 2, 3, 4)]
    assert found.curves.notes == []


def test_seeds_stay_apart_and_are_paired_by_their_labels(tmp_path: Path) -> None:
    lines = [[*row[:4], f"s{row[4]}"] for row in rows(seeds=3)]
    random.Random(1).shuffle(lines)
    found = converted(tmp_path, lines, (*HEADER, "run"), seed="run")
    values = found.curves.values["val_loss"]
    assert values.shape == (12, 3, 4)
    assert values[:, 1] - values[:, 0] == pytest.approx(np.full((12, 4), 0.01))
    assert values[:, 2] - values[:, 0] == pytest.approx(np.full((12, 4), 0.02))


def test_seeds_that_have_other_labels_in_each_configuration_are_numbered(tmp_path: Path) -> None:
    lines = [[*row[:4], index // 4] for index, row in enumerate(rows(seeds=2))]  # a number of the training
    found = converted(tmp_path, lines, (*HEADER, "trial"), seed="trial")
    assert found.curves.values["val_loss"].shape == (12, 2, 4)


def at(index: int, column: int, value: Any) -> Change:
    """Return the change of a cell; row 0 is line 2."""

    def change(lines: list[Row]) -> None:
        lines[index][column] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (at(0, 3, "fast"), "line 2: val_loss is 'fast'; expected a number"),
        (at(5, 3, ""), "line 7: val_loss is empty; complete the file, or say what that means with --missing"),
        (at(2, 2, 2.5), "line 4: epoch is 2.5; expected a whole number, or give --levels"),
        (at(0, 2, 0), "line 2: epoch is 0, before the first epoch 1; give --first-epoch 0"),
        (at(1, 2, ""), "line 3: epoch is empty; expected a number"),
        (at(1, 0, "inf"), "line 3: lr is 'inf'; expected a number in each row"),
        (at(1, 2, 1), "line 2 and line 3 are both epoch 1 of one configuration, with val_loss"),
        (
            lambda lines: lines.pop(7),
            "line 8: its configuration has no epoch 4 of 4, and one curve lacks some",
        ),
        (lambda lines: lines[0].append(1), "line 2 of .*curves.csv has 5 cells, and the header has 4"),
        (lambda lines: lines.__delitem__(slice(12, None)), "the file has 3 configurations, too few"),
    ],
)
def test_a_row_that_cannot_be_is_named(tmp_path: Path, change: Change, message: str) -> None:
    with pytest.raises(CurveFileError, match=message) as raised:
        converted(tmp_path, changed(rows(), change))
    assert "\n" not in str(raised.value)


def test_an_epoch_that_is_missing_between_two_is_filled_on_a_line(tmp_path: Path) -> None:
    found = converted(tmp_path, changed(rows(), at(1, 3, "")), missing="fill")
    curve = found.curves.values["val_loss"][0, 0]
    assert curve[1] == pytest.approx((curve[0] + curve[2]) / 2)
    assert found.curves.notes == ["1 missing epochs filled"]


def test_a_curve_that_ends_early_goes_on_flat_or_its_configuration_is_left_out(tmp_path: Path) -> None:
    lines = rows()
    del lines[2:4]
    flat = converted(tmp_path, lines, missing="fill").curves
    assert flat.values["val_loss"][0, 0].tolist() == [lines[0][3], *[lines[1][3]] * 3]
    dropped = converted(tmp_path, lines, missing="drop").curves
    assert dropped.kept == list(range(1, 12))
    assert dropped.notes == ["1 configurations left out, which lack an epoch or a seed"]
    fewer = converted(tmp_path, lines, epochs=2).curves
    assert fewer.values["val_loss"].shape == (12, 1, 2)


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "NaN"])
def test_a_diverged_curve_stays_so_and_counts_as_the_worst(tmp_path: Path, text: str) -> None:
    lines = changed(rows(), at(1, 3, text))
    del lines[2:4]  # it was given up
    found = converted(tmp_path, lines).curves
    assert found.diverged[0, 0].tolist() == [False, True, True, True]
    finite = [row[3] for row in lines if isinstance(row[3], float)]
    assert found.values["val_loss"][0, 0, 1:].tolist() == [max(finite)] * 3
    assert not found.diverged[1:].any()
    assert found.notes == ["1 curves diverged"]


def test_a_diverged_share_is_as_bad_as_the_least_where_more_is_better(tmp_path: Path) -> None:
    lines = [[*row[:3], 1 / (1 + row[3])] for row in rows()]
    least = min(row[3] for row in lines[1:])
    lines[0][3] = "nan"
    found = converted(tmp_path, lines, mode="max").curves
    assert found.values["val_loss"][0, 0, 0] == least
    assert found.diverged[0, 0].tolist() == [True, False, False, False]  # a spike, and it came back


def test_what_is_empty_can_mean_diverged(tmp_path: Path) -> None:
    found = converted(tmp_path, changed(rows(), at(1, 3, "")), missing="diverged").curves
    assert found.diverged[0, 0].tolist() == [False, True, False, False]


def test_a_row_that_comes_twice_counts_once(tmp_path: Path) -> None:
    lines = rows()
    found = converted(tmp_path, [*lines, *lines[:2]])
    assert found.curves.values["val_loss"].shape == (12, 1, 4)
    assert found.curves.notes == ["2 rows left out, which say what another row says"]


def test_a_seed_that_is_missing_is_refused_filled_or_dropped(tmp_path: Path) -> None:
    lines, header = rows(seeds=2)[:-4], (*HEADER, "seed")
    with pytest.raises(CurveFileError, match=r"line 90: .* has 1 of 2 seeds; .* or give --seeds 1"):
        converted(tmp_path, lines, header, seed="seed")
    filled = converted(tmp_path, lines, header, seed="seed", missing="fill").curves
    assert (filled.values["val_loss"][11, 0] == filled.values["val_loss"][11, 1]).all()
    assert converted(tmp_path, lines, header, seed="seed", missing="drop").curves.kept == list(range(11))
    assert converted(tmp_path, lines, header, seed="seed", seeds=1).curves.diverged.shape == (12, 1, 4)


def test_the_space_is_inferred_by_stated_rules(tmp_path: Path) -> None:
    lines = [
        [
            f"{0.5 + i / 97:.4f}",
            10 ** (-5 + i / 10),
            i // 2,
            5 * (i % 12),
            2 ** (i % 4),
            ("a", "b")[i % 2],
            i % 2 == 0,
            *(7, 1 + i**3, 1, i / 40 + 0.5),
        ]
        for i in range(40)
    ]
    names = ("rate", "decay", "depth", "step", "batch", "name", "flag", "fixed", "wide", "epoch", "val_loss")
    space = converted(tmp_path, lines, names).found.space
    assert {name: describe(part) for name, part in space.items()} == {
        "rate": "uniform(0.5, 0.903)",
        "decay": "loguniform(1e-05, 0.0795)",
        "depth": "randint(0, 20)",
        "step": "qrandint(0, 55, 5)",
        "batch": "choice(1, 2, 4, 8)",
        "name": "choice(a, b)",
        "flag": "choice(False, True)",
        "fixed": "7",
        "wide": "lograndint(1, 59321)",
    }


def test_a_given_space_holds_every_value_as_its_own(tmp_path: Path) -> None:
    space = {"lr": tune.loguniform(1e-4, 1), "width": tune.choice(["8", 16, 32.0]), "momentum": 0.9}
    found = converted(tmp_path, rows(), space=space).found
    assert {repr(config["width"]) for config in found.configs} == {"'8'", "16", "32.0"}
    assert {config["momentum"] for config in found.configs} == {0.9}
    with pytest.raises(CurveFileError, match=r"line 2: lr is '0.001', which is not in loguniform\(0.01, 1\)"):
        converted(tmp_path, rows(), space={**space, "lr": tune.loguniform(1e-2, 1)})
    with pytest.raises(CurveFileError, match="the space has 'wdth', and the file no such column"):
        converted(tmp_path, rows(), space={"wdth": tune.randint(8, 33)})


def test_a_measured_column_is_not_taken_for_a_hyperparameter(tmp_path: Path) -> None:
    lines = [[*row, row[3] / 2] for row in rows()]
    with pytest.raises(CurveFileError, match=r"column 'train_loss' has 4[0-9] values .* --ignore train_loss"):
        converted(tmp_path, lines, (*HEADER, "train_loss"))
    found = converted(tmp_path, lines, (*HEADER, "train_loss"), ignored=["train_loss"])
    assert list(found.found.space) == ["lr", "width"]
    named = converted(tmp_path, lines, (*HEADER, "train_loss"), parameters=["width", "lr"])
    assert list(named.found.space) == ["width", "lr"]


@pytest.mark.parametrize(("first", "numbers"), [(0, (0, 1, 2, 3)), (5, (5, 6, 7, 8))])
def test_epochs_may_count_from_another_number(tmp_path: Path, first: int, numbers: tuple[int, ...]) -> None:
    lines = [[*row[:2], numbers[row[2] - 1], row[3]] for row in rows()]
    assert converted(tmp_path, lines, first_epoch=first).curves.diverged.shape == (12, 1, 4)


def test_levels_of_a_fidelity_are_epochs_in_order(tmp_path: Path) -> None:
    lines = [[*row[:2], (0.1, 0.2, 0.5, 1.0)[row[2] - 1], row[3]] for row in rows()]
    found = converted(tmp_path, lines, levels=True).curves.values["val_loss"]
    assert found[0, 0].tolist() == [row[3] for row in lines[:4]]


@pytest.mark.parametrize("role", ["seconds", "clock"])
def test_the_seconds_of_an_epoch_are_those_of_the_file(tmp_path: Path, role: str) -> None:
    lines = [[*row, row[1] * (row[2] if role == "clock" else 1)] for row in rows()]
    found = converted(tmp_path, lines, (*HEADER, "s"), ignored=[], **{role: "s"})
    table = table_of("mine", tmp_path / "curves.csv", found)
    assert table.card["cost"]["median_seconds"] == 16
    points = table.configs[[f"x{i}" for i in range(4)]].to_numpy()
    assert points.shape == (12, 4)
    with pytest.raises(CurveFileError, match="line 3: s is -1; expected seconds"):
        converted(tmp_path, changed(lines, at(1, 4, -1)), (*HEADER, "s"), **{role: "s"})


def test_losses_that_a_table_has_no_room_for_need_a_unit(tmp_path: Path) -> None:
    lines = [[*row[:3], row[3] * 1e5] for row in rows()]
    with pytest.raises(CurveFileError, match="a table keeps losses from 1e-06 to 1000; give --divide-by"):
        converted(tmp_path, lines)
    values = converted(tmp_path, lines, divide_by=1e5).curves.values["val_loss"]
    assert values[0, 0, 0] == pytest.approx(rows()[0][3])


def test_a_table_of_one_seed_has_the_references_of_its_configurations(tmp_path: Path) -> None:
    found = converted(tmp_path, rows(configs=20))
    table = table_of("mine", tmp_path / "curves.csv", found)
    last = found.curves.values["val_loss"][:, 0, -1]
    expected = Reference.of_sample(last, float(last.min()), False).constants
    assert table.card["constants"]["optimum"] == pytest.approx(expected.optimum, rel=1e-4)
    assert table.card["constants"]["baseline"] == pytest.approx(expected.baseline, rel=1e-4)
    assert table.card["errors"]["by_epoch"]["4"]["spearman"] > 0.8


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiters_marks_and_empty_lines_are_understood(tmp_path: Path, mark: str) -> None:
    text = [mark.join(HEADER), *(mark.join(map(str, row)) for row in rows())]
    path = tmp_path / "curves.csv"
    path.write_text("\n".join(text) + "\n\n", encoding="utf-8-sig")
    assert convert(request(path)).curves.values["val_loss"].shape == (12, 1, 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no header"),
        (b"a,a\n1,2\n", "has the column 'a' twice"),
        (b"a,b\n", "has a header and no rows"),
        (b"\x00\xff\xfe\n", "is not a CSV file"),
    ],
)
def test_a_file_that_is_no_csv_is_said_in_a_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "curves.csv"
    path.write_bytes(content)
    with pytest.raises(CurveFileError, match=message):
        convert(request(path))
