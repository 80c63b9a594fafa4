"""Two runs beside each other: their differences, curves and environments as plain data."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from results.compare.between import RunDifference, differences, plain_name
from results.compare.comparison import Comparison
from results.compare.run import Run
from results.numerals import POINTS
from results.report import curves, words
from results.report.cells import GridCell
from results.report.numbers import DIGITS, notation, numbers
from results.store.parts import Combination
from results.types import Axis, Floats

#: What of a record says how a machine was: the parts of a provenance that are compared.
FACTS = ("python", "platform", "cpu", "cpus", "gpu", "blas_threads", "git")
#: Points of a curve.
POINTS_OF_CURVE = 60


def beside(run: Run) -> list[dict[str, Any]]:
    """Return the differences of the first of several runs from each other one, a comparison each."""
    return [_plain(one) for one in differences(run)]


def _plain(found: RunDifference) -> dict[str, Any]:
    pairs = {pair: index for index, pair in enumerate(found.rows)}
    rows = [
        [*pair, *numbers([row.first.mean, row.second.mean, *row.change]), row.n]
        for pair, row in found.rows.items()
    ]
    grid = [
        GridCell(float(row.first.mean), float(row.first.low), float(row.first.high), row.n, row.n, ())
        for row in found.rows.values()
    ]
    means = [float(row.first.mean) for row in found.rows.values()]
    written = POINTS if found.first.scored else notation(grid, _finite(means))
    axes = curves.axes_of((found.first, found.second))
    both = zip((found.first, found.second), found.runs, strict=True)
    return {
        "runs": found.runs,
        "task": words.task_name(found.first),
        "tasks": found.first.tasks,
        "device": str(found.first.settings["device"]),
        "what": words.measure(found.first),
        "metric": found.first.metric,
        "sign": found.first.sign,
        "written": written._asdict(),
        "settings": found.settings,
        "captions": [one.caption().replace("\N{NO-BREAK SPACE}", " ") for one in (found.first, found.second)],
        "rows": rows,
        "curves": [_curves(one, axes, name, pairs) for one, name in both],
    }


def _finite(values: list[float]) -> Floats:
    array = np.array(values)
    found: Floats = array[np.isfinite(array)]
    return found


def _curves(
    comparison: Comparison, axes: Sequence[Axis], run: str, pairs: dict[Combination, int]
) -> dict[str, Any]:
    """Return by axis the grid, the measure and the bands of the combinations that both runs have."""
    shown: dict[str, Any] = {}
    for axis in axes:
        (measure, own), *_ = curves.measures(comparison, axis).items()
        grid, bands = curves.bands(comparison, own, POINTS_OF_CURVE, quartiles=False)
        plain = []
        for (searcher, scheduler), band in bands.items():
            index = pairs.get((plain_name(searcher, run), scheduler))
            if index is not None:
                limits = [part for part in (band.mean, band.low, band.high) if part is not None]
                plain.append([index, band.start, *numbers([band.end]), [numbers(one) for one in limits], []])
        shown[axis] = {"grid": numbers(grid, DIGITS), "measure": measure, "bands": plain}
    return shown


def environments_apart(environments: list[dict[str, Any]]) -> list[list[str]]:
    """Return what differs in the environments of several runs: what, and its value in each run.

    Args:
        environments: as ``results.report.record.environments`` gives them.
    """
    if len(environments) < 2:
        return []
    said = [_said(one) for one in environments]
    names = dict.fromkeys(chain.from_iterable(said))
    rows = [[name, *(one.get(name, "\N{EM DASH}") for one in said)] for name in names]
    return [row for row in rows if len(set(row[1:])) > 1]


def _said(environment: dict[str, Any]) -> dict[str, str]:
    """Return all that an environment says, several records of one run together."""
    said: dict[str, set[str]] = {}
    for record in environment["records"].values():
        for name in FACTS:
            if record.get(name) is not None:
                said.setdefault(name.replace("_", " "), set()).add(str(record[name]))
        for kind, values in (("package", record.get("packages")), ("data", record.get("data"))):
            for name, value in (values or {}).items():
                said.setdefault(f"{kind} {name}", set()).add(str(value))
    for name, value in _asked(environment["asked"]).items():
        said.setdefault(f"asked {name}", set()).add(str(value))
    return {name: ", ".join(sorted(values)) for name, values in said.items()}


def _asked(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
