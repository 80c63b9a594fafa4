"""``tunegrid list tasks --features``: what tasks are like, a line each."""

from __future__ import annotations

import fnmatch
import json
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.execution.list_sections import columns, wrapped
from benchmarks.suite.registry import TRAINABLES, UnknownName
from benchmarks.suite.task_sets import set_of
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.tasks.feature_file import feature_file
from benchmarks.tasks.task_features import TaskFeatures, declared_features
from results.numerals import significant

NOTHING = "-"
#: How many hyperparameters of each kind, in short: 3g = three floats on a log scale.
KINDS = {
    "log_floats": "g",
    "linear_floats": "f",
    "integers": "i",
    "categories": "c",
    "conditions": "?",
}
HEADS = ("DIM", "KINDS", "EPOCHS", "NOISE", "COST", "RANK1", "RANK/3", "FAIL", "EFF", "TOP", "SET")
LEGEND = (
    "KINDS: g float on a log scale, f float, i integer, c category, ? condition. NOISE: share of the "
    "variance of final values between seeds. COST: seconds an epoch, 90th by 10th percentile. RANK1, RANK/3: "
    "rank correlation of the values after the first epoch, and after a third of them, with the final ones. "
    "FAIL: share that fails or diverges. EFF: hyperparameters that explain 90 %. TOP: share of random "
    "configurations nearer to the best known than a tenth of the median's distance. SET: of the split. "
    "-: not known, or no curves. docs/tasks.md tells more."
)


def features_of(patterns: list[str], *, as_json: bool) -> str:
    """Return the features of the tasks that match any of the globs, of all without any.

    Raises:
        UnknownName: for a glob that matches nothing.
    """
    specs = [spec for spec in TRAINABLES.values() if not spec.hidden]
    names = [spec.name for spec in specs]
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            raise UnknownName(f"no task is called {shown(pattern)}; {nearest(pattern, names)}")
    wanted = [
        spec for spec in specs if not patterns or any(fnmatch.fnmatchcase(spec.name, p) for p in patterns)
    ]
    if as_json:
        return json.dumps([_data(spec) for spec in wanted], indent=1)
    return "\n".join([*_table([(spec.name, _cells(spec)) for spec in wanted]), "", *wrapped("", LEGEND)])


def known_features(spec: TrainableSpec) -> TaskFeatures:
    """Return the stored features of a shipped task; of any other those of its space."""
    stored = feature_file().tasks.get(spec.name)
    return stored if stored is not None and set_of(spec.name) else declared_features(spec)


def _data(spec: TrainableSpec) -> dict[str, Any]:
    return {"name": spec.name, **known_features(spec)._asdict(), "set": set_of(spec.name) or None}


def _cells(spec: TrainableSpec) -> list[str]:
    f = known_features(spec)
    kinds = "".join(f"{many}{letter}" for name, letter in KINDS.items() if (many := getattr(f, name)))
    return [
        str(f.dimensions),
        kinds or NOTHING,
        _shown(f.epochs),
        _share(f.noise),
        _shown(f.cost_spread),
        _correlation(f.rank_first),
        _correlation(f.rank_third),
        _share(f.diverged),
        _shown(f.effective_dimensions),
        _share(f.top),
        set_of(spec.name) or NOTHING,
    ]


def _shown(value: float | None) -> str:
    return NOTHING if value is None else significant(value, 2)


def _correlation(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    if value is None:
        return NOTHING
    return "<0.1%" if 0 < value < 0.001 else f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def _table(rows: list[tuple[str, list[str]]]) -> list[str]:
    """Return the lines of the table; the name has a line of its own where the terminal is too narrow."""
    widths = [max(map(len, column)) for column in zip(HEADS, *(cells for _, cells in rows), strict=True)]
    room = max(len(name) for name, _ in [("TASK", []), *rows]) + 2

    def line(cells: list[str]) -> str:
        padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        return "  ".join(padded)

    wide = room + len(line(list(HEADS))) <= columns()
    lines = []
    for name, cells in [("TASK", list(HEADS)), *rows]:
        lines += [name.ljust(room) + line(cells)] if wide else [name, f"  {line(cells)}"]
    return [text.rstrip() for text in lines]
