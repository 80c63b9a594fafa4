"""Numbers of a comparison: its best combination, its headlines, the effects of its axes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from results.compare.comparison import Comparison
from results.compare.ranking import has_order
from results.numerals import significant
from results.paper.number import Number, count, estimate, letters, named, quantity
from results.statistics import marginal
from results.store.parts import Combination, base_in_words
from results.tables.combinations import estimates
from results.tables.effects import frame_of, tests
from results.tables.model import Estimate, places


def best(comparison: Comparison, end: str) -> Iterator[Number]:
    """Yield the best and the second combination, and how sure that is."""
    ranked = comparison.ranking
    if not has_order(ranked):
        return  # with one repetition there is no best combination to quote
    names = (ranked["searcher"] + " x " + ranked["scheduler"]).tolist()
    over = (
        f"on {comparison.complete.tasks[0]}"
        if len(comparison.complete.task_names) == 1
        else "mean over tasks"
    )
    first = ranked.iloc[0]
    pair = (str(first["searcher"]), str(first["scheduler"]))
    extreme = "highest" if comparison.sign > 0 else "lowest"
    yield named(f"BestCombination{end}", names[0], f"{extreme} {comparison.metric}, {over}")
    yield named(f"BestSearcher{end}", pair[0], f"searcher of the best combination, {over}")
    yield named(f"BestScheduler{end}", pair[1], f"scheduler of the best combination, {over}")
    yield named(f"Measure{end}", comparison.metric, f"what means and differences are of, {over}")
    score = estimates(comparison)[pair]
    yield from estimate("BestScore", end, score, f"{comparison.metric} of the best combination, {over}")
    chance = f"probability that it is the best of all, {over}"
    yield quantity(f"BestProbability{end}", first["probability"], "chance", chance)
    if np.isfinite(first["probability"]):
        possible = int(ranked["possible"].sum())
        yield count(
            f"PossibleBest{end}", possible, f"combinations not told apart from the best (95 %), {over}"
        )
    if len(ranked) > 1:
        yield named(f"SecondCombination{end}", names[1], f"second, {over}")
        apart = Estimate(*ranked[["difference", "low", "high"]].iloc[1].tolist())
        yield from estimate("SecondDifference", end, apart, f"second minus best, {over}, simultaneous limits")


def headlines(comparison: Comparison, end: str) -> Iterator[Number]:
    """Yield the headline of plain random search, and of the best and the fastest combination if named."""
    over = f"on {comparison.tasks[0]}" if len(comparison.tasks) == 1 else "mean over tasks"
    combinations: dict[str, tuple[Combination | None, str]] = {
        "Random": (comparison.base, base_in_words(comparison.base))
    }
    if comparison.complete.table.size and has_order(comparison.ranking):
        first = comparison.ranking.iloc[0]
        combinations["Best"] = ((str(first["searcher"]), str(first["scheduler"])), "the best combination")
    rows = {(row["searcher"], row["scheduler"]): row for row in comparison.headline.to_dict("records")}
    if "Best" in combinations and rows:
        combinations["Fastest"] = (fastest := next(iter(rows)), "the fastest combination")
        yield named(f"FastestCombination{end}", " x ".join(fastest), f"highest speed-up, {over}")
    for name, (pair, combination) in combinations.items():
        if pair in rows:
            yield from _headline(name, end, rows[pair], combination, over)


def _headline(name: str, end: str, row: dict[Any, Any], combination: str, over: str) -> Iterator[Number]:
    """Yield the measures of one combination, each with its interval, and its counts."""
    bound = ", a lower bound" if row["lower_bounds"] else ""
    for column, macro, measure in (
        ("speed_up", "SpeedUp", f"speed-up over random search of {combination}{bound}"),
        ("regret", "Regret", f"regret of {combination}"),
        ("area", "Area", f"area over the convergence curve of {combination}"),
        ("failure", "FailureRate", f"failure rate of {combination}"),
    ):
        ends = Estimate(*(row[f"{column}{part}"] for part in ("", "_low", "_high")))
        yield from estimate(f"{name}{macro}", end, ends, f"{measure}, {over}", _two_digits)
    yield count(f"{name}Failures{end}", row["failures"], f"failed runs of {combination}")
    yield count(f"{name}Runs{end}", row["runs"], f"runs of {combination}")


def effects(comparison: Comparison) -> Iterator[Number]:
    """Yield tests and shares of the two axes, nothing where the combinations do not allow it."""
    try:
        axes = tests(comparison)
    except ValueError:
        return  # the table of effects says why
    for effect, row in axes.iterrows():
        name = letters(str(effect))
        yield quantity(f"{name}P", row["p"], "p", f"p of the {effect}'s effect (F test, uncorrected)")
        yield quantity(
            f"{name}Share", row["share"], "share", f"{effect}'s share of the variance of the means"
        )
    try:
        gain = marginal.gain(frame_of(comparison), comparison.base)
    except ValueError:
        return  # plain random search was not run
    what = f"gain of the best combination over {base_in_words(comparison.base)}"
    for part, three in zip(gain.parts.index.astype(str), gain.parts.to_numpy().tolist(), strict=True):
        which = "in all" if part == "total" else f"part of the {part}"
        yield from estimate(f"Gain{letters(part)}", "", Estimate(*three), f"{what}, {which}")
    written = places([Estimate(*three) for three in gain.parts.to_numpy().tolist()])
    yield quantity("GainHeldOut", gain.held_out, "number", f"{what}, chosen in other blocks", written)


def _two_digits(value: float) -> str:
    """Return a number as the headline is written everywhere."""
    return significant(value, 2)
