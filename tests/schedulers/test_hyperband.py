"""HyperBand's brackets fill, halve as published, and never wait for a trial that has gone."""

from __future__ import annotations

import math
from functools import partial

import pytest
from helpers.stage import ENDS, FAILS, Part, Stage, build, pick_with, played
from hypothesis import given
from hypothesis import strategies as st


def brackets(trials: int, epochs: int, largest_first: bool = False) -> list[tuple[list[str], int, int]]:
    """Return (trials, size, epochs before the first halving) of each bracket, in Ray's sizes."""
    most = round(math.log(epochs, 3))
    sizes = [(math.ceil((most + 1) / (s + 1) * 3**s), int(epochs * 3.0**-s)) for s in range(most + 1)]
    sizes = [(size, first) for size, first in sizes if first > 0]
    names = [f"t{number:02d}" for number in range(trials)]
    found = []
    while names:
        for size, first in reversed(sizes) if largest_first else sizes:
            found.append((names[:size], size, first))
            names = names[size:]
    return [bracket for bracket in found if bracket[0]]


def lengths(curves: dict[str, list[float]], epochs: int, largest_first: bool = False) -> dict[str, int]:
    """Return how many epochs HyperBand gives each trial."""
    given_to: dict[str, int] = {}
    for names, size, until in brackets(len(curves), epochs, largest_first):
        live = names
        while live:
            given_to |= dict.fromkeys(live, until)
            if until * 3 > epochs:
                break
            size = math.ceil(size / 3)
            live = sorted(live, key=lambda name: curves[name][until - 1], reverse=True)[:size]
            until *= 3
    return given_to


def test_fourteen_trials_at_nine_epochs_spend_72_of_126() -> None:
    curves = {f"t{number:02d}": [float(number)] * 9 for number in range(14)}
    # 3 trials to the end; 5 for three epochs, 2 to the end; 6 of 9 for one epoch, 3 for three, 1 to the end.
    assert sum(lengths(curves, 9).values()) == 3 * 9 + (3 * 3 + 2 * 9) + (3 * 1 + 2 * 3 + 9) == 72


ORDERS = st.permutations(range(14))


@pytest.mark.parametrize("name", ["hyperband", "hb-bohb"])
@given(
    order=ORDERS,
    number=st.integers(1, 14),
    epochs=st.sampled_from([1, 2, 3, 9, 10, 27]),
    workers=st.integers(1, 4),
    at_once=st.booleans(),
    data=st.data(),
)
def test_brackets_halve_as_published_in_any_order_of_reports(
    name: str, order: list[int], number: int, epochs: int, workers: int, at_once: bool, data: st.DataObject
) -> None:
    parts = [Part([float(place)] * epochs) for place in order[:number]]
    pick, unforeseen = partial(pick_with, data), data.draw(st.booleans())
    log = Stage(build(name, len(parts), epochs), parts, workers, epochs, pick, at_once, unforeseen).run()
    curves = {f"t{place:02d}": list(part.curve) for place, part in enumerate(parts)}
    expected = lengths(curves, epochs, largest_first=name == "hb-bohb")
    assert {trial: epoch for trial, epoch, _ in sorted(log)} == expected


@pytest.mark.parametrize("name", ["hyperband", "hb-bohb"])
@given(
    epochs=st.sampled_from([1, 2, 3, 9, 10]),
    workers=st.integers(1, 4),
    at_once=st.booleans(),
    data=st.data(),
)
def test_nothing_stalls(name: str, epochs: int, workers: int, at_once: bool, data: st.DataObject) -> None:
    value = st.sampled_from([math.nan, 0.0, 0.5, 1.0])
    part = st.builds(
        Part,
        st.lists(value, min_size=epochs, max_size=epochs),
        st.sampled_from(["", "", FAILS, ENDS]),
        st.integers(1, epochs),
        st.booleans(),
    )
    parts = data.draw(st.lists(part, min_size=1, max_size=14))
    pick = partial(pick_with, data)
    Stage(
        build(name, len(parts), epochs), parts, workers, epochs, pick, at_once, data.draw(st.booleans())
    ).run()


def test_failure_after_the_first_halving_lets_the_others_go_on() -> None:
    """Ray looks at no removal any more once it has halved a bracket."""
    parts = [Part([1.0] * 9)] * 3 + [Part([float(place)] * 9) for place in range(5)]
    parts[7] = Part([5.0] * 9, FAILS, 9)  # of the two that go on it is the one that reports last
    log = played("hyperband", parts, 9)
    assert ("t06", 9, "END") in log


def test_nan_is_the_worst_of_values() -> None:
    parts = [Part([1.0] * 9)] * 3 + [Part([value] * 9) for value in (0.1, math.nan, 0.3, math.nan, 0.2)]
    assert {trial for trial, epoch, _ in played("hyperband", parts, 9) if epoch == 9 and trial > "t02"} == {
        "t05",
        "t07",
    }
