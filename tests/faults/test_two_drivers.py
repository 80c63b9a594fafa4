"""Two commands on one run folder: one of them is refused in one line, and readers never wait."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from commands import Place
from conftest import Places
from killing import NAME, UNDISTURBED, Reference, Story, finish, grid, uninterrupted
from tally import Tally

import results

pytestmark = pytest.mark.faults

PACE = {"TUNEGRID_CALM_PACE": "0.05"}
OPTIONS = grid("virtual", 4)
ROUNDS = 6
REFUSED = 2


@pytest.fixture(scope="module")
def reference(places: Places) -> Reference:
    return uninterrupted(places("whole", changes=PACE), OPTIONS)


def judged(place: Place, reference: Reference, tally: Tally, row: str, wrong: bool) -> None:
    """Let the run end, count what was seen, and fail if anything was wrong."""
    story = Story()
    finish(place, reference, story)
    tally.add(
        "together",
        row,
        times=1,
        wrong_answers=wrong,
        not_resumed=story.unresumed,
        lost=story.end.lost,
        twice=story.end.twice,
        unequal=story.end.unequal,
        stored_files_changed=story.changed,
    )
    assert not story.unresumed and (story.end, story.changed) == (UNDISTURBED, 0), story


def test_a_second_driver_is_refused_while_the_first_works(
    reference: Reference, places: Places, tally: Tally
) -> None:
    place = places("second", changes=PACE)
    first = place.start(*OPTIONS, name=NAME)
    first.wait_for("[ 1/")
    seconds = [place.run("--resume", "--no-figures", name=NAME)]
    still = first.process.poll() is None
    ended = first.wait()
    wrong = ended.code != 0 or any(second.code != REFUSED or not second.one_line for second in seconds)
    judged(place, reference, tally, "a second driver beside one that works", wrong)
    assert still, "the first was over before the second was refused: this shows nothing"
    assert not wrong, (ended, seconds)


@pytest.mark.parametrize("options", [OPTIONS, ("--resume", "--no-figures")], ids=["new", "resumed"])
def test_of_two_drivers_that_start_together_one_is_refused(
    options: tuple[str, ...], reference: Reference, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    for number in range(share(ROUNDS)):
        place = places(f"race-{number}", changes=PACE)
        if options[0] == "--resume":
            killed = place.start(*OPTIONS, name=NAME)
            killed.wait_for("[ 1/")
            killed.kill()
            killed.process.wait()
        racers = []
        for _ in range(2):
            racers.append(place.start(*options, name=NAME))
            time.sleep(0.05 * number)
        ended = [racer.wait() for racer in racers]
        refused = [one for one in ended if one.code == REFUSED and one.one_line]
        wrong = sorted(one.code for one in ended) != [0, REFUSED] or len(refused) != 1
        kind = "resumed" if options[0] == "--resume" else "new"
        judged(place, reference, tally, f"two drivers that start together, {kind} run", wrong)
        assert not wrong, ended


def test_a_driver_takes_over_at_once_from_one_that_was_killed(
    reference: Reference, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    for number in range(share(ROUNDS)):
        place = places(f"heir-{number}", changes=PACE)
        killed = place.start(*OPTIONS, name=NAME)
        killed.wait_for("[ 1/")
        killed.kill()  # and nobody waits until its processes have ended
        heir = place.run("--resume", "--no-figures", name=NAME)
        killed.process.wait()
        judged(place, reference, tally, "a driver after one that was killed this moment", heir.code != 0)
        assert heir.code == 0, heir


def test_readers_never_wait_and_never_fail_while_a_driver_writes(
    reference: Reference, places: Places, tally: Tally
) -> None:
    place = places("readers", changes=PACE)
    writer = place.start(*OPTIONS, name=NAME)
    reads = failed = 0
    seen = [0]
    while writer.process.poll() is None:
        try:
            run = results.load(place.runs / NAME)
            seen.append(len(run.experiments))
            whole = set(run.results["key"]) <= set(run.experiments["key"])
            reads, failed = reads + 1, failed + (not whole or seen[-1] < seen[-2])
        except results.ResultsError as error:
            failed += "does not exist" not in str(error) and "run.toml" not in str(error)
    ended = writer.wait()
    judged(place, reference, tally, "a reader beside a driver", ended.code != 0)
    tally.add("together", "a reader beside a driver", reads=reads, reads_that_failed=failed)
    assert ended.code == 0, ended
    assert not failed and len(set(seen)) > 2
