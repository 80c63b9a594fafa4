"""The family of hypotheses of one gate, and the split of the level among them.

For each quantity and each group of cells (a cell is a combination on a task) there are two: "no loss", and
"a loss of the margin or more".  The groups are all cells together, those of each task, each searcher, each
scheduler, and each cell alone: what makes all of a searcher's cells a little worse is found in their mean
with far fewer repetitions than in any cell of its own.  A group's difference is the mean over its cells,
weighted by 1 / margin; its margin is a share of its cells' mean margin.  Of collapsed runs the margin is a
share of all runs of the group (``results.gate.collapse``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.gate.collapse import FIXED, NOISE, StoredNoise, share_margin
from results.gate.sides import CELL

Level = Literal["all", "trainable", "searcher", "scheduler", "cell"]
ALL = "all cells"
#: Why the margin of a mean of scores is what it is, where no noise has widened it.
TASK, TASKS = "the task's margin", "the tasks' margins"


@dataclass(frozen=True)
class Quantity:
    """A quantity that the gate tests.

    Attributes:
        name: one of ``pairs.MEASURES``, or "collapse".
        title: for people.
        ratio: it is a cost, on a logarithmic scale; else points of the score, if it is not a share.
        weight: its share of the level.
        margin: of a cell, as a ratio; ignored for points, whose margins are the tasks'.
        floor: a loss up to this ratio is none.
        shares: which groups are tested, and their margin as a share of their cells' (of its logarithm); of a
            share the margin itself.
        share: it is a share of runs.
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
    share: bool = False

    @property
    def turned(self) -> bool:
        """Whether people read more of it as worse, where a difference below 0 is."""
        return self.ratio or self.share


_GROUPS: dict[Level, float] = {"all": 0.25, "trainable": 0.5, "searcher": 0.5, "scheduler": 0.5}
#: The shares of collapsed runs that a pass rules out, unless fewer repetitions or more noise allow less.
_RARE: dict[Level, float] = {"all": 0.05, "trainable": 0.1, "searcher": 0.1, "scheduler": 0.1, "cell": 0.25}
COLLAPSE = "collapse"

QUANTITIES: tuple[Quantity, ...] = (
    Quantity("score", "score", False, 0.4, {**_GROUPS, "cell": 1.0}),
    Quantity(COLLAPSE, "collapsed runs", False, 0.2, _RARE, share=True),
    Quantity("test", "test score", False, 0.1, _GROUPS),
    Quantity("epochs", "epochs spent", True, 0.1, {**_GROUPS, "cell": 1.0}, margin=1.5),
    Quantity("target", "epochs to target", True, 0.1, dict.fromkeys(_GROUPS, 1.0), margin=2.0),
    Quantity("suggest", "suggest time", True, 0.05, {"searcher": 1.0}, margin=2.0, floor=1.5, each=True),
    Quantity("overhead", "overhead", True, 0.05, {"scheduler": 1.0}, margin=2.0, floor=1.5, each=True),
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
        margin, floor: in points, as a logarithm of a ratio, or as a share of runs.
        weight: its share of the level; those of all hypotheses need not add up to 1.
        reason: why the margin is what it is.
        widened: how many cells, or of a share 1 if it, have a margin widened to the noise of the stored side.
    """

    quantity: Quantity
    level: Level
    name: str
    cells: tuple[int, ...]
    margin: float
    floor: float
    weight: float
    reason: str = ""
    widened: int = 0


def family(
    cells: pd.DataFrame,
    margins: Mapping[str, float],
    quantities: Sequence[Quantity] = QUANTITIES,
    noise: StoredNoise | None = None,
) -> list[Hypothesis]:
    """Return the hypotheses on ``cells``.

    Each quantity has its weight, which its levels share alike, as do a level's groups.  Of groups of the same
    cells the last level's stays, whose margin is that of the fewest cells; of shares the first level's, which
    rules out the most.

    Args:
        cells: one row a cell, columns ``CELL`` and perhaps ``own_margin`` of what is in points; NaN for a
            cell that does not have it.
        margins: of each task, in points.
        noise: of the stored side, by which margins of shares are widened.
    """
    return [
        hypothesis for quantity in quantities for hypothesis in _of_quantity(quantity, cells, margins, noise)
    ]


def _of_quantity(
    quantity: Quantity, cells: pd.DataFrame, margins: Mapping[str, float], noise: StoredNoise | None
) -> Iterator[Hypothesis]:
    points = np.array(cell_margins(quantity, cells, margins))
    of_tasks = cells["trainable"].map(dict(margins)).to_numpy(dtype=float)
    levels = _levels(quantity, cells, np.flatnonzero(np.isfinite(points)))
    for level, groups in levels:
        for name, indices in groups.items():
            members = np.array(indices)
            if quantity.share:
                margin, reason = share_margin(quantity.shares[level], cells, members, noise, len(groups))
                widened = int(reason == NOISE)
            else:
                margin = quantity.shares[level] * len(members) / float((1 / points[members]).sum())
                widened = 0 if quantity.ratio else int((points[members] > of_tasks[members]).sum())
                reason = _reason(quantity, widened, len(members))
            yield Hypothesis(
                quantity,
                level,
                name,
                indices,
                margin=margin,
                floor=math.log(quantity.floor) if quantity.ratio else 0.0,
                weight=quantity.weight / len(levels) / len(groups),
                reason=reason,
                widened=widened,
            )


def _reason(quantity: Quantity, widened: int, cells: int) -> str:
    """Return why the margin of a mean is what it is."""
    if quantity.ratio:
        return FIXED
    if not widened:
        return TASK if cells == 1 else TASKS
    return NOISE if cells == 1 else f"{widened} of {cells} {NOISE}"


def own_margin(quantity: str) -> str:
    """Return the column of the cells' own margins of a quantity."""
    return f"margin of {quantity}"


def cell_margins(quantity: Quantity, cells: pd.DataFrame, margins: Mapping[str, float]) -> list[float]:
    """Return each cell's margin, in points or as a logarithm; of a share that of the score."""
    if quantity.ratio:
        return [math.log(quantity.margin)] * len(cells)
    column = own_margin("score" if quantity.share else quantity.name)
    if column in cells:
        return [float(margin) for margin in cells[column]]
    return [float(margins[task]) for task in cells["trainable"]]


def _levels(
    quantity: Quantity, cells: pd.DataFrame, known: NDArray[np.intp]
) -> Sequence[tuple[Level, dict[str, tuple[int, ...]]]]:
    """Return each level with its groups of known cells, but those whose cells another one has.

    That is a later one, or an earlier one of a share.
    """
    levels: list[tuple[Level, dict[str, tuple[int, ...]]]] = []
    seen: set[tuple[int, ...]] = {()}
    order = list(quantity.shares) if quantity.share else list(quantity.shares)[::-1]
    for level in order:
        groups = {
            name: indices for name, indices in _groups(level, cells, known).items() if indices not in seen
        }
        seen.update(groups.values())
        if groups:
            levels.append((level, groups))
    return levels if quantity.share else levels[::-1]


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
