"""The family of hypotheses of one gate, and the split of the level among them.

For each quantity and each group of cells (a cell is a combination on a task) there are two: "no loss", and
"a loss of the margin or more".  The groups are all cells together, those of each task, each searcher, each
scheduler, and each cell alone: what makes all of a searcher's cells a little worse is found in their mean
with far fewer repetitions than in any cell of its own.  A group's difference is the mean over its cells,
weighted by 1 / margin; its margin is a share of its cells' mean margin.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.gate.sides import CELL

Level = Literal["all", "trainable", "searcher", "scheduler", "cell"]
ALL = "all cells"


@dataclass(frozen=True)
class Quantity:
    """A quantity that the gate tests.

    Attributes:
        name: one of ``pairs.MEASURES``.
        title: for people.
        ratio: it is a cost, on a logarithmic scale; else points of the score.
        weight: its share of the level.
        margin: of a cell, as a ratio; ignored for points, whose margins are the tasks'.
        floor: a loss up to this ratio is none.
        shares: which groups are tested, and their margin as a share of their cells' (of its logarithm).
        each: a block is one experiment, since times of experiments have nothing in common but the machine;
            else it is a repetition, whose experiments share their seeds.
    """

    name: str
    title: str
    ratio: bool
    weight: float
    shares: Mapping[Level, float]
    margin: float = math.nan
    floor: float = 1.0
    each: bool = False


_GROUPS: dict[Level, float] = {"all": 0.25, "trainable": 0.5, "searcher": 0.5, "scheduler": 0.5}

QUANTITIES: tuple[Quantity, ...] = (
    Quantity("score", "score", False, 0.5, {**_GROUPS, "cell": 1.0}),
    Quantity("test", "test score", False, 0.1, _GROUPS),
    Quantity("epochs", "epochs spent", True, 0.1, {**_GROUPS, "cell": 1.0}, margin=1.5),
    Quantity("target", "epochs to target", True, 0.1, dict.fromkeys(_GROUPS, 1.0), margin=2.0),
    Quantity("suggest", "suggest time", True, 0.1, {"searcher": 1.0}, margin=2.0, floor=1.5, each=True),
    Quantity("overhead", "overhead", True, 0.1, {"scheduler": 1.0}, margin=2.0, floor=1.5, each=True),
)
#: Those that are processor time, which compares on one kind of machine only.
TIMES = tuple(quantity.name for quantity in QUANTITIES if quantity.each)


@dataclass(frozen=True)
class Hypothesis:
    """One line of the gate: a quantity in a group of cells.

    Attributes:
        quantity: what.
        level: which kind of group.
        name: the group's.
        cells: indices of its cells.
        margin, floor: in points, or as a logarithm of a ratio.
        weight: its share of the level; those of all hypotheses need not add up to 1.
    """

    quantity: Quantity
    level: Level
    name: str
    cells: tuple[int, ...]
    margin: float
    floor: float
    weight: float


def family(
    cells: pd.DataFrame, margins: Mapping[str, float], quantities: Sequence[Quantity] = QUANTITIES
) -> list[Hypothesis]:
    """Return the hypotheses on ``cells``.

    Each quantity has its weight, which its levels share alike, as do a level's groups.  Of groups of the same
    cells the last level's stays, whose margin is that of the fewest cells.

    Args:
        cells: one row a cell, columns ``CELL`` and perhaps ``own_margin`` of what is in points; NaN for a
            cell that does not have it.
        margins: of each task, in points.
    """
    return [hypothesis for quantity in quantities for hypothesis in _of_quantity(quantity, cells, margins)]


def _of_quantity(
    quantity: Quantity, cells: pd.DataFrame, margins: Mapping[str, float]
) -> Iterator[Hypothesis]:
    points = cell_margins(quantity, cells, margins)
    levels = _levels(quantity, cells, np.flatnonzero(np.isfinite(points)))
    for level, groups in levels:
        for name, indices in groups.items():
            mean = len(indices) / sum(1 / points[index] for index in indices)
            yield Hypothesis(
                quantity,
                level,
                name,
                indices,
                margin=quantity.shares[level] * mean,
                floor=math.log(quantity.floor) if quantity.ratio else 0.0,
                weight=quantity.weight / len(levels) / len(groups),
            )


def own_margin(quantity: str) -> str:
    """Return the column of the cells' own margins of a quantity."""
    return f"margin of {quantity}"


def cell_margins(quantity: Quantity, cells: pd.DataFrame, margins: Mapping[str, float]) -> list[float]:
    """Return each cell's margin, its own or its task's, in points or as a logarithm."""
    if quantity.ratio:
        return [math.log(quantity.margin)] * len(cells)
    if own_margin(quantity.name) in cells:
        return [float(margin) for margin in cells[own_margin(quantity.name)]]
    return [float(margins[task]) for task in cells["trainable"]]


def _levels(
    quantity: Quantity, cells: pd.DataFrame, known: NDArray[np.intp]
) -> Sequence[tuple[Level, dict[str, tuple[int, ...]]]]:
    """Return each level with its groups of known cells, but those whose cells are a later level's too."""
    levels: list[tuple[Level, dict[str, tuple[int, ...]]]] = []
    seen: set[tuple[int, ...]] = {()}
    for level in reversed(list(quantity.shares)):
        groups = {
            name: indices for name, indices in _groups(level, cells, known).items() if indices not in seen
        }
        seen.update(groups.values())
        if groups:
            levels.append((level, groups))
    return levels[::-1]


def _groups(level: Level, cells: pd.DataFrame, known: NDArray[np.intp]) -> dict[str, tuple[int, ...]]:
    if level == "all":
        return {ALL: tuple(known.tolist())}
    names = (
        [cell_name(row) for row in cells[CELL].to_numpy()] if level == "cell" else cells[level].astype(str)
    )
    values = np.asarray(names)[known]
    return {str(name): tuple(known[values == name].tolist()) for name in dict.fromkeys(sorted(values))}


def cell_name(row: Iterable[object]) -> str:
    """Return ``trainable: searcher x scheduler``."""
    trainable, searcher, scheduler = row
    return f"{trainable}: {searcher} x {scheduler}"
