"""Bisecting versions: the search itself, which versions it is given, and what it keeps."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gate.bisect import Environments, as_text
from benchmarks.gate.bisection import FirstBad, NoStart, VersionVerdict, first_bad
from benchmarks.gate.overlay import overlay
from benchmarks.gate.package_versions import Range, versions_between
from benchmarks.suite.misuse import Misuse


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[str], int, set[int]]:
    """Versions, the place of the first bad one, and the places of those that cannot be tested."""
    n = draw(st.integers(2, 60))
    bad = draw(st.integers(1, n - 1))
    skipped = draw(st.sets(st.integers(1, n - 2))) if n > 2 else set()
    return [f"1.{number}" for number in range(n)], bad, skipped


@given(histories())
def test_the_first_bad_version_is_found(history: tuple[list[str], int, set[int]]) -> None:
    versions, bad, skipped = history
    asked: list[str] = []

    def verdict(version: str) -> VersionVerdict:
        asked.append(version)
        place = versions.index(version)
        return "skip" if place in skipped else "bad" if place >= bad else "good"

    found = first_bad(versions, verdict)
    places = [versions.index(version) for version in found.suspects]
    assert bad in places
    assert places == list(range(versions.index(found.good) + 1, places[-1] + 1))
    assert set(places[:-1]) <= skipped  # whatever could be tested was used
    assert len(asked) == len(set(asked))
    if not skipped:
        assert places == [bad]
        assert len(asked) <= 2 + math.ceil(math.log2(len(versions)))


def of_ends(first: VersionVerdict, last: VersionVerdict) -> FirstBad:
    return first_bad(["1", "2", "3"], lambda version: first if version == "1" else last)


@pytest.mark.parametrize("first", ["bad", "skip"])
def test_it_begins_with_a_good_version(first: VersionVerdict) -> None:
    with pytest.raises(NoStart, match="1 is not good"):
        of_ends(first, "bad")


def test_where_the_last_version_is_good_there_is_nothing_to_look_for(tmp_path: Path) -> None:
    found = of_ends("good", "good")
    assert found == FirstBad("3", [], bad=False)
    kept = Environments(tmp_path, "optuna", [], [], print)
    assert "With optuna 3 tuning is not worse than with 1" in as_text(Range("optuna", "1", "3"), found, kept)


def test_a_last_version_that_cannot_be_told_leaves_it_open(tmp_path: Path) -> None:
    found = of_ends("good", "skip")
    assert found == FirstBad("1", ["2", "3"], bad=False)
    kept = Environments(tmp_path, "optuna", [], [], print)
    assert "3 is worse than 1 could not be decided" in as_text(Range("optuna", "1", "3"), found, kept)


def test_versions_are_in_order_and_without_trial_releases() -> None:
    listed = ["5.0.0", "4.10.0", "4.9.0", "4.10.0rc1", "5.0.0b1", "4.8.0", "5.1.0"]
    wanted = Range.of("optuna==4.9.0..5.0.0")
    assert versions_between(wanted, listed) == ["4.9.0", "4.10.0", "5.0.0"]
    assert "5.0.0b1" in versions_between(Range.of("optuna==4.10.0rc1..5.0.0"), listed)
    with pytest.raises(Misuse, match=r"the index has no optuna 4\.7"):
        versions_between(Range.of("optuna==4.7..5.0.0"), listed)


@pytest.mark.parametrize(
    "text", ["optuna", "optuna==4.0", "optuna==5.0..4.0", "optuna==4.0..", "==1..2", "a==x..y"]
)
def test_a_range_is_two_versions_in_order(text: str) -> None:
    with pytest.raises(Misuse, match="expected PACKAGE==a"):
        Range.of(text)


def test_verdicts_are_kept(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "verdicts.json").write_text(json.dumps({"4.9.0": ["bad", "FAIL: tuning is worse"]}))
    kept = Environments(tmp_path, "optuna", ["--alpha", "0.1"], [], said.append)
    assert kept.verdict("4.9.0") == "bad"  # nothing is installed or run
    assert said == ["optuna 4.9.0: bad: FAIL: tuning is worse"]
    answer = as_text(Range("optuna", "4.8.0", "5.0.0"), FirstBad("4.8.0", ["4.9.0"]), kept)
    assert "optuna 4.9.0 is the first version with which tuning is worse than with 4.8.0" in answer
    assert "-m benchmarks.gate --baseline" in answer
    assert "--alpha 0.1" in answer


def test_an_environment_sees_all_of_this_one_behind_its_own(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    overlay(venv)
    [packages] = venv.glob("lib/python*/site-packages")
    newer = packages / "packaging-999.dist-info"
    newer.mkdir()
    (newer / "METADATA").write_text("Metadata-Version: 2.1\nName: packaging\nVersion: 999\n")
    code = (
        "import importlib.metadata as m, benchmarks.execution.provenance as p; "
        "print(m.version('packaging'), p.record({})['packages']['packaging'], m.version('numpy'))"
    )
    done = subprocess.run(
        [str(venv / "bin/python"), "-c", code], capture_output=True, text=True, env={}, check=False
    )
    import numpy as np

    assert done.stdout.split() == ["999", "999", np.__version__], done.stderr
