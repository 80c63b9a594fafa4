"""JSON texts of reports: every float bit by bit, and a text for what JSON has no form for.

Python's JSON writes a float so that it is read as the same one, and has NaN and infinities.  Only a NaN with
other bits than Python's own needs a form: ``{"float64 bits": "fff8000000000000"}``.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import Any

BITS = "float64 bits"
_DIGITS = 16
_USUAL_NAN = struct.pack(">d", math.nan)
_MOST_BITS = 10_000  # of an integer, which Python reads; a longer one is kept as its text
_DEEPEST = 50  # lists in lists; what lies deeper is kept as its text


def encoded(report: Mapping[Any, Any]) -> str:
    """Return a mapping as JSON in ASCII, on one line, in its own order."""
    try:
        text = dumps(report)
    except (TypeError, ValueError, RecursionError):
        return dumps(_plain(report, 0))
    return dumps(_plain(report, 0)) if "NaN" in text or BITS in text else text


def decoded(text: str) -> dict[str, Any]:
    """Return the mapping of which ``encoded`` made this text."""
    report: dict[str, Any] = json.loads(text, object_hook=_float) if BITS in text else json.loads(text)
    return report


def writable(text: str) -> str:
    r"""Return a text with what UTF-8 cannot hold, lone surrogates, as JSON writes it: ``\udxxx``."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


#: JSON on one line, in ASCII; a text that ``encoded`` made is read and written as itself.
dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def _plain(value: Any, depth: int) -> Any:
    """Return a value that JSON has a form for."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if value.bit_length() < _MOST_BITS else _text(value)
    if isinstance(value, float):
        return _bits(float(value))
    if isinstance(value, str):
        return str(value)
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if depth < _DEEPEST and isinstance(value, Mapping) and not _looks_like_bits(value):
        return {_text(name): _plain(item, depth + 1) for name, item in value.items()}
    return _text(value)


def _bits(value: float) -> Any:
    if not math.isnan(value):
        return value
    bits = struct.pack(">d", value)
    return value if bits == _USUAL_NAN else {BITS: bits.hex()}


def _float(report: dict[str, Any]) -> Any:
    return struct.unpack(">d", bytes.fromhex(report[BITS]))[0] if _looks_like_bits(report) else report


def _looks_like_bits(report: Mapping[Any, Any]) -> bool:
    bits = report.get(BITS) if len(report) == 1 else None
    return isinstance(bits, str) and len(bits) == _DIGITS and not set(bits) - set("0123456789abcdef")


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        return type(value).__name__
