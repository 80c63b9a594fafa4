"""Rungs by cost: their unit, cheap and expensive trials."""

from __future__ import annotations

from helpers.stage import Part, played
from hypothesis import given
from hypothesis import strategies as st

from schedulers._cost_rungs import CostRungs


def entered(rungs: CostRungs, trials: dict[str, tuple[float, float]]) -> dict[str, bool]:
    """Let each trial report one epoch of so many seconds and this value; return who rests."""
    resting = {}
    for name, (seconds, value) in trials.items():
        rungs.enter(name)
        rungs.spend(name, seconds, 1)
        resting[name] = rungs.report(name, 1, value)
    return resting


def test_unit_is_the_median_of_the_trials_mean_epochs() -> None:
    rungs = CostRungs((1, 3), 3)
    rungs.spend("a", 4.0, 2)
    assert rungs.unit == 2.0
    rungs.spend("b", 10.0, 1)
    rungs.spend("c", 1.0, 1)
    assert rungs.unit == 2.0


def test_cheap_trial_trains_on_until_it_has_cost_as_much() -> None:
    rungs = CostRungs((1, 3), 3)
    assert entered(rungs, {"a": (4.0, 0.1), "b": (4.0, 0.2), "cheap": (1.0, 0.3)}) == {
        "a": True,
        "b": True,
        "cheap": False,
    }
    rungs.spend("cheap", 3.0, 3)
    assert not rungs.report("cheap", 3, 0.3)  # 4 is nearer to 4 than 3
    rungs.spend("cheap", 4.0, 4)
    assert rungs.report("cheap", 4, 0.3)


def test_epoch_that_takes_a_little_less_than_the_median_is_not_followed_by_another() -> None:
    rungs = CostRungs((1, 3), 3)
    assert entered(rungs, {"a": (1.0, 0.1), "b": (1.0, 0.2), "less": (0.9, 0.3)})["less"]
    assert not entered(rungs, {"half": (0.45, 0.3)})["half"]


def test_trial_that_has_spent_the_next_rungs_cost_arrives_there_without_another_epoch() -> None:
    rungs = CostRungs((1, 3, 9), 3)
    entered(rungs, {"a": (1.0, 0.1), "b": (1.0, 0.2), "dear": (4.0, 0.3)})
    decision = rungs.judge(more=True)
    assert (decision.promoted, decision.dropped) == ([], [])  # from the first rung to the second, and rests
    # Two more of its kind, and it is the best of three there.
    entered(rungs, {f"c{n}": (1.0, 0.0) for n in range(4)})
    entered(rungs, {"dear2": (4.0, 0.25)})
    entered(rungs, {"dear3": (4.0, 0.24)})
    assert rungs.judge(more=True).promoted == ["dear"]


def test_epochs_that_cost_nothing_are_no_error() -> None:
    assert played("asha-cost", [Part([0.1 * n] * 3, seconds=0.0) for n in range(4)], 3)


@given(st.lists(st.sampled_from([0.5, 1.0, 4.0]), min_size=9, max_size=20), st.data())
def test_dropped_trials_cost_about_as_much_whatever_an_epoch_costs(
    seconds: list[float], data: st.DataObject
) -> None:
    # The first three settle the unit at 1, so that rungs stay where they are.
    seconds = [1.0] * 21 + seconds
    value = st.floats(0, 1)
    parts = [Part([data.draw(value)] * 27, seconds=one) for one in seconds]
    log = played("asha-cost", parts, 27)
    for name in {name for name, *_ in log}:
        epochs = max(epoch for one, epoch, _ in log if one == name)
        each = parts[int(name[1:])].seconds
        if epochs < 27:
            nearest = min((1, 3, 9), key=lambda rung: abs(rung - epochs * each))
            assert abs(epochs * each - nearest) <= max(each / 2, 0) or epochs == 1
