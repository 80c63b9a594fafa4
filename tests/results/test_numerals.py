"""Numbers as people read them: significant digits at any magnitude, the same place in a column."""

from __future__ import annotations

import math
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.numerals import Numerals, numerals, significant, tick, with_halves
from results.tables.model import Estimate, places

finite = st.floats(-1e308, 1e308)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8865, "0.8865"),
        (0.5, "0.5"),
        (12.3, "12.3"),
        (12345.6, "12346"),
        (0, "0"),
        (-0.0, "0"),
        (3e-7, "3e-7"),
        (-4.1234e11, "-4.123e11"),
        (1e300, "1e300"),
        (99.9996, "100"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "?"),
        (None, "?"),
    ],
)
def test_one_number(value: float | None, text: str) -> None:
    assert significant(value) == text


@given(finite)
def test_a_number_keeps_four_digits_and_is_short(value: float) -> None:
    text = significant(value)
    assert len(text) <= 11
    assert float(text) == pytest.approx(value, rel=5.1e-4, abs=5e-324 if abs(value) > 1e-307 else 1e-310)


@given(st.lists(finite, min_size=1, max_size=8))
def test_a_column_is_short_and_none_of_its_numbers_becomes_another(values: list[float]) -> None:
    written = numerals(values)
    largest = max(map(abs, values))
    for value in values:
        text = written(value)
        assert len(text) <= 25
        assert abs(float(text) - value) <= max(1e-2 * largest, 1e-320)
    if largest:
        assert float(written(largest)) != 0


@given(st.floats(1e-300, 1e300), st.floats(1.01, 5.0))
def test_different_numbers_look_different(one: float, times: float) -> None:
    written = numerals([one, one * times])
    assert written(one) != written(one * times)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.88, 0.9], ["0.8800", "0.9000"]),
        ([3e-7, 4e-7, 6.1e-7], ["3.00e-7", "4.00e-7", "6.10e-7"]),
        ([4e11, 5e11], ["4.00e11", "5.00e11"]),
        ([0.3, 0.5, 1e30], ["0.30", "0.50", "1.00e30"]),
        ([0.900000012, 0.900000034], ["0.9000000120", "0.9000000340"]),
        ([0.25, 0.25], ["0.2500", "0.2500"]),
        ([0.0, 0.0], ["0.00", "0.00"]),
        ([], []),
    ],
)
def test_a_column(values: list[float], texts: list[str]) -> None:
    assert [numerals(values)(value) for value in values] == texts


@pytest.mark.parametrize(
    ("low", "step"), [(1e6, 2e-5), (2.0**53, 20.0), (1.0, 1e-14), (1e-4, 1e-17), (3e300, 1e287), (0.9, 1e-13)]
)
def test_what_differs_in_a_late_digit_looks_different(low: float, step: float) -> None:
    values = [low, low + step, low + 2 * step]
    texts = [numerals(values)(value) for value in values]
    assert len(set(texts)) == 3
    cells = [Estimate(value, value - 2 * step, value + 2 * step) for value in values]
    written = places(cells)
    assert float(written(cells[0].high)) > float(written(cells[0].low))
    one = with_halves(numerals([low]), [2 * step], low)
    assert float(one(low + 2 * step)) > float(one(low - 2 * step))
    assert float(one(2 * step)) > 0


def test_the_last_bits_of_a_mean_are_no_difference() -> None:
    assert [numerals([0.3, 0.1 + 0.2])(value) for value in (0.3, 0.1 + 0.2)] == ["0.3000", "0.3000"]
    assert with_halves(numerals([0.3]), [5e-17], 0.3) == numerals([0.3])


def test_a_sign_stands_before_what_is_no_zero_below_zero() -> None:
    points = Numerals(1, plain=True)
    assert [points(value, sign=True) for value in (1.25, -0.01, -2.0, math.nan)] == [
        "+1.2",
        "+0.0",
        "-2.0",
        "?",
    ]
    assert points(1e12) == "1e12"


def test_ticks() -> None:
    assert [tick(value) for value in (0, 0.002, 1, 10_000, 1e12, 3e-7)] == [
        "0",
        "0.002",
        "1",
        "10,000",
        "1e12",
        "3e-7",
    ]


def test_labels_of_an_axis_say_all_of_their_number() -> None:
    from results.figures import style
    from results.figures.page import Page

    with style.active():
        axis = Page(1).axes[0]
        for low, high in ((3.0e-7, 3.4e-7), (-8e299, 8e299), (0.0, 4e11), (1e9, 1e9 + 4)):
            axis.set_ylim(low, high)
            ticks = axis.yaxis.get_majorticklocs()
            labels = axis.yaxis.get_major_formatter().format_ticks(ticks)
            read = [float(label.replace("\N{MINUS SIGN}", "-")) for label in labels]
            assert read == pytest.approx(ticks.tolist(), rel=1e-9)
            assert axis.yaxis.get_major_formatter().get_offset() == ""
        axis.set_ylim(0.2, 0.8)
        labels = axis.yaxis.get_major_formatter().format_ticks(axis.yaxis.get_majorticklocs())
        assert all(np.char.count(labels, "e") == 0)


def test_the_page_writes_numbers_as_everything_else_does() -> None:
    node = shutil.which("node")
    if not node:
        pytest.skip("there is no node to run the page's script with")
    from importlib.resources import files

    script = (files("results.report") / "page" / "numerals.js").read_text(encoding="utf-8")
    own = script[script.index("function number(") : script.index("function percent(")]
    values = [0.8865, 12.3, 3e-7, -4.1234e11, 1e300, 12345.6, 0]
    call = f"console.log(JSON.stringify({values}.map((value) => number(value))))"
    done = subprocess.run([node, "-e", own + call], capture_output=True, text=True, check=True)
    said = [significant(value).replace("-", "\N{MINUS SIGN}") for value in values]
    assert done.stdout.strip() == str(said).replace("'", '"').replace(", ", ",")
