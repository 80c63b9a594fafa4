"""Settings of an experiment that keep comparisons apart: their columns, defaults, captions and file names."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from results.store.fields import ADDED, FIELDS

#: Conditions: what most runs leave at its default.
STRESS = tuple(field.column for field in FIELDS if field.role == "condition")
_FIRST = ("trainable", "device", "engine")
#: Experiments that differ in any of these are never compared by their metric.
COLUMNS = (*_FIRST, *(f.column for f in FIELDS if f.role != "cell" and f.column not in _FIRST))
#: What tells tasks apart; experiments that differ in nothing else may be compared by their scores.
TASK = ("trainable", "data", "train_size")
#: All other columns.
CONDITIONS = tuple(name for name in COLUMNS if name not in TASK)
#: What these are in runs that are older than the column.
OLDER: dict[Hashable, Any] = dict(ADDED.items())
#: What stands before the value in a file name.
SHORT = {field.column: field.slug for field in FIELDS}
#: How a caption states a condition other than the default.
UNUSUAL = {field.column: field.caption for field in FIELDS if field.role == "condition"}
