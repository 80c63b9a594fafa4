"""Seconds of known curves measured again, kept in their folder, and the factor by which a run multiplies."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.curves.live.seconds import FILE, Recost, keep, recosts
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.live.trainings import head
from benchmarks.execution import recost as module
from benchmarks.execution.content import content_of
from benchmarks.execution.loading import Loaded, load_data
from benchmarks.execution.recost import recost
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.misuse import Misuse
from results.errors import ResultsError

EXPERIMENT = Experiment("branin", "random", "fifo", engine="live")
SLOW_S = 1000.0  # that a stored epoch has taken


@pytest.fixture
def loaded() -> Loaded:
    return load_data([EXPERIMENT], None)


@pytest.fixture
def curves(tmp_path: Path, loaded: Loaded) -> Path:
    """Return a folder with curves whose epochs took very long."""
    folder = tmp_path / "curves"
    store = CurveStore(folder)
    (_, key), *_ = loaded.values()
    subject = Subject("branin", content_of("branin", key), "cpu", 0.0, 0)
    for x in (1.0, 2.0, 3.0):
        curve = Curve(subject, {"x": x, "y": x})
        for epoch in (1, 2, 3):
            store.add(head(curve), TrainedEpoch(epoch, {"loss": 1.0}, SLOW_S, SLOW_S, 0.5))
    failed = Curve(subject, {"x": 9.0, "y": 9.0})
    store.add(head(failed), TrainedEpoch(1, {}, SLOW_S, SLOW_S, 0.5, failure="no"))
    store.close()
    return folder


def test_a_sample_is_trained_again_and_its_factor_kept(
    curves: Path, loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BESIDE", 1.0)
    [measured] = recost(curves, [EXPERIMENT], loaded, 4, 60)
    assert measured.trainable == "branin" and measured.epochs == 4
    # An epoch of branin may be shorter than what the clock of a thread's waits can tell from nothing.
    assert 0 <= measured.low <= measured.factor <= measured.high < 0.01 and measured.factor > 0
    assert list(recosts(curves).values()) == [measured]
    assert "branin: 4 epochs take 0.00 times" in str(measured)


def test_a_busy_machine_is_refused_and_keeps_what_was_measured_before(
    curves: Path, loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"0123": Recost("other", 0.5, 8, 0.4, 0.6)}
    keep(curves, before)
    monkeypatch.setattr(module, "MOST_BESIDE", -1.0)
    with pytest.raises(Misuse, match="busy with something else"):
        recost(curves, [EXPERIMENT], loaded, 2, 60)
    assert recosts(curves) == before


def test_a_folder_without_these_curves_is_refused(tmp_path: Path, loaded: Loaded) -> None:
    with pytest.raises(Misuse, match="no curves of these trainables"):
        recost(tmp_path / "none", [EXPERIMENT], loaded, 2, 60)
    assert not (tmp_path / "none").exists()


def test_a_later_measurement_replaces_an_earlier_one(tmp_path: Path) -> None:
    one, other = Recost("a", 0.5, 8, 0.4, 0.6), Recost("b", 0.7, 8, 0.4, 0.9)
    keep(tmp_path, {"1": one, "2": one})
    keep(tmp_path, {"2": other})
    assert recosts(tmp_path) == {"1": one, "2": other}


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    with pytest.raises(ResultsError, match="measure again with --recost"):
        recosts(tmp_path)
