"""Whatever their curves and the order of their reports, trials are judged as in the models; none waits."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from helpers.rung_models import Log, asha, best, halving
from helpers.stage import ENDS, FAILS, Part, Stage, build, pick_with, played
from hypothesis import given
from hypothesis import strategies as st

from schedulers._rungs import milestones

RUNG_SCHEDULERS = ["asha-promote", "sha", "one-epoch"]
MORE = ["async-hyperband", "pasha", "asha-cost", "i-epoch[i=2]", "freeze-thaw"]

values = st.sampled_from([math.nan, -math.inf, 0.0, 0.25, 0.5, 1.0])  # few, so that there are ties
epochs_asked = st.sampled_from([1, 2, 3, 4, 9, 10])
fates = st.sampled_from(["", "", "", FAILS, ENDS])


@st.composite
def plays(draw: st.DrawFn, saves_fail: bool = False) -> tuple[list[Part], int]:
    """Draw the trials of an experiment and its epochs."""
    epochs = draw(epochs_asked)
    part = st.builds(
        Part,
        st.lists(values, min_size=epochs, max_size=epochs),
        fates,
        st.integers(1, epochs),
        st.booleans() if saves_fail else st.just(False),
        st.sampled_from([1.0, 1.0, 0.25, 5.0]) if saves_fail else st.just(1.0),
    )
    return draw(st.lists(part, min_size=1, max_size=14)), epochs


def model(name: str, curves: dict[str, list[float]], epochs: int) -> Log:
    rungs = milestones(epochs, 3)
    models: dict[str, Callable[[], Log]] = {
        "asha-promote": lambda: asha(curves, rungs, epochs),
        "sha": lambda: halving(curves, rungs, epochs, lambda n: n // 3),
        "one-epoch": lambda: halving(curves, rungs[:1], epochs, lambda n: max(1, len(curves) // 9)),
    }
    return models[name]()


@pytest.mark.parametrize("name", RUNG_SCHEDULERS)
@given(play=plays(), at_once=st.booleans())
def test_one_worker_decides_as_the_model(name: str, play: tuple[list[Part], int], at_once: bool) -> None:
    parts, epochs = play
    curves: dict[str, list[float]] = {}
    for number, part in enumerate(parts):  # the models know no trial that ends by itself: here it fails
        part.fate = FAILS if part.fate == ENDS else part.fate
        curves[f"t{number:02d}"] = list(part.curve[: part.when - 1] if part.fate else part.curve)
    assert played(name, parts, epochs, at_once=at_once) == model(name, curves, epochs)


@pytest.mark.parametrize("name", [*RUNG_SCHEDULERS, *MORE])
@given(play=plays(saves_fail=True), workers=st.integers(1, 4), at_once=st.booleans(), data=st.data())
def test_nothing_stalls_and_no_checkpoint_is_lost(
    name: str, play: tuple[list[Part], int], workers: int, at_once: bool, data: st.DataObject
) -> None:
    parts, epochs = play
    pick = partial(pick_with, data)
    stage = Stage(build(name, len(parts), epochs), parts, workers, epochs, pick, at_once)
    stage.run()
    assert not stage.lost
    # A search that ends early gives fewer trials than it was asked for, and nobody knew.
    Stage(build(name, len(parts) + 3, epochs), parts, workers, epochs, pick, at_once, unforeseen=True).run()


def reports(log: Log, epoch: int, parts: list[Part]) -> list[tuple[str, float]]:
    """Return (trial, value) of those that reached a rung and were judged, in the order of their reports."""
    return [
        (name, parts[int(name[1:])].curve[epoch - 1])
        for name, at, decision in log
        if at == epoch and decision != "END"
    ]


@given(play=plays(), workers=st.integers(1, 4), data=st.data())
def test_asha_promotes_whom_the_reports_so_far_call_for(
    play: tuple[list[Part], int], workers: int, data: st.DataObject
) -> None:
    parts, epochs = play
    log = Stage(
        build("asha-promote", len(parts), epochs), parts, workers, epochs, partial(pick_with, data)
    ).run()
    for rung in milestones(epochs, 3):
        promoted: set[str] = set()
        for position, (name, epoch, decision) in enumerate(log):
            if epoch != rung or decision == "END":
                continue
            so_far = reports(log[: position + 1], rung, parts)
            due = set(best(so_far, len(so_far) // 3)) - promoted
            assert len(due) <= 1  # each report frees one worker, and earns at most one promotion
            promoted |= due
            assert (decision == "CONTINUE") == (name in due)
            assert decision != "STOP" or position == len(log) - 1
        went_on = {name for name, epoch, _ in log if epoch == rung + 1}
        failed = {f"t{n:02d}" for n, part in enumerate(parts) if part.fate == FAILS and part.when == rung + 1}
        assert went_on == promoted - failed


@pytest.mark.parametrize("name", ["sha", "one-epoch"])
@given(play=plays(), workers=st.integers(1, 4), data=st.data())
def test_synchronous_rungs_let_the_best_of_all_go_on(
    name: str, play: tuple[list[Part], int], workers: int, data: st.DataObject
) -> None:
    parts, epochs = play
    log = Stage(build(name, len(parts), epochs), parts, workers, epochs, partial(pick_with, data)).run()
    rungs = milestones(epochs, 3)[: None if name == "sha" else 1]
    for rung in rungs:
        there = reports(log, rung, parts)
        survivors = set(best(there, max(1, len(there) // 3 if name == "sha" else len(parts) // 9)))
        failed = {f"t{n:02d}" for n, part in enumerate(parts) if part.fate == FAILS and part.when == rung + 1}
        assert {name for name, epoch, _ in log if epoch == rung + 1} == survivors - failed
        for trial, epoch, decision in log:
            if epoch == rung:
                assert {"CONTINUE": trial in survivors, "STOP": trial not in survivors}.get(decision, True)
