"""Records of a journal: one line of JSON each, with a checksum of its text.

A line is ``{..., "crc32": "0123abcd"}``; the checksum is the CRC-32 of the line without that last member.
The kinds are ``curve`` (a head), ``epoch``, ``test`` (metrics of an epoch, measured later) and ``forget``
(that a curve has failed).
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, NamedTuple

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.texts import decoded, dumps, encoded

#: Of the lines; a reader refuses newer ones.
FORM = 1
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
        return cls(
            int(epoch.epoch),
            encoded(epoch.report),
            _known(epoch.seconds),
            _known(epoch.processor_seconds),
            _known(epoch.busy),
            epoch.failure,
            test,
        )

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
    return _line({"curve": head.key, "form": FORM, **asdict(head)})


def epoch_line(key: str, stored: Stored) -> bytes:
    """Return the line of an epoch."""
    epoch, report, seconds, processor_seconds, busy, failure, test = stored
    named = ("seconds", seconds), ("processor_seconds", processor_seconds), ("busy", busy)
    times = ",".join([f'"{name}":{_number(value)}' for name, value in named])
    text = json.dumps(failure) if failure else '""'
    measured = f'"test":{test},"report":' if test is not None else _UNTESTED
    return _checked(f'{{"key":"{key}","epoch":{epoch},{times},"failure":{text},{measured}{report}')


def test_line(key: str, epoch: int, test: str) -> bytes:
    """Return the line of test metrics; ``test`` is JSON."""
    return _checked(f'{{"key":"{key}","test_of":{epoch},"test":{test}')


def forget_line(key: str) -> bytes:
    """Return the line that forgets a curve's failure."""
    return _line({"forget": key})


def read_lines(lines: Sequence[bytes]) -> list[dict[str, Any] | None]:
    """Return the records in lines without their ends; None for each that does not fit its checksum.

    Reports are left as texts where they can be, and all the rest is read by one call, which is fast.
    """
    bodies = [_body(line) for line in lines]
    parts = [(b"", b"", b"") if body is None else body.partition(_UNTESTED_BYTES) for body in bodies]
    whole = b",".join(
        [b"null" if body is None else part[0] + b"}" for body, part in zip(bodies, parts, strict=True)]
    )
    try:
        records: list[dict[str, Any] | None] = json.loads(b"[%b]" % whole)
    except ValueError:  # a report has the words of the partition in it
        return [None if body is None else json.loads(body + b"}") for body in bodies]
    for record, (_, epoch, report) in zip(records, parts, strict=True):
        if record is not None and epoch:
            record["test"] = None
            record[_TEXT] = report.decode("ascii")
    return records


def _body(line: bytes) -> bytes | None:
    """Return a line without its checksum and last brace, None if it does not fit the checksum."""
    body, checksum = line[:-_TAIL], line[-_TAIL:]
    return body if checksum == _CHECKED % zlib.crc32(body) else None


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
_UNTESTED_BYTES = f",{_UNTESTED}".encode()
_CHECKED = f"{_CHECKSUM}%08x{_END}".encode()
_TEXT = "report as text"


def _known(value: float) -> float:
    """Return a time as a float; every NaN, which is an unknown one, as the same."""
    return float(value) if value == value else math.nan


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else json.dumps(value)


def _line(record: Mapping[str, Any]) -> bytes:
    return _checked(json.dumps(record, separators=(",", ":"))[:-1])


def _checked(body: str) -> bytes:
    """Return a line; ``body`` is a JSON object without its last brace."""
    content = body.encode("ascii")
    return content + _CHECKED % zlib.crc32(content) + b"\n"
