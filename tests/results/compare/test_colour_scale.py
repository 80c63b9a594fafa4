"""The scale of a map's colours: robust, graded beyond its limit, rounded like the cells."""

from __future__ import annotations

import numpy as np
import pytest

from results.compare.colour_scale import ColourScale
from results.numerals import Numerals
from results.types import Mode

CONTEST = np.linspace(0.80, 0.925, 30)
FAILED = np.array([0.1, 0.12, 0.3])


@pytest.mark.parametrize("mode", ["max", "min"])
def test_what_failed_takes_none_of_the_colours(mode: Mode) -> None:
    sign = 1 if mode == "max" else -1
    scale = ColourScale.of(sign * np.concatenate([FAILED, CONTEST]), mode)
    assert (scale.best, scale.limit, scale.worst) == pytest.approx((sign * 0.925, sign * 0.8, sign * 0.1))
    places = scale.places(sign * np.array([0.925, 0.8, 0.3, 0.12, 0.1, np.nan]))
    assert places[:2].tolist() == [1.0, 0.0]
    assert places[4] == -1.0 and np.isnan(places[5])
    assert 0 > places[2] > places[3] > places[4]  # the worse, the farther


def test_one_outlier_however_bad_changes_no_other_colour() -> None:
    bad, worse = (ColourScale.of(np.append(CONTEST, value), "max") for value in (-1.0, -1e9))
    assert bad.places(CONTEST).tolist() == worse.places(CONTEST).tolist()
    assert worse.tail and worse.places(np.array([-1e9]))[0] == -1.0


def test_without_an_outlier_the_whole_range_is_coloured() -> None:
    scale = ColourScale.of(CONTEST, "max")
    assert scale.limits == (0.8, 0.925) and not scale.tail
    few = ColourScale.of(np.array([0.1, 0.9, 0.91]), "max")
    assert few.limits == (0.1, 0.91)


def test_a_cell_that_shows_the_limit_is_not_beyond_it() -> None:
    values = np.concatenate([FAILED, CONTEST[1:], [0.79996, 0.80004]])
    scale = ColourScale.of(values, "max", Numerals(3, plain=True))
    assert scale.limit == 0.8
    assert scale.places(np.array([0.79996, 0.80004])) == pytest.approx([0.0, 0.0], abs=1e-3)


def test_ratios_are_coloured_by_their_logarithms() -> None:
    scale = ColourScale.of(np.array([0.25, 1.0, 4.0]), "max", logarithmic=True)
    assert scale.places(np.array([0.25, 1.0, 4.0])) == pytest.approx([0.0, 0.5, 1.0])


def test_equal_values_and_none_at_all_have_a_scale() -> None:
    same = ColourScale.of(np.full(9, 0.5), "max")
    assert same.places(np.array([0.5, np.nan]))[0] == 0.5
    with_one_worse = ColourScale.of(np.append(np.full(9, 0.5), 0.1), "max")
    assert with_one_worse.places(np.array([0.5, 0.1])).tolist() == [1.0, -1.0]
    assert np.isnan(ColourScale.of(np.array([np.nan]), "min").places(np.array([np.nan]))).all()
