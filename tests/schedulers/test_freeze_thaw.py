"""Freeze-thaw: who is thawed, who is ended, and that nobody waits without end."""

from __future__ import annotations

import math
from functools import partial
from types import SimpleNamespace

from helpers.stage import Part, Player, Stage, build, pick_with, played
from hypothesis import given
from hypothesis import strategies as st
from ray.tune.experiment import Trial
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
    basket = Basket(27, 0.05)
    for name, goal in (("low", 0.4), ("high", 0.9), ("third", 0.3)):
        for epoch, value in enumerate(rising(goal)[:6], 1):
            basket.add(name, epoch, value)
    assert basket.improvement("high") > basket.improvement("low") > basket.improvement("third")


def basket_of_three(least_chance: float) -> Basket:
    basket = Basket(9, least_chance)
    for epoch in range(1, 9):
        basket.add("good", epoch, 0.5 + 0.05 * epoch)
        basket.add("other", epoch, 0.4 + 0.05 * epoch)
    for epoch in range(1, 5):
        basket.add("bad", epoch, 0.01 * epoch)
    return basket


def test_trial_is_hopeless_only_if_one_that_went_on_was_as_good() -> None:
    assert basket_of_three(0.05).hopeless() == ["bad"]
    assert basket_of_three(1.0).hopeless() == ["bad"]  # whatever the chance of the others


def test_trial_that_is_over_is_not_hopeless_any_more() -> None:
    basket = basket_of_three(0.05)
    basket.end("bad")
    basket.add("good", 9, 0.95)
    assert "bad" not in basket.hopeless()


def test_new_trial_is_expected_to_do_as_the_others() -> None:
    basket = Basket(9, 0.05)
    assert basket.improvement() == basket.improvement("new") > 0  # nothing is known
    for n, goal in enumerate((0.5, 0.7, 0.9)):
        for epoch, value in enumerate(rising(goal, 9), 1):
            basket.add(f"t{n}", epoch, value)
    assert 0 < basket.improvement() < 0.2


def test_free_worker_takes_the_frozen_trial_from_which_most_is_expected() -> None:
    scheduler = build("freeze-thaw[min_chance=0]", 3, 27)
    assert scheduler.set_search_properties("score", "max")
    controller = SimpleNamespace(
        _resetting_trials=set(), search_alg=SimpleNamespace(is_finished=lambda: True)
    )
    for n, goal in enumerate((0.4, 0.9, 0.6)):
        trial = Player(f"t{n}", Part(rising(goal)))
        scheduler.on_trial_add(controller, trial)
        for epoch, value in enumerate(rising(goal)[:3], 1):
            scheduler.on_trial_result(controller, trial, {"training_iteration": epoch, "score": value})
        trial.status = Trial.PAUSED
    assert scheduler.choose_trial_to_run(controller).trial_id == "t1"


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
