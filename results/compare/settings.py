"""A setting: what all experiments of one figure have in common, so that they may be compared at all."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from results.compare.run import Run
from results.numerals import significant
from results.store.fields import ADDED, FIELDS, UNBOUNDED_TRIALS
from results.types import Mode

#: Conditions: what most runs leave at its default.
STRESS = tuple(field.column for field in FIELDS if field.role == "condition")
_FIRST = ("trainable", "device", "engine")
#: Experiments that differ in any of these never share a figure.
COLUMNS = (*_FIRST, *(f.column for f in FIELDS if f.role != "cell" and f.column not in _FIRST))
#: What these are in runs that are older than the column.
OLDER: dict[Hashable, Any] = dict(ADDED.items())

_SHORT = {field.column: field.slug for field in FIELDS}
#: How a caption states a condition other than the default.
_UNUSUAL = {field.column: field.caption for field in FIELDS if field.role == "condition"}
_EQUALS = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"  # no line ends before a number
_CLOCK = {"tune": "wall clock (s)", "virtual": "virtual seconds"}


@dataclass(frozen=True)
class Setting:
    """What one figure is about.

    Attributes:
        values: the value of each of ``COLUMNS``.
        metric: what is tuned.
        mode: "max" or "min".
        slug: a file name's part, unique within the run; names what differs between the run's settings.
        budgets: how many times the setting's trials a searcher asked for, of those for which it is known.
    """

    values: dict[str, Any]
    metric: str
    mode: Mode
    slug: str
    budgets: dict[str, float] = field(default_factory=dict)

    def label(self, searcher: Any) -> str:
        """Return the name by which every figure and table shows a searcher."""
        return label(str(searcher), self.budgets.get(str(searcher), 1.0))

    @property
    def title(self) -> str:
        """``trainable on device``, for a figure's heading."""
        return f"{self.values['trainable']} on {self.values['device']}"

    @property
    def clock(self) -> str:
        """The label of a time axis, with the unit."""
        engine = str(self.values["engine"])
        return _CLOCK.get(engine, f"seconds of engine {engine}")

    @property
    def unit(self) -> str:
        """The unit of time in words, for captions."""
        return "virtual time" if self.values["engine"] == "virtual" else "wall time"

    def caption(self, n: str) -> str:
        """Return the sentence that every caption ends with; ``n`` says how many repetitions."""
        value = self.values
        examples = f", first {value['train_size']} training examples" if value["train_size"] else ""
        gpu = f", {significant(value['gpus_per_trial'])} GPU a trial" if value["gpus_per_trial"] else ""
        same = f", the same {value['same_start']} configurations first" if value["same_start"] else ""
        return (
            f"{self.title}, data {value['data']}{examples}; engine {value['engine']} "
            f"({self.unit} in seconds); budget {budget_in_words(value)}"
            f"{same}, {value['workers']} workers{gpu}{self._unusual}; {n}."
        )

    @property
    def _unusual(self) -> str:
        said = [
            words.format(_short(self.values[name]))
            for name, words in _UNUSUAL.items()
            if self.values.get(name, OLDER[name]) != OLDER[name]
            and not (name == "time_budget" and time_decides(self.values))
        ]
        return "".join(f", {words}" for words in said)


def split(run: Run) -> Iterator[tuple[Setting, Run]]:
    """Yield each setting of ``run`` with its rows, by name; a run usually has a few."""
    if run.experiments.empty:
        return
    experiments = run.experiments.fillna(OLDER)
    varying = [name for name in COLUMNS if experiments[name].nunique(dropna=False) > 1]
    for values, rows in experiments.groupby(list(COLUMNS), dropna=False):
        named = dict(zip(COLUMNS, values, strict=True))
        tuned = rows.dropna(subset=["metric"])
        metric = str(tuned["metric"].iloc[0]) if len(tuned) else ""
        mode: Mode = "min" if len(tuned) and tuned["mode"].iloc[0] == "min" else "max"
        setting = Setting(named, metric, mode, slug_of(named, varying), budgets(rows))
        yield setting, run.only(rows)


def time_decides(values: Mapping[Any, Any]) -> bool:
    """Whether an experiment of these trials and this time budget ran as many trials as fit."""
    return bool(values["trials"] == UNBOUNDED_TRIALS and values.get("time_budget", 0) > 0)


def budget_in_words(values: Mapping[Any, Any]) -> str:
    """Return what an experiment may spend; of ``values`` the trials, epochs and time budget."""
    if time_decides(values):
        seconds = significant(values["time_budget"])
        return f"as many trials of at most {int(values['epochs'])} epochs as fit in {seconds} seconds"
    return f"{int(values['trials'])} trials of at most {int(values['epochs'])} epochs"


def label(searcher: str, budget: float) -> str:
    """Return the name under which a searcher is compared: one that asks for more trials says so."""
    return searcher if budget == 1 else f"{searcher} ({significant(budget)}x budget)"


def repetitions(counts: Sequence[int]) -> str:
    """Return ``n = 3 repetitions``, or the range if the ``counts`` differ."""
    low, high = min(counts, default=0), max(counts, default=0)
    if low == high:
        return f"n{_EQUALS}{high} repetition{'s' * (high != 1)}"
    return f"n{_EQUALS}{low} to {high} repetitions"


def names(run: Run, column: str) -> list[str]:
    """Return the names in ``column`` ("searcher", "scheduler") of the experiments, sorted."""
    return sorted(str(name) for name in run.experiments[column].dropna().unique())


def first_line(reason: Any, limit: int = 160) -> str:
    """Return what a reason says in one line: of a traceback its last line, without the frames."""
    lines = [line.strip() for line in str(reason).splitlines() if line.strip()] if pd.notna(reason) else []
    if not lines:
        return "no reason was recorded"
    text = lines[-1] if lines[0].startswith("Traceback") else lines[0]
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def labels(experiments: pd.DataFrame) -> pd.Series:
    """Return the name under which each experiment's searcher is compared."""
    times = budgets(experiments)
    return experiments["searcher"].map(lambda name: label(str(name), times.get(str(name), 1.0)))


def why_failed(experiment: Mapping[Hashable, Any]) -> str:
    """Return status and reason, in one line, of an experiment without a finite metric."""
    if experiment["status"] == "ok":  # a reason too, though no engine gave it
        return "ok, no finite metric"
    return f"{experiment['status']}: {first_line(experiment['reason'])}"


def budgets(experiments: pd.DataFrame) -> dict[str, float]:
    """Return how many times the trials each searcher asked for, of those for which it is known."""
    times = (experiments["trials_asked"] / experiments["trials"]).groupby(experiments["searcher"]).max()
    return {str(searcher): float(budget) for searcher, budget in times.dropna().items()}


def slug_of(values: dict[str, Any], varying: list[str]) -> str:
    parts = [str(values["trainable"]), str(values["device"])]
    parts += [_SHORT.get(name, "") + _short(values[name]) for name in varying if name not in COLUMNS[:2]]
    return "-".join(part.replace("/", "_").replace(" ", "") for part in parts)


def _short(value: Any) -> str:
    return significant(value) if isinstance(value, float) else str(value)
