"""Processes of a run are killed one at a time: a row with its reason, or an end in order."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable

import pytest
from commands import Ended, Place, Running
from conftest import Places
from killing import ANNOUNCED, NAME, UNDISTURBED, Reference, Story, finish, grid, uninterrupted
from tally import Tally
from watching import Process

import results
from results.store.store import Store

pytestmark = pytest.mark.faults

PACE_S = "0.1"
#: Whose death costs its own cell alone -> the words in its command line.
OF_A_CELL = {
    "tune": {"a trial's process": "ray::TrialHost", "an experiment's process": "ray::run_watched"},
    "virtual": {"an experiment's process": "multiprocessing.forkserver"},
}
#: Whose death ends the cluster: the run starts another one, or ends in order.
OF_THE_RUN = {"the raylet": "raylet/raylet", "Ray's control store (GCS)": "gcs_server"}
IN_ORDER_S = 150.0  # after which a run whose cluster is gone must have ended, on a busy machine too


@pytest.fixture(scope="module", params=["tune", "virtual"])
def reference(request: pytest.FixtureRequest, places: Places) -> Reference:
    place = places("whole", changes={"TUNEGRID_CALM_PACE": PACE_S})
    return uninterrupted(place, grid(request.param, 2, jobs=2))


def strike(place: Place, running: Running, word: str, chance: random.Random) -> Process:
    """Kill one of the processes in whose command line the word stands, at a random moment of the work."""
    running.wait_for("[1/")
    time.sleep(chance.uniform(0, 1.5))
    victims = [p for p in place.processes(word) if _works(place, p)]
    assert victims, [process.line for process in place.processes()]
    victim = chance.choice(victims)
    os.kill(victim.pid, signal.SIGKILL)
    return victim


def _works(place: Place, process: Process) -> bool:
    """Tell whether it is no server process that others are forked from."""
    return "forkserver" not in process.line or all(
        p.parent != process.pid for p in place.processes("forkserver")
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_dead_process_costs_its_own_cell_alone(
    reference: Reference, seed: int, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    if seed >= share(4):
        pytest.skip("a share of the harness only")
    engine = reference.engine
    for who, word in OF_A_CELL[engine].items():
        place = places(f"cell-{seed}", changes={"TUNEGRID_CALM_PACE": PACE_S})
        running = place.start(*reference.options, name=NAME)
        strike(place, running, word, random.Random(seed))
        ended, left = running.wait(), place.left()
        rows = results.load(place.runs / NAME).experiments
        bad = rows[(rows["status"] != "ok") | (rows["trials_failed"] > 0)]
        unexplained = bad[(bad["status"] != "ok") & (bad["reason"] == "")]
        retried = Story()
        place.start("--resume", "--retry", "--no-figures", name=NAME).wait()
        finish(place, reference, retried)
        tally.add(
            "processes",
            f"{who}, {engine}",
            kills=1,
            cells_affected=len(bad),
            others_affected=max(0, len(bad) - 1),
            unexplained=len(unexplained),
            lost=len(reference.signatures) - len(rows),
            leftover_processes=len(left.processes),
            leftover_files=len(left.files) + len(left.memory),
        )
        assert ended.code == 0, ended.said
        assert len(rows) == len(reference.signatures) and len(bad) <= 1, bad[["status", "reason"]]
        assert unexplained.empty and not left, left
        assert not retried.unresumed, retried.said


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("who", OF_THE_RUN)
def test_a_run_whose_cluster_dies_goes_on_or_ends_in_order_and_can_be_resumed(
    who: str, seed: int, places: Places, share: Callable[[int], int], tally: Tally, tune_reference: Reference
) -> None:
    if seed >= share(3):
        pytest.skip("a share of the harness only")
    place = places(f"cluster-{seed}", changes={"TUNEGRID_CALM_PACE": PACE_S})
    running = place.start(*tune_reference.options, name=NAME)
    strike(place, running, OF_THE_RUN[who], random.Random(seed))
    began = time.monotonic()
    ended = running.wait(2 * IN_ORDER_S)
    late = time.monotonic() - began > IN_ORDER_S
    left = place.left()
    announced = len(ANNOUNCED.findall(ended.out)) - len(Store(place.runs / NAME).keys())
    story = Story()
    place.start("--resume", "--retry", "--no-figures", name=NAME).wait()
    finish(place, tune_reference, story)
    tally.add(
        "processes",
        f"{who}, tune",
        kills=1,
        went_on_by_itself=ended.code == 0,
        not_in_order=not in_order(ended) or late,
        announced_but_not_stored=announced,
        not_resumed=story.unresumed,
        lost=story.end.lost,
        twice=story.end.twice,
        unequal=story.end.unequal,
        leftover_processes=len(left.processes),
        leftover_files=len(left.files) + len(left.memory),
    )
    assert in_order(ended) and not late, ended
    assert announced == 0
    assert not story.unresumed and story.end == UNDISTURBED, story
    assert not left, left


def in_order(ended: Ended) -> bool:
    """Tell whether a run has gone on on another cluster, or has said that it could not and how to go on."""
    went_on = ended.code == 0 and "it is started again" in ended.said
    gave_up = ended.code not in (0, 2) and "resume with: " in ended.said
    return (went_on or gave_up) and "Traceback" not in ended.said


@pytest.fixture(scope="module")
def tune_reference(places: Places) -> Reference:
    place = places("whole", changes={"TUNEGRID_CALM_PACE": PACE_S})
    return uninterrupted(place, grid("tune", 2, jobs=2))
