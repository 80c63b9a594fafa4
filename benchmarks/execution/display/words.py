"""The words for an outcome: its title, its sign, and its result or its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.fitting import why_unfit
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from results.compare.captions import label
from results.numerals import significant


@dataclass(frozen=True)
class Told:
    """An outcome in words.

    Attributes:
        title: of the experiment, such as ``digits-mlp random x asha cpu #0``.
        status: how it ended.
        what: its best value and its time, or the first line of the reason why there are none.
    """

    title: str
    status: str
    what: str

    @property
    def ok(self) -> bool:
        """Whether it has results."""
        return self.status == "ok"


def told(outcome: Outcome) -> Told:
    """Return an outcome in words."""
    row = outcome.row
    searcher = label(row["searcher"], (row.get("trials_asked") or row["trials"]) / row["trials"])
    title = replace(Experiment.from_row(row), searcher=searcher).title
    what = _result(row) if outcome.status == "ok" else next(iter(str(row["reason"]).splitlines()), "")
    if unfit := why_unfit(outcome):
        what += f"; {unfit}"
    return Told(_printable(title), outcome.status, _printable(what))


def _printable(text: str) -> str:
    """Return text without what a terminal would obey, such as a colour in an error's message."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _result(row: Mapping[str, Any]) -> str:
    """Return the best value of an experiment that is ok, and its time on its clock."""
    clock = "virtual s" if ENGINES[row["engine"]].virtual_clock else "s"
    what = f"{row['metric']} {significant(row['best'])} in {_seconds(row.get('wall_s'))} {clock}"
    if row.get("trials_failed"):
        what += f", {row['trials_failed']} of {row['trials_run']} trials failed"
    return what


def _seconds(value: float | None) -> str:
    """Return seconds with a decimal, two below a second, or in digits of their own if very few or many."""
    if value is None or not math.isfinite(value) or value >= 1e6 or 0 < value < 0.005:
        return significant(value)
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"


def time_left(seconds: float | None) -> str:
    """Return an estimate in words that promise no more than it knows: ``about 4 min left``."""
    if seconds is None:
        return "estimating"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds / 3600:.1f} h left"
