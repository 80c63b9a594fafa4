"""Which epoch is trained next: what most wait for, then what lives here, then the oldest."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.engines.live.demands import Demands

SUBJECT = Subject("mine", "content", "cpu", 0.0, 0)


def curve(number: int) -> Curve:
    return Curve(SUBJECT, {"number": number})


def asked(*waiting: int) -> Demands:
    """Return demands for curves 0, 1, 2, ..., each with so many that wait for it."""
    demands = Demands()
    for number, count in enumerate(waiting):
        ask(demands, number, range(100 * number, 100 * number + count))
    return demands


def ask(demands: Demands, number: int, experiments: Iterable[int]) -> None:
    demand = demands.new(curve(number), 1)
    demand.waiting.update(dict.fromkeys(experiments, 1))
    demands.put(demand)


def order(demands: Demands, here: set[int], elsewhere: set[int] | None = None) -> list[int]:
    """Take one after another, and return their numbers."""
    keys = [{curve(number).key for number in some} for some in (here, elsewhere or ())]
    taken = []
    while (demand := demands.take(*keys)) is not None:
        taken.append(int(demand.curve.config["number"]))
    return taken


def test_most_waited_for_comes_first_then_what_lives_here_then_the_oldest() -> None:
    assert order(asked(1, 2, 1, 3, 2, 1), here={4, 5}) == [3, 4, 1, 5, 0, 2]


@given(st.lists(st.integers(1, 3), max_size=8), st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_order_is_that_of_its_rule_whatever_is_asked(
    waiting: list[int], here: set[int], elsewhere: set[int]
) -> None:
    demands = asked(*waiting)
    free = [number for number in range(len(waiting)) if number not in elsewhere]
    by_rule = sorted(free, key=lambda number: (-waiting[number], number not in here, number))
    assert order(demands, here, elsewhere) == by_rule
    assert len(demands) == len(waiting) - len(free)


def test_what_is_put_back_keeps_its_turn() -> None:
    demands = asked(1, 1)
    first = demands.take((), ())
    assert first is not None and first.curve == curve(0)
    ask(demands, 2, [7])
    demands.put(first)
    assert order(demands, set()) == [0, 1, 2]


def test_what_nobody_waits_for_any_more_is_not_trained() -> None:
    demands = Demands()
    ask(demands, 0, [1, 2])
    ask(demands, 1, [1])
    ask(demands, 2, [2])
    demands.leave(1)
    assert demands.get(curve(1).key) is None and len(demands) == 2
    both = demands.get(curve(0).key)
    assert both is not None and list(both.waiting) == [2]
    demands.leave(3)  # it waits for nothing
    assert order(demands, set()) == [0, 2]
