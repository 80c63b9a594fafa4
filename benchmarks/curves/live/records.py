"""Records of a journal: one line of JSON each, with a checksum of its text.

A line is ``{..., "crc32": "0123abcd"}``; the checksum is the CRC-32 of the line without that last member.
The kinds are ``curve`` (a head), ``epoch``, ``test`` (metrics of an epoch, measured later) and ``forget``
(that a curve has failed).
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, NamedTuple

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.texts import decoded, dumps, encoded

_CHECKSUM = ',"crc32":"'
_END = '"}'
_TAIL = len(_CHECKSUM) + 8 + len(_END)


class Stored(NamedTuple):
    """An epoch as it is stored: ``report`` and ``test`` are JSON texts."""

    epoch: int
    report: str
    seconds: float
    processor_seconds: float
    busy: float
    failure: str
    test: str | None

    @classmethod
    def of(cls, epoch: TrainedEpoch) -> Stored:
        """Return the stored form of an epoch."""
        test = None if epoch.test is None else encoded(epoch.test)
        times = float(epoch.seconds), float(epoch.processor_seconds), float(epoch.busy)
        return cls(int(epoch.epoch), encoded(epoch.report), *times, epoch.failure, test)

    def trained(self) -> TrainedEpoch:
        """Return the epoch."""
        return TrainedEpoch(
            self.epoch,
            decoded(self.report),
            self.seconds,
            self.processor_seconds,
            self.busy,
            self.failure,
            None if self.test is None else decoded(self.test),
        )


def head_line(head: CurveHead) -> bytes:
    """Return the line that begins a curve."""
    return _line({"curve": head.key, **asdict(head)})


def epoch_line(key: str, stored: Stored) -> bytes:
    """Return the line of an epoch."""
    epoch, report, seconds, processor_seconds, busy, failure, test = stored
    named = ("seconds", seconds), ("processor_seconds", processor_seconds), ("busy", busy)
    times = ",".join([f'"{name}":{_number(value)}' for name, value in named])
    said = json.dumps(failure) if failure else '""'
    measured = f'"test":{test},"report":' if test is not None else _UNTESTED
    return _checked(f'{{"key":"{key}","epoch":{epoch},{times},"failure":{said},{measured}{report}')


def test_line(key: str, epoch: int, test: str) -> bytes:
    """Return the line of test metrics; ``test`` is JSON."""
    return _checked(f'{{"key":"{key}","test_of":{epoch},"test":{test}')


def forget_line(key: str) -> bytes:
    """Return the line that forgets a curve's failure."""
    return _line({"forget": key})


def read_line(line: bytes) -> dict[str, Any] | None:
    """Return the record in a line without its end; None if it does not fit its checksum."""
    body, checksum = line[:-_TAIL], line[-_TAIL:]
    if checksum != f"{_CHECKSUM}{zlib.crc32(body):08x}{_END}".encode():
        return None
    try:
        found = _quickly(body) or json.loads(body + b"}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _quickly(body: bytes) -> dict[str, Any] | None:
    """Return an epoch's record with its report as text, which is read later; None of another record."""
    beginning, found, report = body.decode("ascii").partition(f",{_UNTESTED}")
    if not found:
        return None
    try:
        return {**json.loads(f"{beginning}}}"), "test": None, _TEXT: report}
    except ValueError:  # of a report that has these words in it
        return None


def stored_epoch(record: Mapping[str, Any]) -> Stored:
    """Return the epoch in a record."""
    test = None if record["test"] is None else dumps(record["test"])
    times = record["seconds"], record["processor_seconds"], record["busy"]
    report = record[_TEXT] if _TEXT in record else dumps(record["report"])
    return Stored(record["epoch"], report, *times, record["failure"], test)


def curve_head(record: Mapping[str, Any]) -> CurveHead:
    """Return the head in a record."""
    return CurveHead(**{field.name: record[field.name] for field in fields(CurveHead)})


#: What stands in the line of an epoch before its report, if there are no test metrics.
_UNTESTED = '"test":null,"report":'
_TEXT = "report as text"


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else json.dumps(value)


def _line(record: Mapping[str, Any]) -> bytes:
    return _checked(json.dumps(record, separators=(",", ":"))[:-1])


def _checked(body: str) -> bytes:
    """Return a line; ``body`` is a JSON object without its last brace."""
    content = body.encode("ascii")
    return content + f"{_CHECKSUM}{zlib.crc32(content):08x}{_END}\n".encode()
