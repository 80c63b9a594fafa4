"""Freeze-thaw: who is thawed, who is ended, and that nobody waits without end."""

from __future__ import annotations

import math
from functools import partial

from helpers.stage import Part, Stage, build, pick_with, played
from hypothesis import given
from hypothesis import strategies as st
from test_rungs_in_any_order import plays

from schedulers._freeze_thaw import Basket


def rising(goal: float, epochs: int = 27) -> list[float]:
    """Return a curve that closes a third of the gap to its goal each epoch."""
    return [goal * (1 - (2 / 3) ** epoch) for epoch in range(1, epochs + 1)]


def lengths(log: list[tuple[str, int, str]]) -> dict[str, int]:
    return {name: max(epoch for one, epoch, _ in log if one == name) for name, *_ in log}


def test_best_of_clear_curves_trains_to_the_end_and_few_others_do() -> None:
    goals = [((n * 7) % 20) / 20 for n in range(20)]
    log = played("freeze-thaw", [Part(rising(goal)) for goal in goals], 27)
    reached = lengths(log)
    assert reached[f"t{goals.index(max(goals)):02d}"] == 27
    assert sum(length == 27 for length in reached.values()) <= 8
    assert len(log) < 20 * 27 / 2


def test_trial_from_which_more_is_expected_goes_on_before_the_other() -> None:
    basket = Basket(27)
    for name, goal in (("low", 0.4), ("high", 0.9), ("third", 0.3)):
        for epoch, value in enumerate(rising(goal)[:6], 1):
            basket.add(name, epoch, value)
    assert basket.improvement("high") > basket.improvement("low") > basket.improvement("third")


def test_trial_is_hopeless_only_if_one_that_went_on_was_as_good() -> None:
    basket = Basket(9)
    for epoch in range(1, 9):
        basket.add("good", epoch, 0.5 + 0.05 * epoch)
        basket.add("other", epoch, 0.4 + 0.05 * epoch)
    for epoch in range(1, 5):
        basket.add("bad", epoch, 0.01 * epoch)
    assert basket.is_hopeless("bad", 0.05)
    assert not basket.is_hopeless("good", 1.0)  # whatever its chance
    assert not basket.is_hopeless("unknown", 1.0)


def test_new_trial_is_expected_to_do_as_the_others() -> None:
    basket = Basket(9)
    assert basket.improvement() == basket.improvement("new") > 0  # nothing is known
    for n, goal in enumerate((0.5, 0.7, 0.9)):
        for epoch, value in enumerate(rising(goal, 9), 1):
            basket.add(f"t{n}", epoch, value)
    assert 0 < basket.improvement() < 0.2


def test_without_a_least_chance_all_train_to_the_end() -> None:
    log = played("freeze-thaw[min_chance=0]", [Part(rising(n / 8, 9)) for n in range(8)], 9)
    assert set(lengths(log).values()) == {9}


@given(play=plays(), workers=st.integers(1, 4), data=st.data())
def test_some_trial_trains_to_the_end_and_decisions_come_at_intervals(
    play: tuple[list[Part], int], workers: int, data: st.DataObject
) -> None:
    parts, epochs = play
    scheduler = build("freeze-thaw[interval=2]", len(parts), epochs)
    log = Stage(scheduler, parts, workers, epochs, partial(pick_with, data)).run()
    assert all(epoch % 2 == 0 for _, epoch, decision in log if decision in ("PAUSE", "STOP"))
    if not any(part.fate for part in parts):
        assert any(decision == "END" for *_, decision in log)
    stopped = {name: epoch for name, epoch, decision in log if decision == "STOP"}
    for name, epoch in stopped.items():
        there = {other: parts[int(other[1:])].curve[epoch - 1] for other, at, _ in log if at > epoch}
        own = parts[int(name[1:])].curve[epoch - 1]
        assert math.isnan(own) or any(value >= own for value in there.values())
