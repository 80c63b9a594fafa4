"""Odd places to run in: homes, temporary folders, shared memory, names, and a clock that jumps."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import HERE, Ended, Place
from conftest import Places
from killing import UNDISTURBED, Reference, grid, uninterrupted
from mounts import mounted
from stored import count
from tally import Tally

pytestmark = pytest.mark.faults
ODD = "räume & 日本 'x' \"y\" ; $HOME (1) [2] #%41 ‮fer"
LONG = "/".join(["long-" * 8] * 5)


@dataclass(frozen=True)
class Surroundings:
    """What differs from an ordinary run.

    Attributes:
        changes: of the environment; ``{place}`` stands for the place's folder.
        mounts: shell commands before the run, in a namespace of mounts.
        may_refuse: it may end at once with exit code 2 and one line that says what to do.
        full: a disk is full; it may end with exit code 1 and the command that goes on, as a run at work does.
    """

    changes: Mapping[str, str | None]
    mounts: tuple[str, ...] = ()
    may_refuse: bool = False
    full: bool = False


CASES = {
    "no HOME": Surroundings({"HOME": None}),
    "a HOME that is missing": Surroundings({"HOME": "/dev/null/at/all"}),
    "a read-only HOME": Surroundings({}, ("mount -t tmpfs -o ro tmpfs {home}",)),
    "a HOME that is a file": Surroundings({"HOME": "/dev/null"}),
    "no TMPDIR": Surroundings({"TMPDIR": None}),
    "a long TMPDIR": Surroundings({"TMPDIR": f"{{place}}/{LONG}"}, may_refuse=True),
    "a TMPDIR that is missing": Surroundings({"TMPDIR": "{place}/missing"}, may_refuse=True),
    "a TMPDIR with odd letters": Surroundings({"TMPDIR": f"{{place}}/{ODD}"}, may_refuse=True),
    "a small TMPDIR": Surroundings(
        {}, ("mount -t tmpfs -o size=64k tmpfs {temporary}",), may_refuse=True, full=True
    ),
    "shared memory of 64 MB": Surroundings({}, ("mount -t tmpfs -o size=64m tmpfs /dev/shm",)),
    "shared memory of 64 kB": Surroundings({}, ("mount -t tmpfs -o size=64k tmpfs /dev/shm",)),
    "full shared memory": Surroundings(
        {}, ("mount -t tmpfs -o size=64k tmpfs /dev/shm", "head -c 64k /dev/zero > /dev/shm/filler")
    ),
    "read-only shared memory": Surroundings({}, ("mount -t tmpfs -o ro tmpfs /dev/shm",)),
    "a clock that jumps": Surroundings({"PYTHONPATH": f"{HERE / 'jumping'}{os.pathsep}{{PYTHONPATH}}"}),
    "the locale C": Surroundings({"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "hash seed 1 and warnings": Surroundings({"PYTHONHASHSEED": "1", "PYTHONWARNINGS": "always"}),
}


@pytest.fixture(scope="module", params=["virtual", "tune"])
def reference(request: pytest.FixtureRequest, places: Places) -> Reference:
    return uninterrupted(places("whole"), grid(request.param, 2, trials=2, jobs=2))


def with_all(reference: Reference) -> list[str]:
    return [option for option in reference.options if option != "--no-figures"]


def judged(
    place: Place,
    ended: Ended,
    reference: Reference,
    tally: Tally,
    what: str,
    refuse: bool,
    full: bool = False,
) -> None:
    """Count and judge how a run ended in its surroundings."""
    in_order = ended.code == 1 and "resume with: " in ended.out and "Traceback" not in ended.said
    refused = (ended.code == 2 and ended.one_line) or (full and in_order)
    good, faults = refused and refuse, UNDISTURBED
    if ended.code == 0:
        faults = count(place.runs / "odd", reference.signatures)
        good = faults == UNDISTURBED and "Traceback" not in ended.said
    left = place.left()
    tally.add(
        "surroundings",
        f"{what}, {reference.engine}",
        runs=1,
        refused_in_one_line=refused,
        wrong_answers=not good,
        lost=faults.lost,
        twice=faults.twice,
        unequal=faults.unequal,
        leftover_processes=len(left.processes),
        leftover_files=len(left.files),
    )
    assert good, (ended, faults)
    assert not left.processes and not left.files, left


@pytest.mark.parametrize("what", CASES)
def test_a_run_in_odd_surroundings_is_as_any_other(
    what: str, reference: Reference, places: Places, tally: Tally
) -> None:
    case, place = CASES[what], places("odd")
    words = {"place": str(place.folder), "home": str(place.home), "temporary": str(place.temporary)}
    words |= {"PYTHONPATH": place.environment["PYTHONPATH"]}
    for name, value in case.changes.items():
        place.changes[name] = value and value.replace("{place}", words["place"]).replace(
            "{PYTHONPATH}", words["PYTHONPATH"]
        )
    temporary = place.changes.get("TMPDIR")
    if temporary and not temporary.endswith("missing"):
        Path(temporary).mkdir(parents=True)
    prefix = mounted(*(command.format(**words) for command in case.mounts)) if case.mounts else ()
    ended = place.run(*reference.options, name="odd", prefix=prefix)
    judged(place, ended, reference, tally, what, case.may_refuse, case.full)


def test_a_run_below_a_folder_with_odd_letters_has_everything(
    reference: Reference, places: Places, share: Callable[[int], int], tally: Tally
) -> None:
    place = places(ODD)
    ended = place.run(*with_all(reference), name="odd")
    for module, *options in (
        ("results.figures", "--only", "heatmap"),
        ("results.report", "--open", "no"),
        ("results.tables",),
    ):
        shown = place.module(module, str(place.runs / "odd"), *options)
        assert shown.code == 0 and "Traceback" not in shown.said, shown
    assert list((place.runs / "odd" / "figures").glob("*.png"))
    judged(place, ended, reference, tally, "blanks, quotes and Unicode in all paths", False)
