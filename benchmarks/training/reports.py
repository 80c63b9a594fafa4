"""Reports of a trainable: plain numbers under names that nothing overwrites."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from results.store.schema import TUNE_SIGNALS, tune_name


def number(value: Any) -> float | None:
    """Return a reported value as a float, None if it is not a number.

    Numbers are those of Python and NumPy, booleans (1 and 0), and arrays and tensors of one element, of any
    library.  An integer beyond the largest float is infinite.
    """
    if type(value) is float:
        return value
    try:
        return _converted(value)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        return None


def _converted(value: Any) -> float | None:
    if isinstance(value, complex) or math.prod(getattr(value, "shape", ())) != 1:
        return None
    if hasattr(value, "item"):  # an array's or a tensor's
        value = value.item()
    if isinstance(value, complex) or not hasattr(value, "__float__"):  # as text has none
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class Foreign(str):
    """Stands for a value that Ray may refuse or be unable to send: its type, and its shape or text."""

    __slots__ = ()


#: Types that Ray can send and readers of results know.
_SENT = (str, bytes, int, float, complex, type(None), np.generic, date, timedelta)


def sent(value: Any) -> Any:
    """Return the form in which a non-numeric value is sent: itself if that is safe, else ``Foreign``."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset) and all(type(sent(item)) is not Foreign for item in value):
        return value
    if kind is np.ndarray and not value.dtype.hasobject:
        return value
    # A class of the user's may not be there where it is read.
    known = issubclass(kind, _SENT) and kind.__module__ in ("builtins", "numpy", "datetime")
    return value if known else Foreign(described(value))


def described(value: Any) -> str:
    """Return the type of a value, and its shape or the beginning of its text."""
    if isinstance(value, Foreign):
        return str(value)
    kind = type(value).__name__
    try:
        shape = getattr(value, "shape", None)
        if shape is not None:
            return f"{kind} of shape {tuple(shape)}"
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - as above
        return kind
    return f"{kind} {text if len(text) <= 60 else text[:56] + ' ...'}"


def plain(report: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a report as Tune is to see it: flat, numbers as floats, each metric under its ``tune_name``.

    Nested reports are joined by ``/``, as Ray does.  Signals to Tune (``done``, ...) stay as they are, and so
    do texts, arrays and the like; other non-numeric values become ``Foreign``.
    """
    found: dict[str, Any] = {}
    for name, value in report.items():
        if (type(value) is float and name in _KEPT) or name in TUNE_SIGNALS:
            found[name] = value
        else:
            _add(found, str(name), value)
    return found


#: Names of metrics that Tune sees under these names, a few of them; most results have these and nothing else.
_KEPT: set[str] = set()
_MOST_KEPT = 1000


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for part, inner in value.items():
            _add(found, f"{name}/{part}", inner)
        return
    seen = tune_name(name)
    if seen == name and len(_KEPT) < _MOST_KEPT:
        _KEPT.add(name)
    found[seen] = sent(value) if (as_float := number(value)) is None else as_float


def reporting(trainable: Any) -> type:
    """Return a trainable, a class or a function that Tune accepts, as a class whose reports are plain."""
    from ray.tune.trainable.function_trainable import FunctionTrainable, wrap_function

    made = trainable if isinstance(trainable, type) else wrap_function(trainable)
    before = _PlainFunction if issubclass(made, FunctionTrainable) else _PlainClass
    return type(made.__name__, (before, made), {"__module__": made.__module__})


class _PlainClass:
    """Comes before a class trainable."""

    def step(self) -> Any:
        report = super().step()  # type: ignore[misc]  # the trainable's
        return plain(report) if isinstance(report, Mapping) else report


class _PlainFunction:
    """Comes before the class that Tune makes of a function."""

    def setup(self, config: dict[str, Any]) -> None:
        from benchmarks.engines.ray_internals import get_session

        super().setup(config)  # type: ignore[misc]  # Tune's
        session: Any = get_session()
        reports = session.report

        def report(metrics: Any, *args: Any, **options: Any) -> None:
            """Convert the arguments of ``tune.report`` before Ray refuses tensors and adds fields."""
            if not isinstance(metrics, Mapping):
                raise TypeError(f"a report is a dict such as {{'score': 0.5}}, not {metrics!r}")
            reports(plain(metrics), *args, **options)

        session.report = report
