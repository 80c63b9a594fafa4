"""The driver is killed at any moment: nothing is lost, nothing is there twice, and every row is as it was."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count as numbers

import pytest
from conftest import Places
from killing import UNDISTURBED, Reference, Story, finish, grid, tell, uninterrupted
from tally import Tally

pytestmark = pytest.mark.faults

KILLS = {"virtual": 70, "tune": 30}  # in all, over both engines: 100
EACH = 5  # of one run
SIDE_BY_SIDE = 2  # runs at the same time, each in a place of its own
PACE_S = {"virtual": "0.01", "tune": "0.05"}
MOST_STEPS = 60  # a run of these few experiments writes in fewer


@pytest.mark.parametrize("engine", ["virtual", "tune"])
def test_a_run_that_is_killed_again_and_again_ends_as_if_nothing_had_been(
    engine: str, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    pace = {"TUNEGRID_CALM_PACE": PACE_S[engine]}
    reference = uninterrupted(places(f"whole-{engine}", changes=pace), grid(engine, 6))
    wanted, kills, seeds = share(KILLS[engine]), 0, numbers(1000)

    def one(seed: int) -> Story:
        place = places(f"{engine}-{seed}", changes=pace)
        story = tell(place, reference, seed, min(EACH, wanted))
        left = place.left()
        tally.add(
            "driver",
            engine,
            kills=story.kills,
            experiments=len(reference.signatures),
            not_resumed=story.unresumed,
            lost=story.end.lost,
            twice=story.end.twice,
            unequal=story.end.unequal,
            stored_files_changed=story.changed,
            leftover_files=story.end.leftovers + len(left.files) + len(left.memory),
            leftover_processes=len(left.processes),
            announced_but_run_again=story.repeated,
        )
        assert not story.unresumed, story.said
        assert (story.end, story.changed) == (UNDISTURBED, 0)
        assert not left, left
        return story

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while kills < wanted:
            batch = [next(seeds) for _ in range(min(SIDE_BY_SIDE, -(-(wanted - kills) // EACH)))]
            kills += sum(story.kills for story in pool.map(one, batch))


@pytest.fixture(scope="module")
def short(places: Places) -> Reference:
    """A run of a few experiments, for all that is done at each of its steps."""
    return uninterrupted(places("short"), grid("virtual", 1))


def test_a_run_that_dies_before_any_step_of_its_writing_can_be_finished(
    short: Reference, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    every = MOST_STEPS // share(MOST_STEPS)

    def one(step: int) -> bool:
        dies = {"TUNEGRID_DIES_PARENT": str(os.getpid()), "TUNEGRID_DIES_AT": str(step)}
        place = places(f"step-{step}", ("calm", "dies_at"), dies)
        died = place.run(*short.options, name="killed")
        if died.code == 0:  # it has fewer steps
            return False
        assert died.code == -signal.SIGKILL, died.said
        place.changes["TUNEGRID_DIES_AT"] = "-1"
        story = Story(kills=1)
        finish(place, short, story)
        tally.add(
            "driver",
            "virtual, before each step of its writing",
            kills=1,
            not_resumed=story.unresumed,
            lost=story.end.lost,
            twice=story.end.twice,
            unequal=story.end.unequal,
            stored_files_changed=story.changed,
            leftover_files=story.end.leftovers,
        )
        assert not story.unresumed, f"before step {step}: {story.said}"
        assert (story.end, story.changed) == (UNDISTURBED, 0), f"before step {step}"
        return True

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        struck = list(pool.map(one, range(0, MOST_STEPS, every)))
    assert any(struck)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
@pytest.mark.parametrize("engine", ["virtual", "tune"])
@pytest.mark.parametrize("moment", ["run ", "[ 1/"], ids=["starting", "working"])
def test_a_signal_ends_a_run_in_order_and_says_how_to_go_on(
    engine: str, number: signal.Signals, moment: str, places: Places, tally: Tally
) -> None:
    place = places("signal", changes={"TUNEGRID_CALM_PACE": "0.1"})
    running = place.start(*grid(engine, 6), name="signal")
    running.wait_for(moment)
    running.kill(number)
    ended = running.wait(60)
    left = place.left()
    in_order = (
        ended.code in (130, 128 + number) and "resume with: " in ended.out and "Traceback" not in ended.said
    )
    tally.add(
        "signals",
        f"{number.name}, {engine}",
        sent=1,
        not_in_order=not in_order,
        leftover_processes=len(left.processes),
        leftover_files=len(left.files) + len(left.memory),
    )
    assert in_order, ended
    assert not left, left
