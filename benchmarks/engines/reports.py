"""What a trainable reports, in plain numbers and under names that nothing overwrites."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from results.schema import TUNE_SIGNALS, tune_name


def number(value: Any) -> float | None:
    """Return a reported value as a float, None if it is no number.

    Numbers are those of Python and NumPy, booleans (1 and 0), and arrays and tensors of one element, of any
    library.  An integer beyond the largest float is infinite.
    """
    if type(value) is float:
        return value
    shape = getattr(value, "shape", ())
    try:
        if isinstance(value, complex) or math.prod(shape) != 1:
            return None
        if hasattr(value, "item"):  # an array's or a tensor's
            value = value.item()
        if isinstance(value, complex) or not hasattr(value, "__float__"):  # as text has none
            return None
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)
    except (TypeError, ValueError):
        return None


def plain(report: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a report as Tune is to see it: flat, numbers as floats, each metric under its ``tune_name``.

    Nested reports are joined by ``/``, as Ray does.  Signals to Tune (``done``, ...) stay as they are, and so
    do values that are no numbers.
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
    found[seen] = value if (as_float := number(value)) is None else as_float


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
        from ray.train._internal.session import get_session

        super().setup(config)  # type: ignore[misc]  # Tune's
        session: Any = get_session()
        reports = session.report

        def report(metrics: Any, *args: Any, **options: Any) -> None:
            """Take what ``tune.report`` is given, before Ray refuses tensors and adds its own fields."""
            if not isinstance(metrics, Mapping):
                raise TypeError(f"a report is a dict such as {{'score': 0.5}}, not {metrics!r}")
            reports(plain(metrics), *args, **options)

        session.report = report
