"""Properties of searchers and schedulers, from columns that each experiment stores.

No part is known here by its name.  A run that is older than these columns says nothing of its parts: what
needs them is then left out, and says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd

Combination = tuple[str, str]

#: How the base is called where a run does not have it.
BASE = "random search without a scheduler"
OLD = "the run is older than the columns that say what its searchers and schedulers do"


def is_set(experiments: pd.DataFrame, column: str) -> pd.Series:
    """Return of each experiment whether a column of truth values says yes; what is unknown is no."""
    if column not in experiments:
        return pd.Series(False, experiments.index)
    return experiments[column].astype("boolean").fillna(False).astype(bool)


def unknown(experiments: pd.DataFrame) -> bool:
    """Return whether no experiment stores any property of its searcher and scheduler."""
    column = "scheduler_trains_all"
    return column not in experiments or bool(experiments[column].isna().all())


def base_searchers(experiments: pd.DataFrame, names: str = "searcher") -> list[str]:
    """Return the searchers that are plain random search, sorted: usually one, or one of each of several runs.

    Args:
        names: the column with the searchers' names.
    """
    return sorted({str(name) for name in experiments.loc[is_set(experiments, "searcher_base"), names]})


def full_schedulers(experiments: pd.DataFrame) -> list[str]:
    """Return the schedulers that train every trial to its end, sorted."""
    return sorted({str(name) for name in experiments.loc[_full(experiments), "scheduler"]})


def steady(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the experiments whose searcher proposes the same whatever the results are."""
    if "searcher_learns" not in experiments:
        return experiments[:0]
    return experiments[~experiments["searcher_learns"].astype("boolean").fillna(True).astype(bool)]


def nested(experiments: pd.DataFrame, names: str = "searcher") -> list[tuple[str, str]]:
    """Return the pairs of searchers of which one proposes what the other begins with.

    They are (smaller, larger), sorted.

    Args:
        names: the column with the searchers' names as they are returned.
    """
    if "searcher_nested_in" not in experiments:
        return []
    within = experiments["searcher_nested_in"].astype("string").fillna("").astype(str)
    searchers, shown = (experiments[column].astype(str) for column in ("searcher", names))
    outer = dict(zip(searchers[within != ""], within[within != ""], strict=True))
    called = set(zip(searchers, shown, strict=True))
    pairs = {
        (smaller, larger)
        for (searcher, smaller), (other, larger) in itertools.product(called, repeat=2)
        if smaller != larger and other in _around(searcher, outer)
    }
    return sorted(pairs)


def _around(searcher: str, outer: Mapping[str, str]) -> list[str]:
    """Return the searchers in which one is nested, from the nearest on."""
    found: list[str] = []
    while (searcher := outer.get(searcher, "")) and searcher not in found:
        found.append(searcher)
    return found


def base(experiments: pd.DataFrame, names: str = "searcher") -> Combination | None:
    """Return plain random search with a scheduler that trains every trial to its end: what gains start from.

    Of several the one with the most experiments that are ok, then the first by name; None if none was run.

    Args:
        names: the column with the searchers' names.
    """
    bases = experiments[is_set(experiments, "searcher_base") & _full(experiments)]
    if bases.empty:
        return None
    ok = (bases["status"] == "ok").groupby([bases[names].astype(str), bases["scheduler"].astype(str)]).sum()
    searcher, scheduler = min(ok.index, key=lambda pair: (-ok[pair], pair))
    return str(searcher), str(scheduler)


def base_in_words(base: Combination | None) -> str:
    """Return the base's name; what it is, where it was not run."""
    return " x ".join(base) if base else BASE


def _full(experiments: pd.DataFrame) -> pd.Series:
    return is_set(experiments, "scheduler_trains_all")


def told(experiments: pd.DataFrame) -> list[str]:
    """Return what searchers' libraries were told otherwise than the experiments say, a note each."""
    if "told" not in experiments:
        return []
    rows = experiments[experiments["told"].notna() & (experiments["told"] != "")]
    known = rows[["told", "workers"]].drop_duplicates().sort_values(["told", "workers"])
    return [f"{words} where the experiment has {workers}" for words, workers in known.to_numpy().tolist()]


def known(experiments: pd.DataFrame) -> list[str]:
    """Return which searchers learned known results before their first trial, and which did not: notes."""
    if "known_told" not in experiments:
        return []
    given = experiments[experiments["known_told"].notna()]
    told = {str(name): int(most) for name, most in given.groupby("searcher")["known_told"].max().items()}
    without = [name for name, number in told.items() if not number]
    numbers = sorted({number for number in told.values() if number})
    notes = []
    if numbers:
        between = f"{numbers[0]} to {numbers[-1]}" if numbers[1:] else str(numbers[0])
        notes.append(f"searchers that learn were told {between} known results first")
    if without:
        notes.append(f"first proposals of {', '.join(without)} do not depend on the known results")
    return notes
