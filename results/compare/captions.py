"""Captions: settings, budgets, numbers of repetitions and searchers' labels in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from results.compare.settings import COLUMNS, OLDER, SHORT, UNUSUAL
from results.numerals import significant
from results.store.fields import UNBOUNDED_TRIALS

_EQUALS = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"  # no line ends before a number
_CLOCKS = {"tune": "wall clock", "virtual": "virtual clock", "live": "virtual clock, epochs as trained"}
_AXES = {"tune": "wall clock (s)", "virtual": "virtual seconds", "live": "virtual seconds"}
#: What ends an experiment as a whole -> the unit in words.
BUDGETS = {"time_budget": "seconds", "budget": "full trainings"}
VIRTUAL = frozenset({"virtual", "live"})  # engines whose seconds are simulated


def title(settings: Mapping[str, Any]) -> str:
    """Return ``trainable on device``, for a figure's heading."""
    return f"{settings['trainable']} on {settings['device']}"


def clock_axis(engine: str) -> str:
    """Return the label of an engine's time axis, with the unit."""
    return _AXES.get(engine, f"seconds of engine {engine}")


def clock_unit(engine: str) -> str:
    """Return the unit of an engine's time in words."""
    return "virtual time" if engine in VIRTUAL else "wall time"


def conditions(settings: Mapping[str, Any]) -> str:
    """Return engine with its clock, device and workers in words."""
    clock = _CLOCKS.get(settings["engine"], "its clock")
    return f"engine {settings['engine']} ({clock}) on {settings['device']}, {settings['workers']} workers"


def settings_in_words(settings: Mapping[str, Any], n: str) -> str:
    """Return the sentence that a figure's caption ends with.

    Args:
        settings: a value of each of ``results.compare.settings.COLUMNS``.
        n: how many repetitions, in words.
    """
    examples = f", first {settings['train_size']} training examples" if settings["train_size"] else ""
    gpu = f", {significant(settings['gpus_per_trial'])} GPU a trial" if settings["gpus_per_trial"] else ""
    same = f", the same {settings['same_start']} configurations first" if settings["same_start"] else ""
    return (
        f"{title(settings)}, data {settings['data']}{examples}; engine {settings['engine']} "
        f"({clock_unit(settings['engine'])} in seconds); budget {budget_in_words(settings)}"
        f"{same}, {settings['workers']} workers{gpu}{_unusual(settings)}; {n}."
    )


def _unusual(settings: Mapping[str, Any]) -> str:
    phrases = [
        phrase.format(_plain(settings[name]))
        for name, phrase in UNUSUAL.items()
        if settings.get(name, OLDER[name]) != OLDER[name]
        and not (name in BUDGETS and budget_decides(settings))
    ]
    return "".join(f", {phrase}" for phrase in phrases)


def budget_decides(settings: Mapping[Any, Any]) -> bool:
    """Return whether time or training alone was the budget, so that as many trials ran as fit."""
    limited = any(settings.get(name, 0) > 0 for name in BUDGETS)
    return bool(settings["trials"] == UNBOUNDED_TRIALS and limited)


def budget_in_words(settings: Mapping[Any, Any]) -> str:
    """Return what an experiment may spend, from its trials, epochs, time budget and budget of training."""
    if budget_decides(settings):
        limits = [
            f"{significant(settings[name])} {unit}" for name, unit in BUDGETS.items() if settings.get(name, 0)
        ]
        fit = " and ".join(limits)
        return f"as many trials of at most {int(settings['epochs'])} epochs as fit in {fit}"
    return f"{int(settings['trials'])} trials of at most {int(settings['epochs'])} epochs"


def repetitions(counts: Sequence[int]) -> str:
    """Return ``n = 3 repetitions``, or the range if the ``counts`` differ."""
    low, high = min(counts, default=0), max(counts, default=0)
    if low == high:
        return f"n{_EQUALS}{high} repetition{'s' * (high != 1)}"
    return f"n{_EQUALS}{low} to {high} repetitions"


def sentences(notes: Sequence[str]) -> list[str]:
    """Return notes, which begin with small letters and have no full stop, as sentences."""
    return [f"{note[0].upper()}{note[1:]}." for note in notes]


def label(searcher: str, budget: float) -> str:
    """Return the name under which a searcher is compared: one that asks for more trials says so."""
    return searcher if budget == 1 else f"{searcher} ({significant(budget)}x budget)"


def labels(experiments: pd.DataFrame) -> pd.Series:
    """Return the name under which each experiment's searcher is compared."""
    times = searcher_budgets(experiments)
    return experiments["searcher"].map(lambda name: label(str(name), times.get(str(name), 1.0)))


def searcher_budgets(experiments: pd.DataFrame) -> dict[str, float]:
    """Return how many times the budget's trials each searcher asked for, of those for which it is known."""
    times = (experiments["trials_asked"] / experiments["trials"]).groupby(experiments["searcher"]).max()
    return {str(searcher): float(budget) for searcher, budget in times.dropna().items()}


def slug_of(settings: Mapping[str, Any], varying: Sequence[str]) -> str:
    """Return a part of a file name: trainable, device, and the values of the ``varying`` settings."""
    parts = [str(settings["trainable"]), str(settings["device"])]
    parts += [SHORT.get(name, "") + _plain(settings[name]) for name in varying if name not in COLUMNS[:2]]
    return "-".join(re.sub(r'[ "{}]', "", part.replace("/", "_")) for part in parts)


def _plain(value: Any) -> str:
    return significant(value) if isinstance(value, float) else str(value)
