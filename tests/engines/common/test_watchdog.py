"""An experiment is given up when it takes too long, in all or without a new result, and never before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.engines.common.watchdog import Watchdog

START = 1000.0


@pytest.fixture
def dog() -> Watchdog:
    return Watchdog(START, timeout=100.0, stall=10.0)


def test_it_is_silent_up_to_the_limit_and_bites_beyond(dog: Watchdog) -> None:
    assert dog.verdict(START) is None
    assert dog.verdict(START + 10.0) is None
    verdict = dog.verdict(START + 10.5)
    assert verdict is not None
    assert verdict[0] == "stalled"


def test_a_new_result_gives_a_stalled_experiment_its_time_back(dog: Watchdog) -> None:
    dog.beat(1, "2 running", START + 9)
    assert dog.verdict(START + 19) is None
    assert dog.verdict(START + 19.5) is not None


@pytest.mark.parametrize("results", [0, 2, 3])
def test_a_sign_of_life_without_a_new_result_is_no_progress(dog: Watchdog, results: int) -> None:
    # Hosts that hang go on sending beats; only results count, and only more of them.
    dog.beat(3, "3 running", START + 5)
    for second in range(6, 16):
        dog.beat(results, "3 running", START + second)
    verdict = dog.verdict(START + 15.5)
    assert verdict is not None
    assert verdict[0] == "stalled"


def test_progress_does_not_save_an_experiment_from_the_timeout(dog: Watchdog) -> None:
    for second in range(100):
        dog.beat(second, "busy", START + second)
    assert dog.verdict(START + 100) is None
    verdict = dog.verdict(START + 100.5)
    assert verdict is not None
    assert verdict[0] == "timeout"


def test_reason_names_the_limit_and_who_waits(dog: Watchdog) -> None:
    dog.beat(4, "4 results; trials: 3 paused", START + 1)
    assert dog.verdict(START + 12) == ("stalled", "no new result for 10 s: 4 results; trials: 3 paused")
    assert dog.verdict(START + 200) == ("timeout", "not finished after 100 s: 4 results; trials: 3 paused")


def test_reason_of_one_that_never_began_says_so(dog: Watchdog) -> None:
    verdict = dog.verdict(START + 11)
    assert verdict is not None
    assert "it has not begun" in verdict[1]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=20), st.integers(0, 40))
def test_it_bites_exactly_when_a_limit_is_passed(beats: list[tuple[int, int]], silence: int) -> None:
    dog = Watchdog(0.0, timeout=100.0, stall=25.0)
    now = last_progress = most = 0
    for wait, more in beats:
        now += wait
        dog.beat(most + more, "", now)
        if more:
            most, last_progress = most + more, now
    now += silence
    verdict = dog.verdict(now)
    if now > 100:
        assert verdict is not None
        assert verdict[0] == "timeout"
    elif now - last_progress > 25:
        assert verdict is not None
        assert verdict[0] == "stalled"
    else:
        assert verdict is None
