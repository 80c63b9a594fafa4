r"""Numbers for a text to quote: each a LaTeX command, and the same as JSON.

``\tgBestScore`` in a paper is then what the store says.  Names have letters only, as LaTeX wants it; digits
are spelt out, so that the task hartmann3 gives ``\tgBestScoreHartmannThree``.  If a run has several places
that do not compare (engines, devices, workers), the names of the second end in B, those of the third in C.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from results.compare.comparison import Comparison
from results.compare.ranking import has_order
from results.errors import ResultsError
from results.numerals import PLAIN, Numerals, significant
from results.statistics import marginal
from results.store.parts import Combination, base_in_words
from results.store.schema import STATUSES
from results.tables.combinations import estimates
from results.tables.effects import frame_of, tests
from results.tables.model import Estimate, Form, places, show
from results.tables.render import tex
from results.tables.table_inputs import TableInputs, each_task

PREFIX = "tg"
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class Number(NamedTuple):
    """A number, or a name, that a text may quote.

    Attributes:
        name: letters only, with ``PREFIX``.
        value: with all digits; NaN is not allowed.
        text: as people read it.
        comment: what it is.
    """

    name: str
    value: float | str
    text: str
    comment: str


def numbers(inputs: TableInputs) -> list[Number]:
    """Return all numbers of a run that are known, their names unique."""
    named: dict[str, Number] = {}
    for number in _all(inputs):
        name = number.name
        while name in named:  # two tasks whose names differ in punctuation only
            name += "X"
        if not isinstance(number.value, float) or math.isfinite(number.value):
            named[name] = number._replace(name=name)
    return list(named.values())


def as_tex(every: list[Number]) -> str:
    r"""Return a ``\newcommand`` a number, each with a comment that says what it is."""
    lines = [
        rf"\newcommand{{\{number.name}}}{{{tex(number.text)}}} % {' '.join(number.comment.split())}"
        for number in every
    ]
    return "\n".join(lines) + "\n"


def as_json(every: list[Number]) -> str:
    """Return the same as JSON: name -> value, text, comment."""
    plain = {
        number.name: {"value": number.value, "text": number.text, "comment": number.comment}
        for number in every
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def letters(text: str) -> str:
    """Return ``text`` as a part of a name: capitalised words, digits spelt out."""
    words = re.findall(r"[A-Za-z]+|[0-9]", text)
    return "".join(_DIGITS[int(word)] if word.isdigit() else word[0].upper() + word[1:] for word in words)


def _all(inputs: TableInputs) -> Iterator[Number]:
    yield from _run(inputs)
    try:
        comparisons = inputs.comparisons
    except ResultsError:
        return  # nothing can be compared, but what was run can be counted
    for index, comparison in enumerate(comparisons):
        end = chr(ord("A") + index) if index else ""
        for number in _comparison(comparison):
            yield number._replace(
                name=number.name + end, comment=f"{number.comment}; {comparison.conditions}"
            )


def _run(inputs: TableInputs) -> Iterator[Number]:
    experiments = inputs.run.experiments
    yield _count("Experiments", len(experiments), "experiments in the store, whatever their status")
    for status in STATUSES:
        many = int(experiments["status"].eq(status).sum())
        yield _count(f"Experiments{letters(status)}", many, f"experiments with status {status}")
    for column, name in (("trainable", "Tasks"), ("searcher", "Searchers"), ("scheduler", "Schedulers")):
        yield _count(name, experiments[column].nunique(), f"different {column}s in the store")
    pairs = experiments[["searcher", "scheduler"]].drop_duplicates()
    yield _count("Combinations", len(pairs), "combinations in the store, whatever their status")
    yield _count("Epochs", experiments["epochs_spent"].sum(), "epochs trained, over all experiments")


def _comparison(comparison: Comparison) -> Iterator[Number]:
    yield _text("Engine", str(comparison.settings["engine"]), "engine")
    yield _text("Device", str(comparison.settings["device"]), "device")
    yield _count("Workers", comparison.settings["workers"], "trials at the same time")
    counts = comparison.complete.counts
    few, most = min(counts), max(counts)
    text = str(few) if few == most else f"{few} to {most}"
    yield Number(f"{PREFIX}Repetitions", float(few), text, "repetitions of each combination on each task")
    experiments = comparison.experiments
    for column, name, text in (
        ("trials", "BudgetTrials", "trials"),
        ("epochs", "BudgetEpochs", "epochs of a trial"),
    ):
        if experiments[column].nunique() == 1:
            yield _count(name, experiments[column].iloc[0], f"budget of an experiment: {text}")
    yield _count(
        "Compared", comparison.complete.table.shape[1], "combinations with a result in every repetition"
    )
    yield from _best(comparison, "")
    yield from _headlines(comparison, "")
    for task, alone in each_task(comparison).items():
        yield from _best(alone, letters(task))
        yield from _headlines(alone, letters(task))
    yield from _effects(comparison)


def _best(comparison: Comparison, end: str) -> Iterator[Number]:
    ranked = comparison.ranking
    if not has_order(ranked):
        return  # with one repetition there is no best combination to quote
    names = [f"{one} x {other}" for one, other in zip(ranked["searcher"], ranked["scheduler"], strict=True)]
    over = (
        f"on {comparison.complete.tasks[0]}"
        if len(comparison.complete.task_names) == 1
        else "mean over tasks"
    )
    first = ranked.iloc[0]
    pair = (str(first["searcher"]), str(first["scheduler"]))
    best = "highest" if comparison.sign > 0 else "lowest"
    yield _text(f"BestCombination{end}", names[0], f"{best} {comparison.metric}, {over}")
    yield _text(f"BestSearcher{end}", pair[0], f"searcher of the best combination, {over}")
    yield _text(f"BestScheduler{end}", pair[1], f"scheduler of the best combination, {over}")
    yield _text(f"Measure{end}", comparison.metric, f"what means and differences are of, {over}")
    score = estimates(comparison)[pair]
    yield from _estimate("BestScore", end, score, f"{comparison.metric} of the best combination, {over}")
    chance = f"probability that it is the best of all, {over}"
    yield _number(f"BestProbability{end}", first["probability"], "chance", chance)
    if np.isfinite(first["probability"]):
        many = int(ranked["possible"].sum())
        yield _count(f"PossibleBest{end}", many, f"combinations not told apart from the best (95 %), {over}")
    if len(ranked) > 1:
        yield _text(f"SecondCombination{end}", names[1], f"second, {over}")
        apart = Estimate(*ranked[["difference", "low", "high"]].iloc[1].tolist())
        yield from _estimate(
            "SecondDifference", end, apart, f"second minus best, {over}, simultaneous limits"
        )


def _headlines(comparison: Comparison, end: str) -> Iterator[Number]:
    """Yield the headline of plain random search, and of the best and the fastest combination if named."""
    over = f"on {comparison.tasks[0]}" if len(comparison.tasks) == 1 else "mean over tasks"
    named: dict[str, tuple[Combination | None, str]] = {
        "Random": (comparison.base, base_in_words(comparison.base))
    }
    if comparison.complete.table.size and has_order(comparison.ranking):
        first = comparison.ranking.iloc[0]
        named["Best"] = ((str(first["searcher"]), str(first["scheduler"])), "the best combination")
    rows = {(row["searcher"], row["scheduler"]): row for row in comparison.headline.to_dict("records")}
    if "Best" in named and rows:
        named["Fastest"] = (fastest := next(iter(rows)), "the fastest combination")
        yield _text(f"FastestCombination{end}", " x ".join(fastest), f"highest speed-up, {over}")
    for name, (pair, words) in named.items():
        if pair not in rows:
            continue
        row = rows[pair]
        least = ", a lower bound" if row["lower_bounds"] else ""
        for column, macro, what in (
            ("speed_up", "SpeedUp", f"speed-up over random search of {words}{least}"),
            ("regret", "Regret", f"regret of {words}"),
            ("area", "Area", f"area over the convergence curve of {words}"),
            ("failure", "FailureRate", f"failure rate of {words}"),
        ):
            ends = (row[f"{column}{part}"] for part in ("", "_low", "_high"))
            yield from _estimate(f"{name}{macro}", end, Estimate(*ends), f"{what}, {over}", _two_digits)
        yield _count(f"{name}Failures{end}", row["failures"], f"failed runs of {words}")
        yield _count(f"{name}Runs{end}", row["runs"], f"runs of {words}")


def _effects(comparison: Comparison) -> Iterator[Number]:
    """Yield tests and shares of the two axes, nothing where the combinations do not allow it."""
    try:
        effects = tests(comparison)
    except ValueError:
        return  # the table of effects says why
    for effect, row in effects.iterrows():
        name = letters(str(effect))
        yield _number(f"{name}P", row["p"], "p", f"p of the {effect}'s effect (F test, uncorrected)")
        yield _number(f"{name}Share", row["share"], "share", f"{effect}'s share of the variance of the means")
    try:
        gain = marginal.gain(frame_of(comparison), comparison.base)
    except ValueError:
        return  # plain random search was not run
    what = f"gain of the best combination over {base_in_words(comparison.base)}"
    for part, three in zip(gain.parts.index.astype(str), gain.parts.to_numpy().tolist(), strict=True):
        which = "in all" if part == "total" else f"part of the {part}"
        yield from _estimate(f"Gain{letters(part)}", "", Estimate(*three), f"{what}, {which}")
    written = places([Estimate(*three) for three in gain.parts.to_numpy().tolist()])
    yield _number("GainHeldOut", gain.held_out, "number", f"{what}, chosen in other blocks", written)


def _two_digits(value: float) -> str:
    """Return a number as the headline is written everywhere."""
    return significant(value, 2)


def _estimate(
    name: str, end: str, estimate: Estimate, comment: str, short: Callable[[float], str] | None = None
) -> Iterator[Number]:
    """Yield a value and the ends of its interval, written to the same place or each by ``short``."""
    written = places([estimate])
    for part, value in zip(("", "Low", "High"), estimate, strict=True):
        text = f"{comment}: {part.lower()} end of the 95 % interval" if part else comment
        number = _number(f"{name}{part}{end}", value, "number", text, written)
        yield number._replace(text=short(float(value))) if short else number


def _count(name: str, value: object, comment: str) -> Number:
    whole = int(str(value))
    return Number(f"{PREFIX}{name}", float(whole), f"{whole}", comment)


def _text(name: str, value: str, comment: str) -> Number:
    return Number(f"{PREFIX}{name}", value, value, comment)


def _number(name: str, value: float, form: Form, comment: str, written: Numerals = PLAIN) -> Number:
    return Number(f"{PREFIX}{name}", float(value), show(float(value), form, written), comment)
