"""Main effects of the options of searchers and schedulers on what a comparison's experiments reached.

Variants of a part are compared where everything else is alike: the task, the repetition, the other half of
the combination, and the part's other options.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.numerals import significant
from results.statistics.main_effect import MainEffect, main_effect
from results.types import Floats

#: Measure -> the label of its axis; a comparison without speed-ups has "metric", its own.
MEASURES = {"speed_up": "speed-up over random search", "regret": "regret (log scale, 0 to 1)"}
#: What means and intervals are, for captions.
PAIRED = (
    "Each value of an option is compared with the others in the same repetition, task, combination and other "
    "options"
)
_BRACKETS = re.compile(r"\[([^\[\]]*=[^\[\]]*)\]")


@dataclass(frozen=True)
class OptionEffect:
    """The main effect of one option.

    Attributes:
        part: the searcher or scheduler, without its options.
        option: the option's name.
        values: that are compared: numbers ascending, words by name; None is what the library decides on.
        default: the index of the option's default in ``values``; None if it was not run.
        measures: name -> effect; speed-ups as natural logarithms.  ``MEASURES``, or "metric".
        tasks: task -> the first measure's mean at each of the values, shape (values,).
        left_out: values that were run, but with nothing that the others were run with too.
    """

    part: str
    option: str
    values: tuple[Any, ...]
    default: int | None
    measures: Mapping[str, MainEffect]
    tasks: Mapping[str, Floats]
    left_out: tuple[Any, ...]

    @property
    def reference(self) -> int:
        """The index of the value that the others are compared with: the default, else the first."""
        return self.default or 0

    @property
    def name(self) -> str:
        """``asha: grace_period``."""
        return f"{self.part}: {self.option}"


def option_effects(comparison: Comparison) -> list[OptionEffect]:
    """Return the main effect of each option of which several values were run, by part and name.

    Empty for a run that is older than the columns with options.
    """
    rows = comparison.outcomes
    effects = []
    for kind, other in (("searcher", "scheduler"), ("scheduler", "searcher")):
        if f"{kind}_options" not in rows:
            continue
        known = rows[rows[f"{kind}_options"].notna()]
        base = known[kind].astype(str).str.replace(_BRACKETS, "", regex=True)
        for part, mine in known.groupby(base):
            options = pd.DataFrame(
                list(map(json.loads, mine[f"{kind}_options"])), index=mine.index, dtype=object
            )
            for option in sorted(str(name) for name in options if options[name].map(repr).nunique() > 1):
                effect = _effect(comparison, str(part), option, mine, options, (kind, other))
                if effect is not None:
                    effects.append(effect)
    return effects


def frame(comparison: Comparison) -> pd.DataFrame:
    """Return a row for each value of each option.

    Columns: part, option, value (as it is written), default (whether it is that), reference (whether
    the others are compared with it: the default, or the first value where that was not run); for each measure
    its mean, NAME_low and NAME_high, and NAME_change with its limits: the difference to the reference, of
    speed-ups the quotient; and blocks, how many are compared.
    """
    rows = []
    for effect in option_effects(comparison):
        for index, value in enumerate(effect.values):
            row: dict[str, Any] = {"part": effect.part, "option": effect.option, "value": written(value)}
            row |= {"default": index == effect.default, "reference": index == effect.reference}
            for name, main in effect.measures.items():
                scale = np.exp if name == "speed_up" else np.asarray
                for column, three in ((name, main.means), (f"{name}_change", main.differences)):
                    for end, values in zip(("", "_low", "_high"), three, strict=True):
                        row[f"{column}{end}"] = float(scale(values[index]))
                row["blocks"] = main.blocks
            rows.append(row)
    return pd.DataFrame(rows)


def written(value: Any) -> str:
    """Return a value as a user writes it."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return significant(value) if isinstance(value, float) else str(value)


def in_words(comparison: Comparison) -> list[str]:
    """Return of each option what its best value changes, a sentence each."""
    sentences = []
    for effect in option_effects(comparison):
        name, main = next(iter(effect.measures.items()))
        sign = comparison.sign if name == "metric" else 1
        best = int(np.argmax(sign * main.differences.mean))
        reference = effect.values[effect.reference]
        low, high = main.differences.low[best], main.differences.high[best]
        known = written(reference) + (", its default" if effect.default is not None else "")
        if best == effect.reference or not (low > 0 or high < 0):
            sentences.append(
                f"{effect.part}: no value of {effect.option} is shown to be better than {known}."
            )
            continue
        change = _change(name, comparison.metric, *(float(part[best]) for part in main.differences))
        value = written(effect.values[best])
        sentences.append(f"{effect.part}: {effect.option} = {value} instead of {known}, {change}.")
    return sentences


def _change(name: str, metric: str, middle: float, low: float, high: float) -> str:
    if name == "speed_up":
        middle, low, high = (float(np.exp(value)) for value in (middle, low, high))
        return f"takes {_digits(middle)} [{_digits(low)}, {_digits(high)}] times fewer epochs"
    return f"changes {metric} by {_digits(middle)} [{_digits(low)}, {_digits(high)}]"


def _digits(value: float) -> str:
    return significant(value, 2)


def _effect(
    comparison: Comparison,
    part: str,
    option: str,
    rows: pd.DataFrame,
    options: pd.DataFrame,
    kinds: tuple[str, str],
) -> OptionEffect | None:
    """Return the effect of an option; None if no two of its values were run with the same of everything else.

    Args:
        rows: of ``outcomes``, those of the part.
        options: their options, a column each.
        kinds: "searcher" and "scheduler", that of the part first.
    """
    kind, other = kinds
    values = _sorted(options[option].tolist())
    at = {repr(value): index for index, value in enumerate(values)}
    level = options[option].map(lambda value: at[repr(value)]).to_numpy()
    rest = options.drop(columns=option).apply(lambda row: json.dumps(row.to_dict(), sort_keys=True), axis=1)
    rest = rest if len(options.columns) > 1 else pd.Series("", options.index)
    partners, _ = pd.factorize(rows[other].astype(str) + " " + rest)
    repetitions, _ = pd.factorize(rows["repetition"], sort=True)
    tasks = pd.Index(comparison.tasks).get_indexer(pd.Index(rows["trainable"].astype(str)))
    shape = (repetitions.max() + 1, len(comparison.tasks), partners.max() + 1, len(values))
    where = (repetitions, tasks, partners, level)
    cubes = {}
    for name, column in _columns(rows).items():
        cubes[name] = np.full(shape, np.nan)
        cubes[name][where] = column
    first = next(iter(cubes.values()))
    compared = _comparable(first)
    if not compared:
        return None
    named = rows[kind].astype(str).map(lambda name: f"{option}=" in "".join(_BRACKETS.findall(name)))
    defaults = set(level[~named.to_numpy()])
    default = next((index for index, place in enumerate(compared) if place in defaults), None)
    known = np.asarray(np.isfinite(first[..., compared]).all(axis=-1))
    whole = np.asarray(known.any(axis=(0, 2)))
    measures = {
        name: main_effect(cube[:, whole][..., compared], default or 0) for name, cube in cubes.items()
    }
    alone = {
        task: main_effect(first[:, [index]][..., compared]).means.mean
        for index, task in enumerate(comparison.tasks)
        if whole[index]
    }
    left_out = tuple(value for index, value in enumerate(values) if index not in compared)
    return OptionEffect(part, option, tuple(values[i] for i in compared), default, measures, alone, left_out)


def _columns(rows: pd.DataFrame) -> dict[str, Floats]:
    """Return what is compared, higher or lower: speed-up and regret where known, else the value."""
    speed_up = rows["speed_up"].to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isfinite(speed_up).all():
        regret = rows["regret"].to_numpy(dtype=np.float64, na_value=np.nan)
        return {"speed_up": np.log(speed_up), "regret": regret}
    return {"metric": rows["value"].to_numpy(dtype=np.float64)}


def _comparable(values: Floats) -> list[int]:
    """Return the levels that have blocks in common: of all choices the one with the most values to compare.

    Args:
        values: shape (repetitions, tasks, others, levels).
    """
    blocks = np.asarray(np.isfinite(values)).reshape(-1, values.shape[-1])
    choices, counts = np.unique(blocks, axis=0, return_counts=True)
    sizes: dict[tuple[int, ...], int] = {}
    for choice in choices[choices.sum(axis=1) > 1]:
        inside = (choices | ~choice).all(axis=1)
        sizes[tuple(np.flatnonzero(choice).tolist())] = int(counts[inside].sum() * choice.sum())
    if not sizes:
        return []
    return list(max(sorted(sizes.items()), key=lambda item: item[1])[0])


def _sorted(values: list[Any]) -> list[Any]:
    """Return different values: what the library decides on, then numbers, then words."""
    different = {repr(value): value for value in values}.values()
    return sorted(
        different,
        key=lambda value: (
            value is not None,
            isinstance(value, str),
            value if isinstance(value, int | float) else 0,
            str(value),
        ),
    )
