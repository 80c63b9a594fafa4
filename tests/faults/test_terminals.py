"""Whatever becomes of the terminal, the run is carried out and stored."""

from __future__ import annotations

import sys

import pytest
from commands import Place
from conftest import Places
from helpers.terminal import in_terminal
from killing import NAME, UNDISTURBED, Reference, Story, finish, grid, uninterrupted
from stored import count
from tally import Tally

pytestmark = pytest.mark.faults
#: What a shell does to the command's streams.
STREAMS = {
    "stdout closed": ">&-",
    "stderr closed": "2>&-",
    "all streams closed": "<&- >&- 2>&-",
    "stdout a full disk": ">/dev/full",
    "both a full disk": ">/dev/full 2>&1",
    "piped to head -1": "| head -1",
    "piped to a reader that is gone": "| true",
    "both piped to a reader that is gone": "2>&1 | true",
}
READING = {
    "results.report": ("--open", "no"),
    "results.figures": ("--only", "heatmap"),
    "results.tables": (),
    "results.recommend": (),
}
COLUMNS = 20


@pytest.fixture(scope="module", params=["virtual", "tune"])
def reference(request: pytest.FixtureRequest, places: Places) -> Reference:
    changes = {"TUNEGRID_CALM_PACE": "0.02"}
    return uninterrupted(places("whole", changes=changes), grid(request.param, 2, trials=2, jobs=2))


@pytest.mark.parametrize("what", STREAMS)
def test_a_run_is_stored_whoever_reads_what_it_prints(
    what: str, reference: Reference, places: Places, tally: Tally
) -> None:
    place = places("streams", changes={"TUNEGRID_CALM_PACE": "0.02"})
    code = place.folder / "code"
    place.changes["CODE"] = str(code)
    command = [sys.executable, "-m", "benchmarks.run", "--grid", "--out", str(place.runs), "--name", NAME]
    # The exit code is the command's own, not that of the end of its pipe.
    script = f'{{ "$@"; echo $? > "$CODE"; }} {STREAMS[what]}'
    ended = place.popen(["bash", "-c", script, "bash", *command, *reference.options]).wait()
    left, story, early = place.left(), Story(), int(code.read_text()) != 0
    finish(place, reference, story)
    wrong = "Traceback" in ended.said or "Exception ignored" in ended.said
    tally.add(
        "terminal",
        f"{what}, {reference.engine}",
        runs=1,
        ended_early=early,
        wrong_answers=wrong,
        not_resumed=story.unresumed,
        lost=story.end.lost,
        twice=story.end.twice,
        unequal=story.end.unequal,
        leftover_processes=len(left.processes),
        leftover_files=len(left.files) + len(left.memory),
    )
    assert not wrong, (ended, code.read_text())
    assert not story.unresumed and (story.end, story.changed) == (UNDISTURBED, 0), story
    assert not left, left


@pytest.mark.parametrize("module", READING)
@pytest.mark.parametrize("what", STREAMS)
def test_a_command_that_reads_results_has_no_traceback_whoever_reads_it(
    module: str, what: str, reading: Place, tally: Tally
) -> None:
    command = [sys.executable, "-m", module, str(reading.runs / "whole"), *READING[module]]
    ended = reading.popen(["bash", "-c", f'"$@" {STREAMS[what]}', "bash", *command]).wait()
    wrong = "Traceback" in ended.said or "Exception ignored" in ended.said
    tally.add("terminal", f"{what}, commands that read results", runs=1, wrong_answers=wrong)
    assert not wrong, ended


@pytest.fixture(scope="module")
def reading(places: Places) -> Place:
    place = places("reading")
    assert place.run(*grid("virtual", 1), name="whole").code == 0
    return place


def test_a_run_fits_a_terminal_of_twenty_columns(reference: Reference, places: Places, tally: Tally) -> None:
    place = places("narrow", changes={"TUNEGRID_CALM_PACE": "0.05", "COLUMNS": None, "TERM": "xterm"})
    command = [sys.executable, "-m", "benchmarks.run", "--grid", "--out", str(place.runs), "--name", NAME]
    environment = {name: value for name, value in place.environment.items() if name != "CI"}
    shown = in_terminal([*command, *reference.options], COLUMNS, environment, place.folder)
    faults = count(place.runs / NAME, reference.signatures)
    left = any("running" in row or "\u2501" in row for row in shown.screen.rows)
    wrong = shown.code != 0 or "Traceback" in shown.raw or bool(shown.screen.broken) or left
    row = f"{COLUMNS} columns, {reference.engine}"
    tally.add("terminal", row, runs=1, wrong_answers=wrong, lost=faults.lost, unequal=faults.unequal)
    assert not wrong, shown.raw
    assert any("running" in row for rows in shown.moments for row in rows)
    assert faults == UNDISTURBED
