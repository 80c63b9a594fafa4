"""The virtual clock: events happen in order, whoever planned them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.engines.virtual.clock import Clock


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans())))
def test_events_happen_in_the_order_of_time_urgency_and_planning(plans: list[tuple[float, bool]]) -> None:
    clock, happened = Clock(), list[tuple[int, float]]()
    for number, (when, urgent) in enumerate(plans):
        clock.plan(when, lambda number=number: happened.append((number, clock())), urgent=urgent)
    while clock.next():
        pass
    order = sorted(range(len(plans)), key=lambda n: (plans[n][0], not plans[n][1], n))
    assert [number for number, _ in happened] == order
    assert [now for _, now in happened] == [plans[number][0] for number in order]


def test_what_is_planned_for_the_past_happens_now() -> None:
    clock, seen = Clock(), list[float]()
    clock.spend(5.0)
    clock.plan(2.0, lambda: seen.append(clock()))
    assert clock.next() and seen == [5.0]


def test_what_is_cancelled_takes_no_time() -> None:
    clock, seen = Clock(), list[float]()
    clock.plan(3.0, lambda: seen.append(clock())).cancelled = True
    assert not clock.next()
    assert (seen, clock()) == ([], 0.0)


def test_time_that_is_spent_delays_what_was_due() -> None:
    clock, seen = Clock(), list[float]()
    for when in (1.0, 2.0, 9.0):
        clock.plan(when, lambda: seen.append(clock()))
    clock.next()
    clock.spend(4.0)
    while clock.next():
        pass
    assert seen == [1.0, 5.0, 9.0]
