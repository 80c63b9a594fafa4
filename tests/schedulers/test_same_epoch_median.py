"""The median rule at the same epoch: grace, patience, and trials that were stopped earlier."""

from __future__ import annotations

import math
from functools import partial

import pytest
from helpers.stage import Part, Stage, build, pick_with, played
from hypothesis import given
from hypothesis import strategies as st
from test_rungs_in_any_order import plays

from schedulers._median import BestSoFar


def lengths(log: list[tuple[str, int, str]]) -> dict[str, int]:
    return {name: max(epoch for one, epoch, _ in log if one == name) for name, *_ in log}


def test_trial_below_the_median_is_stopped_after_grace_and_patience() -> None:
    good = [Part([0.5] * 10) for _ in range(4)]
    log = played("median-grace", [*good, Part([0.4] * 10), Part([0.6] * 10)], 10)
    # A fifth of 10 epochs is grace; the third is the first epoch that counts, the fourth the second in a row.
    assert lengths(log) == {f"t0{n}": 10 for n in (0, 1, 2, 3, 5)} | {"t04": 4}


@pytest.mark.parametrize(
    ("share", "patience", "expected"), [(0, 1, 1), (0, 3, 3), (0.5, 1, 6), (0.99, 1, 10)]
)
def test_options_move_the_first_epoch_at_which_a_trial_may_be_stopped(
    share: float, patience: int, expected: int
) -> None:
    name = f"median-grace[grace_share={share},patience={patience}]"
    log = played(name, [*(Part([0.5] * 10) for _ in range(4)), Part([0.4] * 10)], 10)
    assert lengths(log)["t04"] == expected


def test_trial_that_recovers_in_time_goes_on() -> None:
    good = [Part([0.5] * 10) for _ in range(4)]
    log = played("median-grace", [*good, Part([0.4, 0.4, 0.4, 0.6, *([0.4] * 6)])], 10)
    assert lengths(log)["t04"] == 10  # its best is above the median from then on


def test_only_epochs_in_a_row_count() -> None:
    steps = [0.5, 0.5, 0.5, 0.5, 0.6, 0.6, 0.8, 0.8, 0.9, 0.9]
    # Below the median at epochs 3, 5, 7 and 9, and above it at the epoch after each.
    curve = [0.4, 0.4, 0.4, 0.55, 0.55, 0.7, 0.7, 0.85, 0.85, 0.95]
    log = played("median-grace", [*(Part(steps) for _ in range(4)), Part(curve)], 10)
    assert lengths(log)["t04"] == 10


def test_others_count_by_the_same_epoch_not_by_what_they_reached_later() -> None:
    rising = [Part([0.1 * epoch for epoch in range(1, 11)]) for _ in range(4)]
    log = played("median-grace", [*rising, Part([0.1 * epoch + 0.01 for epoch in range(1, 11)])], 10)
    assert set(lengths(log).values()) == {10}


def test_stopped_trials_keep_their_place_so_that_the_bar_does_not_rise() -> None:
    # Halving again and again, as survivors alone would, leaves one in ten; here it is about half.
    parts = [Part([((n * 37) % 64) / 64] * 27) for n in range(64)]
    whole = sum(length == 27 for length in lengths(played("median-grace", parts, 27)).values())
    assert 24 <= whole <= 40


def test_too_few_others_judge_nobody() -> None:
    assert set(lengths(played("median-grace", [Part([n / 4] * 5) for n in (3, 2, 1)], 5)).values()) == {5}


@given(st.lists(st.sampled_from([math.nan, -math.inf, 0.1, 0.5]), min_size=1, max_size=9))
def test_best_so_far_never_falls_and_nan_is_the_worst(curve: list[float]) -> None:
    best = BestSoFar()
    for epoch, value in enumerate(curve, 1):
        best.add("a", epoch, value)
        assert best.of("a") == max([v for v in curve[:epoch] if not math.isnan(v)], default=-math.inf)
    best.end("a")
    assert best.of_others("b", 20) == [best.of("a")]


@given(play=plays(), workers=st.integers(1, 4), data=st.data())
def test_every_trial_ends_and_the_best_is_never_stopped(
    play: tuple[list[Part], int], workers: int, data: st.DataObject
) -> None:
    parts, epochs = play
    scheduler = build("median-grace", len(parts), epochs)
    log = Stage(scheduler, parts, workers, epochs, partial(pick_with, data), pauses=False).run()
    top = max(max((v for v in p.curve if not math.isnan(v)), default=-math.inf) for p in parts)
    for name, _, decision in log:
        if decision == "STOP":
            seen = parts[int(name[1:])].curve[: lengths(log)[name]]
            assert max((v for v in seen if not math.isnan(v)), default=-math.inf) < top
