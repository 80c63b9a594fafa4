"""The report's words on the timing of trainings that were each made once."""

from __future__ import annotations

import pandas as pd

from results.report.words import STRETCHED, how_timed


def rows(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"trainable": ["net", "net"], "device": "cpu", "engine": "live", **columns})


def test_seconds_of_epochs_that_waited_are_said_to_be_too_many() -> None:
    [sentence] = how_timed(rows(stretch=[1.9, 2.1], busy=[0.97, 0.99]))
    assert "net took 2.0 times their processor time, with 98% of the machine's processors busy" in sentence
    assert "--recost" in sentence
    assert how_timed(rows(stretch=STRETCHED - 0.01, busy=0.99)) == []


def test_seconds_that_were_measured_again_are_told_and_no_longer_too_many() -> None:
    [sentence] = how_timed(rows(stretch=2.0, busy=0.9, recost=[0.5, 0.61]))
    assert "times 0.50 to 0.61" in sentence and "measured again" in sentence


def test_nothing_is_said_of_a_gpu_or_of_rows_that_know_nothing() -> None:
    assert how_timed(rows(stretch=3.0).assign(device="gpu")) == []
    assert how_timed(rows()) == []
    assert how_timed(rows(stretch=float("nan"))) == []
