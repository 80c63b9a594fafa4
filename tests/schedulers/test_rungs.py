"""Rungs decide as their papers say: examples worked out by hand."""

from __future__ import annotations

import math

import pytest
from helpers.rung_models import Log
from helpers.stage import Part, Stage, build, played

from schedulers._rungs import AsynchronousRungs, SynchronousRungs, milestones

RUNG_SCHEDULERS = ["asha-promote", "sha", "one-epoch"]
MORE = ["async-hyperband", "pasha", "asha-cost", "i-epoch", "freeze-thaw", "median-grace"]

NINE = [0.1, 0.5, 0.3, 0.9, 0.2, 0.4, 0.8, 0.7, 0.6]  # flat curves


def rows(*runs: tuple[str, int, int, str]) -> Log:
    """Return the rows of (trial, first epoch, last epoch, what follows): CONTINUE up to the last."""
    return [
        (name, epoch, last if epoch == end else "CONTINUE")
        for name, begin, end, last in runs
        for epoch in range(begin, end + 1)
    ]


def test_asha_promotes_the_best_of_the_rung_as_it_stands() -> None:
    assert played("asha-promote", [Part([value] * 9) for value in NINE], 9) == rows(
        ("t00", 1, 1, "PAUSE"),
        ("t01", 1, 1, "PAUSE"),
        ("t02", 1, 1, "PAUSE"),  # three on the rung, one may go on: t01
        ("t01", 2, 3, "PAUSE"),
        ("t03", 1, 3, "PAUSE"),  # the best of four: no need to pause after its first epoch
        ("t04", 1, 1, "PAUSE"),
        ("t05", 1, 1, "PAUSE"),  # two of six may go on, t03 and t01, and both have
        ("t06", 1, 3, "PAUSE"),  # now it is t03 and t06; then three on the upper rung: t03 goes on
        ("t03", 4, 9, "END"),
        ("t07", 1, 1, "PAUSE"),
        ("t08", 1, 1, "PAUSE"),  # three of nine: t07 too
        ("t07", 2, 3, "STOP"),  # nobody is left who could change a rung
    )


def test_successive_halving_waits_for_all_and_keeps_a_third() -> None:
    assert played("sha", [Part([value] * 9) for value in NINE], 9) == rows(
        *((f"t0{number}", 1, 1, "PAUSE") for number in range(8)),
        ("t08", 1, 1, "STOP"),  # the last to report makes the rung complete: t03, t06 and t07 go on
        ("t03", 2, 3, "PAUSE"),
        ("t06", 2, 3, "PAUSE"),
        ("t07", 2, 3, "STOP"),
        ("t03", 4, 9, "END"),
    )


def test_one_epoch_keeps_a_ninth_to_the_end() -> None:
    assert played("one-epoch", [Part([value] * 9) for value in NINE], 9) == rows(
        *((f"t0{number}", 1, 1, "PAUSE") for number in range(8)),
        ("t08", 1, 1, "STOP"),
        ("t03", 2, 9, "END"),
    )


@pytest.mark.parametrize(("name", "judged_after"), [("three-epochs", 3), ("nine-epochs", 9)])
def test_the_family_judges_after_its_number_of_epochs(name: str, judged_after: int) -> None:
    log = played(name, [Part([value] * 10) for value in NINE], 10)
    assert max(epoch for trial, epoch, _ in log if trial != "t03") == judged_after
    assert [(trial, what) for trial, epoch, what in log if epoch == 10] == [("t03", "END")]
    assert len(log) == 9 * judged_after + 10 - judged_after


def test_of_too_few_epochs_the_family_trains_all_to_the_end() -> None:
    log = played("three-epochs", [Part([value] * 3) for value in NINE], 3)
    assert [what for _, epoch, what in log if epoch == 3] == ["END"] * 9


@pytest.mark.parametrize(("trials", "expected"), [(17, ["t03"]), (18, ["t03", "t12"])])
def test_one_epoch_keeps_a_ninth_rounded_down(trials: int, expected: list[str]) -> None:
    log = played("one-epoch", [Part([value] * 2) for value in (NINE * 2)[:trials]], 2)
    assert [trial for trial, epoch, _ in log if epoch == 2] == expected


@pytest.mark.parametrize("name", RUNG_SCHEDULERS)
def test_of_equals_the_first_wins_and_nan_is_the_worst(name: str) -> None:
    nan = math.nan
    log = played(name, [Part([value] * 9) for value in (nan, 0.5, -math.inf, 0.5, 0.5, nan)], 9)
    assert {trial for trial, epoch, _ in log if epoch == 2} == {"t01"} | (
        {"t03"} if name != "one-epoch" else set()
    )


@pytest.mark.parametrize("name", RUNG_SCHEDULERS)
def test_smaller_is_better_when_the_mode_says_so(name: str) -> None:
    stage = Stage(build(name, 3, 2), [Part([value] * 2) for value in (0.2, 0.1, 0.3)], 1, 2, pick=lambda n: 0)
    stage.scheduler = build(name, 3, 2)
    assert stage.scheduler.set_search_properties("score", "min")
    assert {trial for trial, epoch, _ in stage.run() if epoch == 2} == {"t01"}


@pytest.mark.parametrize("name", [*RUNG_SCHEDULERS, *MORE])
def test_without_rungs_everybody_trains_to_the_end(name: str) -> None:
    assert played(name, [Part([0.5])] * 4, 1) == [(f"t0{number}", 1, "END") for number in range(4)]


@pytest.mark.parametrize(
    ("epochs", "expected"), [(1, ()), (2, (1,)), (3, (1,)), (4, (1, 3)), (9, (1, 3)), (10, (1, 3, 9))]
)
def test_rungs_lie_below_the_last_epoch(epochs: int, expected: tuple[int, ...]) -> None:
    assert milestones(epochs, 3) == expected


def test_bracket_is_complete_when_the_search_ends_early() -> None:
    rungs = SynchronousRungs((1,), keep=lambda n: n // 3)
    for name in ("a", "b"):
        rungs.enter(name)
        assert rungs.report(name, 1, 0.5)
    assert rungs.judge(more=True).promoted == []
    assert (rungs.judge(more=False).promoted, rungs.judge(more=False).dropped) == (["a"], [])


def test_trial_that_left_while_it_rested_is_not_promoted() -> None:
    rungs = AsynchronousRungs((1,), 3)
    for name, value in (("a", 0.3), ("b", 0.2), ("c", 0.1), ("d", 0.0), ("e", 0.0)):
        rungs.enter(name)
        rungs.report(name, 1, value)
    rungs.leave("a")
    assert rungs.judge(more=True).promoted == []  # its place stays taken
    rungs.enter("f")
    rungs.report("f", 1, 0.0)
    assert rungs.judge(more=True).promoted == ["b"]


@pytest.mark.parametrize("left_at", ["rest", "climb"])
def test_trial_that_is_tried_again_has_one_place_on_each_rung(left_at: str) -> None:
    rungs = SynchronousRungs((1, 3), keep=lambda n: n // 3)
    for name, value in (("a", 0.3), ("b", 0.2), ("c", 0.1)):
        rungs.enter(name)
        rungs.report(name, 1, value)
    if left_at == "climb":
        assert rungs.judge(more=False).promoted == ["a"]
    rungs.leave("a")
    rungs.enter("a")
    if left_at == "rest":
        assert rungs.report("a", 2, 0.0)  # trained on from its checkpoint, and is the worst now
        assert rungs.judge(more=False).promoted == ["b"]
    else:
        assert not rungs.report("a", 1, 0.3)  # from its start: it has been judged here
        assert rungs.report("a", 3, 0.3)
        assert (rungs.judge(more=False).promoted, rungs.judge(more=False).dropped) == (["a"], [])
