"""Plug-ins that cannot be imported, or only by some processes: the rest of the suite goes on."""

from __future__ import annotations

import os

import pytest
from commands import Place
from conftest import Places
from tally import Tally

import results

pytestmark = pytest.mark.faults

GOOD = ("--trainables", "calm", "--searchers", "random", "--schedulers", "fifo")
FEW = ("--trials", "2", "--epochs", "2", "--workers", "1", "--no-figures", "--stall", "20", "--timeout", "60")
REGISTERS = """
from calm import Calm, FIELDS
from benchmarks.suite.registry import trainable
trainable("late", "registered by a module that misbehaves", **FIELDS)(type("Late", (Calm,), {}))
"""
#: What the module of a plug-in does wrong when it is imported.
BREAKS = {
    "raises": "raise ValueError('planted fault')",
    "exits": "import sys; sys.exit('planted fault')",
    "lacks a library": "import a_library_that_is_nowhere",
    "is no Python": "def def def",
    "is no text": "# \x00",
    "takes another's name": "from benchmarks.suite.registry import searcher\n"
    "@searcher('random', '')\ndef build(setup): pass",
    "has an unknown field": "from benchmarks.suite.registry import trainable\n"
    "@trainable('x', '', hue=1)\ndef train(config, session): pass",
    "recurses": "def f(): f()\nf()",
}
#: In every process but the command's own, which is a child of the one with this number.
ELSEWHERE = "import os\nif os.environ['TUNEGRID_FAULTS_PARENT'] != str(os.getppid()): "
LATER = {
    "raises": "raise ValueError('planted fault')",
    "exits": "raise SystemExit('planted fault')",
    "dies": "os._exit(3)",
    "hangs": "__import__('time').sleep(3600)",
}


def plugin(place: Place, text: str) -> None:
    """Make ``text`` a plug-in of the place."""
    (place.folder / "broken.py").write_text(text)
    place.changes["PYTHONPATH"] = f"{place.environment['PYTHONPATH']}:{place.folder}"
    place.changes["TUNEGRID_PLUGINS"] = "calm,broken"


@pytest.mark.parametrize("how", BREAKS)
def test_a_plugin_that_cannot_be_imported_is_listed_and_the_others_run(
    how: str, places: Places, tally: Tally
) -> None:
    place = places("broken")
    plugin(place, BREAKS[how])
    listed = place.module("benchmarks.run", "--list")
    ran = place.run(*GOOD, *FEW, "--engine", "virtual", name="good")
    named = place.run("--trainables", "late", *GOOD[2:], *FEW, "--engine", "virtual", name="bad")
    wrong = (
        (listed.code, ran.code, named.code) != (0, 0, 2)
        or "broken" not in listed.out
        or not named.one_line
        or any("Traceback" in one.said for one in (listed, ran))
    )
    tally.add("imports", f"a plug-in whose import {how}", runs=3, wrong_answers=wrong)
    assert not wrong, (listed, ran, named)


@pytest.mark.parametrize("engine", ["virtual", "tune"])
@pytest.mark.parametrize("how", LATER)
def test_a_plugin_that_fails_in_other_processes_alone_gives_rows(
    how: str, engine: str, places: Places, tally: Tally
) -> None:
    place = places("later", changes={"TUNEGRID_FAULTS_PARENT": str(os.getpid())})
    plugin(place, ELSEWHERE + LATER[how] + REGISTERS)
    ended = place.run("--trainables", "late", *GOOD[2:], *FEW, "--engine", engine, name="later")
    rows = results.load(place.runs / "later").experiments
    left = place.left()
    unexplained = int((rows["reason"] == "").sum()) if len(rows) else 1
    wrong = ended.code != 1 or "Traceback" in ended.said or unexplained
    tally.add(
        "imports",
        f"a plug-in whose import {how} in other processes than the command's, {engine}",
        runs=1,
        wrong_answers=bool(wrong),
        leftover_processes=len(left.processes),
        leftover_files=len(left.files) + len(left.memory),
    )
    assert not wrong, (ended, rows["reason"].to_list())
    assert not left, left
