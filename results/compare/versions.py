"""Versions of parts: two versions under one name get two names.

A trainable, searcher or scheduler that was changed while a run was made, or between two runs, must not be
pooled with what it was.  The version that ran last keeps the name; every other is called ``NAME @ 3fa1``,
by the first digits of its hash.  Where no version is stored, in older runs, it is unknown and counts as the
same.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

#: Part -> what experiments have in common that should also have one version of it: the checksum of the data
#: is in a trainable's.
_ALIKE = {
    "trainable": ("trainable", "data", "train_size", "engine"),
    "searcher": ("searcher",),
    "scheduler": ("scheduler",),
}
SHORTEST = 4  # digits of a version in a name, more if it takes more to tell them apart


def told_apart(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the experiments with another name for each version of a part that is not its last one."""
    renamed = {part: _names(experiments, part, alike) for part, alike in _ALIKE.items()}
    return experiments.assign(**{part: names for part, names in renamed.items() if names is not None})


def several(experiments: pd.DataFrame) -> list[str]:
    """Return the names that ``told_apart`` gave to versions which are not the last, sorted."""
    renamed = {
        str(name)
        for part in _ALIKE
        if f"{part}_version" in experiments
        for name, version in zip(experiments[part], experiments[f"{part}_version"], strict=True)
        if pd.notna(version) and _is_of(str(name), str(version))
    }
    return sorted(renamed)


def _names(experiments: pd.DataFrame, part: str, alike: Sequence[str]) -> pd.Series | None:
    """Return the names of a part in all experiments, None if no name has several versions."""
    versions = experiments[f"{part}_version"]
    known = experiments[versions.notna()]
    if not (known.groupby(list(alike), dropna=False)[f"{part}_version"].nunique() > 1).any():
        return None
    names = experiments[part].copy()
    for _, rows in known.groupby(list(alike), dropna=False):
        order = rows.sort_values("started_at", kind="stable", na_position="first")
        last = order[f"{part}_version"].iloc[-1]
        variants = [str(version) for version in rows[f"{part}_version"].unique()]
        length = _length(variants)
        for version in variants:
            if version != last:
                places = rows.index[rows[f"{part}_version"] == version]
                names.loc[places] = rows[part].iloc[0] + f" @ {version[:length]}"
    return names


def _length(versions: Sequence[str]) -> int:
    """Return how many digits tell the versions apart."""
    most = max(map(len, versions))
    fit = (n for n in range(SHORTEST, most) if len({version[:n] for version in versions}) == len(versions))
    return next(fit, most)


def _is_of(name: str, version: str) -> bool:
    digits = name.rpartition(" @ ")[2]
    return " @ " in name and len(digits) >= SHORTEST and version.startswith(digits)
