"""Limits of a grid's values: those that the fields declare, and those of a field's own format."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.core.refusal import shown
from results.store.field import Field

MOST_GPUS = 1000  # of a trial
MOST_TEXT = 10_000  # characters of a glob, or of the workers' speeds


def why_not(field: Field, value: Any) -> str:
    """Return in one line why a grid cannot have this value of a field; "" if it can."""
    name = field.grid
    if field.axis:
        if not value:
            return f"{name} is empty; give at least one value"
        return next((reason for one in value if (reason := _why_no_value(field, one))), "")
    if isinstance(field.grid_default, tuple):
        return _why_no_names(name, value)
    return _why_no_value(field, value)


def _why_no_value(field: Field, value: Any) -> str:
    name = field.grid
    if field.choices and value not in field.choices:
        return f"{name} is {shown(value)}; choose {', '.join(field.choices)}"
    if field.least is not None and not value >= field.least:  # NaN neither
        return f"{name} is {shown(value)}; {field.advice or f'it must be at least {field.least}'}"
    if field.below is not None and not value < field.below:
        return f"{name} is {shown(value)}; {field.advice or f'it must be below {field.below}'}"
    if field.most is not None and value > field.most:
        return f"{name} is {shown(value)}; it must be at most {field.most:,}"
    return _FORMATS[field.name](name, value) if field.name in _FORMATS else ""


def _why_no_names(name: str, globs: tuple[str, ...]) -> str:
    if not globs:
        return f"{name} is empty; give at least one name or glob"
    if long := [glob for glob in globs if len(glob) > MOST_TEXT]:
        return f"{name} has {shown(long[0])}; a name or glob has at most {MOST_TEXT} characters"
    return ""


def _why_no_share(name: str, share: float) -> str:
    if 0 < share <= MOST_GPUS and (share <= 1 or share == math.floor(share)):
        return ""
    return f"{name} is {shown(share)}; give a share between 0 and 1, or whole GPUs, up to {MOST_GPUS:,}"


def _why_no_speeds(name: str, speeds: str) -> str:
    try:
        usable = all(0 < float(word) < math.inf for word in speeds.split(","))
    except ValueError:
        usable = False
    if usable and len(speeds) <= MOST_TEXT:
        return ""
    return (
        f"{name} is {shown(speeds)}; give numbers above 0 with commas between, as 1,0.5, "
        f"in at most {MOST_TEXT:,} characters"
    )


#: Checks of fields that have a format of their own.
_FORMATS: Mapping[str, Callable[[str, Any], str]] = {
    "gpus_per_trial": _why_no_share,
    "speeds": _why_no_speeds,
}
