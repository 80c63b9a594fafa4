"""The report's answers in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.doublings import factor
from results.compare.grouping import nothing_to_rank
from results.compare.nesting import untested
from results.compare.option_effects import in_words as options_in_words
from results.compare.ranking import has_order
from results.compare.repeating import advice
from results.compare.run import Run
from results.compare.scores import SCALE
from results.compare.speedup import LOG_SCALE
from results.numerals import POINTS, numerals, probability, significant
from results.statistics.stratified import stratified_mean
from results.store.parts import BASE
from results.store.schema import STATUSES

#: Seconds of epochs over their processor seconds, beyond which the report says that they are too many.
STRETCHED = 1.2


def of_run(run: Run) -> list[str]:
    """Return what was run and what became of it, a sentence each."""
    rows = run.experiments
    if rows.empty:
        return ["Nothing is committed yet: the run has no finished experiment."]
    tasks = sorted(set(rows["trainable"]))
    sentences = [
        f"{len(rows)} experiments: {_many(rows['searcher'], 'search algorithm')} with "
        f"{_many(rows['scheduler'], 'trial scheduler')} on {_many(tasks, 'task')} ({_list(tasks)})."
    ]
    sentences += [f"Run {when}." for when in filter(None, [_dates(rows)])]
    counts = rows["status"].value_counts()
    counted = [f"{counts[status]} {status}" for status in STATUSES if status in counts]
    sentences.append(f"What became of them: {_list(counted)}.")
    if "virtual" in set(rows["engine"]):
        sentences.append(
            "The virtual engine trains nothing: Tune's own code decides on a virtual clock, from recorded or "
            "synthetic learning curves; its seconds are virtual."
        )
    if "live" in set(rows["engine"]):
        sentences.append(
            "The live engine trains each configuration once and Tune's own code decides on a virtual "
            "clock; its seconds are those of the trainings, on simulated workers."
        )
        sentences += how_timed(rows)
    sentences += [f"{name} is not deterministic: {how}." for name, how in _differing(rows)]
    return sentences


def _dates(rows: pd.DataFrame) -> str:
    """Return the days on which the experiments were started, in words; empty if unknown."""
    if "started_at" not in rows:
        return ""
    started = pd.to_datetime(rows["started_at"], utc=True, errors="coerce", format="ISO8601").dropna()
    if started.empty:
        return ""
    first, last = (f"{day:%-d %B %Y}" for day in (started.min(), started.max()))
    return f"on {first} (UTC)" if first == last else f"from {first} to {last} (UTC)"


def how_timed(rows: pd.DataFrame) -> list[str]:
    """Return what is to be known of the seconds of trainings that were made once: a sentence a trainable.

    Args:
        rows: of experiments; ``stretch`` and ``recost`` may be missing.
    """
    sentences = []
    known = rows.reindex(columns=[*rows.columns, *({"stretch", "busy", "recost"} - set(rows))])
    for name, its in known[known["device"] == "cpu"].groupby("trainable"):
        factors, stretch, busy = its["recost"].dropna(), its["stretch"].median(), its["busy"].median()
        if factors.size:
            sentences.append(
                f"The seconds of {name} are those of its trainings times {_range(factors)}: a sample of "
                "its epochs was measured again on an idle machine."
            )
        elif stretch > STRETCHED:
            share = f", with {busy:.0%} of the machine's processors busy" if np.isfinite(busy) else ""
            sentences.append(
                f"The epochs of {name} took {stretch:.1f} times their processor time{share}: they waited "
                "for something, and their seconds may be too many; run it again with --recost 20 on an idle "
                "machine, with the same --curves, and nothing is trained twice."
            )
    return sentences


def _range(values: pd.Series) -> str:
    low, high = f"{values.min():.2f}", f"{values.max():.2f}"
    return low if low == high else f"{low} to {high}"


def _differing(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the trainables of which two trainings of a configuration differed, and how."""
    if "differs" not in rows:
        return []
    told = rows[rows["differs"].fillna("") != ""]
    return sorted(dict(zip(told["trainable"], told["differs"], strict=True)).items())


def of_comparison(comparison: Comparison) -> list[str]:
    """Return which combination is the best and how sure that is, a sentence each."""
    if not comparison.complete.table.size:
        return [f"No ranking: {nothing_to_rank(comparison.budget)}."]
    rows = comparison.ranking
    if not has_order(rows):
        how = advice(comparison.run.experiments, comparison.run.folders)
        return ["No best combination is named: with one repetition nothing tells a lead from luck.", how]
    best = rows.iloc[0]
    name = f"{best['searcher']} x {best['scheduler']}"
    over = f" over {len(comparison.tasks)} tasks" if len(comparison.tasks) > 1 else ""
    n = repetitions(comparison.complete.counts).replace("\N{NO-BREAK SPACE}", " ")
    written = POINTS if comparison.scored else numerals(rows["mean"], 4)
    value = _signed(written(best["mean"]))
    if comparison.doubled:
        value += f", {significant(factor(best['mean']), 2)} times as fast as random search"
    sentences = [f"{name} comes first by its mean {comparison.metric}{over}: {value} ({n})."]
    if len(rows) > 1:
        sentences.append(_sure(int(rows["possible"].sum()), len(rows), float(best["probability"])))
        sentences += _gain(comparison, (str(best["searcher"]), str(best["scheduler"])))
    return sentences + options_in_words(comparison)


def task_name(comparison: Comparison) -> str:
    """Return the name of a comparison's task; empty if there are several."""
    return comparison.tasks[0] if len(comparison.tasks) == 1 else ""


def measure(comparison: Comparison) -> str:
    """Return what the values of a comparison's cells are."""
    over = "" if len(comparison.tasks) == 1 else f", mean over {len(comparison.tasks)} tasks"
    if comparison.scored or comparison.doubled:
        return f"{comparison.metric} ({SCALE if comparison.scored else LOG_SCALE}){over}"
    return f"{comparison.metric} ({'higher' if comparison.sign > 0 else 'lower'} is better)"


def _sure(possible: int, of: int, chance: float) -> str:
    if possible == 1:
        sentence = f"It is better than all {of - 1} others, at a confidence of 95 %"
    else:
        sentence = (
            f"{possible} of {of} combinations may be the best: they cannot be told apart from it at a "
            "confidence of 95 %"
        )
    return f"{sentence}. It is the best of all with a probability of {probability(chance)}."


def _gain(comparison: Comparison, best: tuple[str, str]) -> list[str]:
    """Return what the best one gains over random search without a scheduler, and which half brings it."""
    table, base = comparison.complete.table, comparison.base
    if not (comparison.scored or comparison.doubled) or base is None or base not in table:
        return []
    named = f"{BASE} ({' x '.join(base)})"
    if best == base:
        return [f"That is {named}: nothing beats it."]

    if untested([best, base], comparison.nested).any():
        return [f"{named} is the first part of it, so that what it gains over that is not tested."]

    def over_base(pair: tuple[str, str]) -> pd.Series:
        known = pair in table and not untested([pair, base], comparison.nested).any()
        return table[pair] - table[base] if known else table[base] * np.nan

    searcher, scheduler, total = over_base((best[0], base[1])), over_base((base[0], best[1])), over_base(best)
    parts = [part.unstack("trainable") for part in (total, searcher, scheduler, total - searcher - scheduler)]
    write = _ratio if comparison.doubled else _points
    gains = [_interval(row, write) for row in np.transpose(stratified_mean(np.stack(parts, axis=-1)))]
    if best[0] == base[0] or best[1] == base[1]:
        half = "scheduler" if best[0] == base[0] else "searcher"
        whence = f"all by the {half}"
    else:
        whence = f"the searcher alone {gains[1]}, the scheduler alone {gains[2]}, both beyond that {gains[3]}"
    same = "speed-ups" if comparison.doubled else "scores"
    bias = f"somewhat too high, as the best was chosen by the same {same}"
    if comparison.doubled:
        return [f"Its speed-up is {gains[0]} times that of {named}, {whence} (95 % intervals; {bias})."]
    return [f"Against {named} it gains {gains[0]} points, {whence} (95 % intervals; {bias})."]


def _points(value: float) -> str:
    return POINTS(value, sign=True)


def _ratio(doublings: float) -> str:
    return significant(factor(doublings), 2)


def _interval(row: Iterable[float], write: Callable[[float], str]) -> str:
    value, low, high = row
    if not np.isfinite(value):
        return "unknown"
    limits = f" [{write(low)}, {write(high)}]" if np.isfinite(low) else ""
    return _signed(write(value) + limits)


def _signed(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


def _many(values: Iterable[str], noun: str) -> str:
    many = len(set(values))
    return f"{many} {noun}{'s' * (many != 1)}"


def _list(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
