"""The ledger counts every second once, whatever calls whatever, and leaves no trace in what Tune pickles."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import cloudpickle

from benchmarks.engines.common.ledger import Ledger


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> float:
        self.now += seconds
        return seconds


class Scheduler:
    """Stands for an object of Tune whose methods call each other."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.seen: list[Any] = []
        self.spend: Callable[[float], Any] = abs

    def decide(self, *args: Any, **kwargs: Any) -> str:
        """Decide at a price."""
        self.spend(self.seconds)
        self.seen.append((args, kwargs))
        return "STOP"

    def outer(self) -> str:
        self.spend(2.0)
        return self.decide(1)

    def fails(self) -> None:
        self.spend(4.0)
        raise ValueError("planted fault")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Ledger:
    return Ledger(clock)


def test_unknown_account_holds_nothing(ledger: Ledger) -> None:
    assert ledger["suggest"] == 0.0
    assert ledger.seconds == {}


def test_calls_add_up_on_their_account_and_keep_their_result(clock: Clock, ledger: Ledger) -> None:
    assert ledger.charge("wait", clock.work, 3.0) == 3.0
    ledger.charge("wait", clock.work, seconds=1.5)
    clock.work(50.0)  # between the calls: nobody's
    ledger.charge("suggest", clock.work, 0.25)
    assert ledger.seconds == {"wait": 4.5, "suggest": 0.25}


def test_nested_time_is_taken_off_the_outer_account(clock: Clock, ledger: Ledger) -> None:
    def step() -> None:
        clock.work(1.0)
        ledger.charge("suggest", clock.work, 5.0)
        ledger.charge("wait", clock.work, 7.0)
        clock.work(2.0)

    ledger.charge("ray", step)
    assert ledger.seconds == {"suggest": 5.0, "wait": 7.0, "ray": 3.0}


def test_account_nested_in_itself_counts_once(clock: Clock, ledger: Ledger) -> None:
    ledger.charge("decide", lambda: [clock.work(1.0), ledger.charge("decide", clock.work, 2.0)])
    assert ledger.seconds == {"decide": 3.0}


def test_a_call_that_raises_is_charged_too_and_its_error_passes(clock: Clock, ledger: Ledger) -> None:
    scheduler = Scheduler()
    scheduler.spend = clock.work
    ledger.meter(scheduler, ["fails"], "decide")
    with pytest.raises(ValueError, match="planted fault"):
        ledger.charge("ray", scheduler.fails)
    assert ledger.seconds == {"decide": 4.0, "ray": 0.0}
    # The nesting is closed again: later calls are nobody's children.
    ledger.charge("ray", clock.work, 1.0)
    assert ledger["ray"] == 1.0


calls: st.SearchStrategy[Any] = st.recursive(
    st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.just([])),
    lambda inner: st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.lists(inner, max_size=3)),
    max_leaves=12,
)


@given(st.lists(calls, max_size=4))
def test_accounts_add_up_to_the_time_that_passed(tree: list[Any]) -> None:
    clock = Clock()
    ledger = Ledger(clock)
    own = dict.fromkeys("abc", 0)

    def carry_out(account: str, seconds: int, inner: list[Any]) -> None:
        clock.work(seconds)
        own[account] += seconds
        for part in inner:
            ledger.charge(part[0], carry_out, *part)

    start = clock()
    for part in tree:
        ledger.charge(part[0], carry_out, *part)
    assert sum(ledger.seconds.values()) == clock() - start
    assert {account: ledger[account] for account in own} == own


def test_metered_methods_charge_and_behave_as_before(clock: Clock, ledger: Ledger) -> None:
    scheduler = Scheduler(3.0)
    scheduler.spend = clock.work
    ledger.meter(scheduler, ["decide", "outer"], "decide")
    assert scheduler.decide("x", result=1) == "STOP"
    assert scheduler.outer() == "STOP"  # its call of decide() is metered as well, and counts once
    assert scheduler.seen == [(("x",), {"result": 1}), ((1,), {})]
    assert ledger.seconds == {"decide": 8.0}


def test_metering_one_object_leaves_its_class_and_its_kin_alone(clock: Clock, ledger: Ledger) -> None:
    metered, other = Scheduler(3.0), Scheduler(3.0)
    metered.spend = other.spend = clock.work
    ledger.meter(metered, ["decide"], "decide")
    other.decide()
    assert ledger.seconds == {}


def test_method_metered_twice_counts_once(clock: Clock, ledger: Ledger) -> None:
    scheduler = Scheduler(3.0)
    scheduler.spend = clock.work
    ledger.meter(scheduler, ["decide"], "outer")
    ledger.meter(scheduler, ["decide"], "decide")
    scheduler.decide()
    assert ledger.seconds == {"outer": 3.0, "decide": 0.0}


def test_a_metered_object_pickles_as_the_plain_one() -> None:
    # Tune pickles its scheduler with every snapshot; a ledger, whose clock may be anything, must stay behind.
    unpicklable = io.TextIOWrapper(io.BytesIO())
    ledger = Ledger(lambda: 0.0 if unpicklable else 1.0)
    scheduler = Scheduler(3.0)
    ledger.meter(scheduler, ["decide", "outer"], "decide")
    copy = cloudpickle.loads(cloudpickle.dumps(scheduler))
    assert copy.outer() == "STOP"
    assert copy.seen == [((1,), {})]
    assert scheduler.seen == []  # the copy's method is bound to the copy
    assert type(copy.decide) is type(Scheduler().decide)
    assert ledger.seconds == {}


def test_the_processor_is_charged_for_work_and_not_for_waiting() -> None:
    ledger = Ledger()

    def works(seconds: float) -> None:
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass

    def waits_and_works() -> None:
        time.sleep(0.2)
        ledger.charge("inner", works, 0.1)

    ledger.charge("outer", waits_and_works)
    assert ledger.seconds["outer"] >= 0.2
    assert ledger.processor["outer"] < 0.1
    assert 0.1 <= ledger.processor["inner"] <= ledger.seconds["inner"] + 0.01
