"""Building a table from a finished recording: rounding, fitting, and errors on held-out configurations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.core.seeding import derive
from benchmarks.curves.recorded.features import Features
from benchmarks.curves.recorded.held_out import errors, held_out
from benchmarks.curves.recorded.model_arrays import ModelArrays
from benchmarks.curves.recorded.surface import Floats
from benchmarks.curves.recorded.surrogate import Inverse, Model, fit, scale_of, transformed
from benchmarks.curves.recorded.table import FLAGS, KEYS, RecordedTable
from benchmarks.record.costs import cost_model
from benchmarks.record.shards import PROVENANCE, RecordingError
from benchmarks.spaces.domains import describe
from benchmarks.suite.reference import Reference
from benchmarks.suite.trainable_spec import TrainableSpec

DIGITS = 5  # of a recorded value; more is noise


def build(
    spec: TrainableSpec,
    recorded: pd.DataFrame,
    configs: list[dict[str, Any]],
    corners: int,
    timed: Mapping[int, float],
    provenance: Mapping[str, Any],
    chosen_scales: Mapping[str, str] | None = None,
) -> RecordedTable:
    """Return the table of a recording.

    Args:
        spec: of the trainable.
        recorded: as ``Shards.read`` returns it.
        configs: the design, corners first.
        corners: the number of corners in the design; all others are random.
        timed: seconds of an epoch of the ordinary trainable, by index in the design.
        provenance: further fields of the card.
        chosen_scales: of each metric; None: as ``scale_of`` finds them.

    Raises:
        RecordingError: if the recording is not complete.
    """
    metrics = [c for c in recorded.columns if c not in (*KEYS, *FLAGS, *PROVENANCE)]
    seeds, epochs = recorded["seed"].nunique(), int(recorded["epoch"].max())
    if len(recorded) != len(configs) * seeds * epochs:
        raise RecordingError(f"{len(recorded)} of {len(configs) * seeds * epochs} epochs are recorded; go on")
    curves = _slim(recorded, metrics)
    chance = np.random.default_rng(derive("table", spec.name))
    features = Features(spec.space())
    points = np.array([features.of(config) for config in configs])
    shape = (len(configs), seeds, epochs)
    values = {name: curves[name].to_numpy().reshape(shape) for name in metrics}
    scales = chosen_scales or {name: scale_of(values[name]) for name in metrics}
    means = np.concatenate([transformed(values[name], scales[name]).mean(1) for name in metrics], axis=1)
    fitted = fit(points, means, None, chance)
    tuned = metrics.index(spec.metric)
    column = slice(tuned * epochs, (tuned + 1) * epochs)
    expected = held_out(points, means, fitted.scales, chance)
    predicted = Inverse([scales[spec.metric]] * len(means))(expected[:, column])
    held_out_errors = errors(values[spec.metric], predicted, maximised=spec.mode == "max")
    cost = cost_model(points[list(timed)], list(timed.values()))
    arrays = _arrays(fitted, cost.pop("coefficients"))
    card = {
        **{"trainable": spec.name, "metric": spec.metric, "mode": spec.mode, "metrics": metrics},
        **{"configs": len(configs), "seeds": seeds, "epochs": epochs},
        "space": {name: describe(domain) for name, domain in spec.space().items()},
        **provenance,
        "cost": cost,
        "constants": _constants(values[spec.metric], spec.mode == "max", corners),
        "errors": held_out_errors,
        "model": {"columns": features.names, "scales": [scales[name] for name in metrics]},
    }
    named = {"config": np.arange(len(configs), dtype=np.int32), "json": list(map(json.dumps, configs))}
    named |= {f"x{i}": points[:, i] for i in range(points.shape[1])}
    named |= {f"w{i}": fitted.weights[:, i] for i in range(fitted.weights.shape[1])}
    return RecordedTable(card, configs=pd.DataFrame(named), curves=curves, model=arrays)


def _arrays(fitted: Model, coefficients: list[float]) -> ModelArrays:
    """Return the arrays of a fitted model and of the cost of an epoch."""
    return ModelArrays(
        lengths=_rounded(fitted.scales.lengths),
        noise=np.array(fitted.scales.noise),
        mean=_rounded(fitted.basis.mean),
        spread=_rounded(fitted.basis.spread),
        components=_rounded(fitted.basis.components),
        cost=np.array(coefficients),
    )


def _constants(values: npt.NDArray[Any], maximised: bool, corners: int) -> dict[str, Any]:
    """Return the reference values of trials of all epochs, for readers: scores take theirs from the curves.

    ``values`` has shape (configurations, seeds, epochs).
    """
    last = values.astype(np.float64).mean(1)[:, -1]
    best = float((np.nanmax if maximised else np.nanmin)(last))
    known = Reference.of_sample(last[corners:], best, maximised).constants
    return {
        "optimum": _digits(known.optimum),
        "baseline": _digits(known.baseline),
        "trials": known.trials,
    }


def _slim(recorded: pd.DataFrame, metrics: list[str]) -> pd.DataFrame:
    types = {"config": np.int32, "seed": np.int8, "epoch": np.int16} | dict.fromkeys(metrics, np.float32)
    slim = recorded[[*KEYS, *metrics, *FLAGS]].astype(types)
    for name in metrics:
        slim[name] = _significant(slim[name].to_numpy())
    return slim


def _significant(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return values of ``DIGITS`` significant digits, as floats whose last bits are zero: they pack well."""
    keep = int(np.ceil(DIGITS * np.log2(10)))
    drop = 23 - keep
    bits = values.view(np.uint32)
    kept = ((bits + (1 << (drop - 1))) >> drop) << drop
    rounded: npt.NDArray[np.float32] = np.where(np.isfinite(values), kept.view(np.float32), values)
    return rounded


def _rounded(values: Floats) -> Floats:
    """Return values of 6 significant digits."""
    rounded: Floats = np.vectorize(lambda value: float(f"{value:.6g}"))(values).astype(np.float32)
    return rounded


def _digits(value: float) -> float:
    """Return a value of ``DIGITS`` significant digits, whatever its magnitude."""
    return float(f"{value:.{DIGITS}g}")
