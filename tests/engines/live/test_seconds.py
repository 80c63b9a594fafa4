"""Seconds of served epochs: rescaled if they were measured again, and what the machine did meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.core.reasons import Headline
from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.live.client import TrainedCurves
from benchmarks.engines.live.counters import Counters, counters
from benchmarks.engines.live.messages import Known, Source

SUBJECT = Subject("net", "content", "cpu", 0.0, 0)
CONFIG = {"lr": 0.1}
NAN = float("nan")


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Yield a listening socket, whose path is short enough for one."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(Path(folder) / "curves"))
        listener.listen()
        yield listener


@contextmanager
def asked(server: socket.socket, factors: dict[str, float]) -> Iterator[TrainedCurves]:
    """Yield curves to which a server has sent the epochs."""
    curves = TrainedCurves(Source(server.getsockname(), "content", factors), SUBJECT, Ledger().charge)
    with Connection(server.accept()[0].detach()) as connection:
        connection.send(Known(Curve(SUBJECT, CONFIG).key, EPOCHS))
        yield curves


EPOCHS = (
    TrainedEpoch(1, {"loss": 1.0}, 4.0, 2.0, 0.5),
    TrainedEpoch(2, {"loss": 0.5}, 4.0, 3.0, 1.0),
    TrainedEpoch(3, {}, 2.0, 1.0, NAN, failure="no more"),
)


@pytest.mark.parametrize(("factors", "factor"), [({}, 1.0), ({SUBJECT.key: 0.5}, 0.5), ({"other": 9.0}, 1.0)])
def test_seconds_are_multiplied_by_the_factor_of_their_subject(
    server: socket.socket, factors: dict[str, float], factor: float
) -> None:
    with asked(server, factors) as curves:
        state, metrics, cost = curves.step(curves.start(CONFIG), CONFIG, 1.0)
        assert (metrics, cost) == ({"loss": 1.0}, 4.0 * factor)
        state, _, cost = curves.step(state, CONFIG, 1.0)
        assert cost == 4.0 * factor
        with pytest.raises(Headline, match="no more") as failed:
            curves.step(state, CONFIG, 1.0)
    assert failed.value.cost == 2.0 * factor
    assert curves.factor == factors.get(SUBJECT.key)


def test_load_is_of_the_seconds_as_trained_and_leaves_out_what_is_unknown(server: socket.socket) -> None:
    with asked(server, {SUBJECT.key: 0.5}) as curves:
        assert (curves.load.busy, curves.load.stretch) == (None, None)
        state = curves.start(CONFIG)
        for _ in range(2):
            state, *_ = curves.step(state, CONFIG, 1.0)
        with pytest.raises(Headline):
            curves.step(state, CONFIG, 1.0)
    assert curves.load.busy == pytest.approx((4 * 0.5 + 4 * 1.0) / 8)
    assert curves.load.stretch == pytest.approx(10 / 6)


def test_counters_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = Counters(2, 10.0, 15.0, 30, 1, 14.0, 0.1)
    written.write(tmp_path)
    assert counters(tmp_path) == written
    assert written.busy == 0.75
