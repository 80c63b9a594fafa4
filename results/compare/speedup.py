"""Speed-up over random search, regret and failure: what an incumbent is worth beside random configurations.

All three are taken from the distribution of random configurations that is stored with each experiment, so
that they need no run of random search, hold for any budget, and compare between tasks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from results.statistics.random_search import needed, ranks, share_as_good
from results.types import Floats

#: Regrets count down to this share of the distance between a typical random configuration and the best known:
#: what is nearer is as good as the best.
SMALLEST_REGRET = 1e-3
#: What speed-ups are called where they are averaged, on a log scale of base 2, and how captions explain it.
LOG_SPEED_UP, LOG_SCALE = "log2 speed-up", "over random search: 1 = twice as fast, 0 = as fast"
#: How captions explain the three.
SPEED_UP = (
    "epochs that random search with full training needs until it is as good (geometric mean), by the epochs "
    "spent"
)
REGRET = (
    "distance from the best known, on a log scale from 0 (a thousandth of a typical random configuration's, "
    "or less) to 1 (as far as that, or farther)"
)
FAILURE = "share of runs that end no better than one random configuration does in the median"
#: What of the experiments table they are taken from; an older store lacks the last three.
_NEEDS = ("mode", "epochs", "workers", "optimum", "random_values", "random_size", "random_seconds")
COLUMNS = ("share", "speed_up", "doublings", "speed_up_at_least", "speed_up_clock", "regret", "failure")


def beside_random(experiments: pd.DataFrame, values: Floats, epochs: Floats, seconds: Floats) -> pd.DataFrame:
    """Return what incumbents are worth beside random configurations, a row an experiment.

    Args:
        experiments: with mode, epochs, workers, optimum, random_values, random_size and random_seconds.
        values: shape (n,), the incumbents'; their noise-free ones where known.
        epochs: shape (n,), epochs spent over all trials.
        seconds: shape (n,), of the clock.

    Returns:
        Columns, null where the task's distribution or the incumbent is unknown:

        - share: of random configurations that are at least as good;
        - speed_up: see ``SPEED_UP``;
        - doublings: its base-2 logarithm, 1 for twice as fast;
        - speed_up_at_least: better than the whole sample, so that the speed-up is a lower bound;
        - speed_up_clock: the same in seconds of the clock, on as many workers;
        - regret: see ``REGRET``;
        - failure: no better than the median of random configurations.
    """
    experiments = experiments.reindex(columns=list(_NEEDS))
    share, typical, at_least = _placed(experiments, values)
    optimum, full, workers, each = (
        experiments[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("optimum", "epochs", "workers", "random_seconds")
    )
    higher = (experiments["mode"] == "max").to_numpy(dtype=bool)
    failed = np.where(higher, values <= typical, values >= typical)
    with np.errstate(divide="ignore", invalid="ignore"):
        configurations = needed(share)
        columns = {
            "share": share,
            "speed_up": configurations * full / epochs,
            "doublings": np.log2(configurations * full / epochs),
            "speed_up_at_least": at_least,
            "speed_up_clock": configurations * each / workers / np.where(seconds > 0, seconds, np.nan),
            "regret": log_regret((values - optimum) / (typical - optimum)),
            "failure": pd.Series(failed, experiments.index, dtype="boolean").mask(np.isnan(share)),
        }
    return pd.DataFrame(columns, index=experiments.index)


def log_regret(ratio: Floats) -> Floats:
    """Return regrets in units of a typical random configuration's on the log scale from 0 to 1 of ``REGRET``.

    As BBOB's precision is in the area over the convergence curve (Lopez-Ibanez, Vermetten, Dreo and Doerr,
    arXiv 2404.02031), with the bounds ``SMALLEST_REGRET`` and 1.
    """
    decades = -np.log10(SMALLEST_REGRET)
    kept: Floats = np.where(
        np.isnan(ratio), np.nan, 1 + np.log10(np.clip(ratio, SMALLEST_REGRET, 1)) / decades
    )
    return kept


def typical_value(random_values: Floats, size: int) -> float:
    """Return the median of random configurations, from the values at the ``ranks`` of ``size``."""
    return float(np.interp((size + 1) / 2, ranks(size), random_values))


def typical_values(experiments: pd.DataFrame) -> Floats:
    """Return the median of each experiment's random configurations, shape (n,); NaN if they are unknown."""
    columns = experiments.reindex(columns=["random_values", "random_size"])
    sizes = columns["random_size"].astype(np.float64).fillna(0).to_numpy(dtype=np.int64)
    return np.array(
        [
            typical_value(np.asarray(values, dtype=np.float64), int(size)) if size else np.nan
            for values, size in zip(columns["random_values"], sizes, strict=True)
        ]
    )


def _placed(experiments: pd.DataFrame, values: Floats) -> tuple[Floats, Floats, Any]:
    """Return of each experiment the share, the typical value, and whether it is better than the sample."""
    share, typical = np.full(len(values), np.nan), np.full(len(values), np.nan)
    at_least = np.zeros(len(values), dtype=bool)
    known = experiments["random_size"].astype(np.float64).fillna(0).to_numpy(dtype=np.int64)
    kept = experiments["random_values"].to_numpy(dtype=object)
    maximised = (experiments["mode"] == "max").to_numpy(dtype=bool)
    alike: dict[Any, list[int]] = {}
    for place in np.flatnonzero((known > 0) & np.isfinite(values)):
        sample = np.asarray(kept[place], dtype=np.float64)
        alike.setdefault((sample.tobytes(), int(known[place]), bool(maximised[place])), []).append(int(place))
    for (content, size, higher), places in alike.items():
        sample = np.frombuffer(content, dtype=np.float64)
        mine = values[places]
        share[places] = share_as_good(mine, sample, size, "max" if higher else "min")
        typical[places] = typical_value(sample, size)
        at_least[places] = mine > sample[0] if higher else mine < sample[0]
    return share, typical, at_least
