"""Critical-difference diagrams: mean ranks, and bars over methods that pairwise tests do not tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.captions import sentences
from results.compare.comparison import Comparison
from results.compare.nesting import note, untested, untested_searchers
from results.compare.ranking import single
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.page_size import fills, room
from results.figures.plots._each import each_comparison, each_frame
from results.figures.style import BLACK, BLUE, GREY
from results.figures.typesetting import text_width
from results.numerals import significant
from results.statistics.marginal import advantages
from results.statistics.ranks import Friedman, cliques, friedman, pairwise, ranks
from results.statistics.signed_rank import pairs_needed

LEVEL = 0.05
TOP = 12  # of the combinations
LINE = 0.17  # between names, inches
BAR = 0.09  # between bars, inches


class Diagram(NamedTuple):
    """A ranking of methods over blocks, with its tests.

    Attributes:
        table: scores, blocks x methods, the best mean rank first.
        means: mean ranks, shape (methods,).
        test: Friedman's.
        groups: of methods that do not differ, see ``ranks.cliques``.
        needed: blocks from which on any pair can differ.
        pairs: that are tested.
        said: what the scores of the table are.
    """

    table: pd.DataFrame
    means: np.ndarray
    test: Friedman
    groups: list[tuple[int, ...]]
    needed: int
    pairs: int
    said: str


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison's searchers, schedulers and best combinations, if 3.

    With one repetition of a task nothing is ranked.
    """
    yield from each_comparison(run, True, _of_comparison)


def data(run: Run) -> pd.DataFrame:
    """Return a row for each that is ranked: what it is, its mean rank, the blocks, and the bars over it.

    ``bars`` has the numbers of the bars, from above; two without a common one differ.
    """
    return each_frame(run, True, _rows)


def _rows(comparison: Comparison) -> pd.DataFrame:
    rows = []
    for what, table, meaning, apart in () if single(comparison) else _tables(comparison):
        if table.shape[1] < 3 or len(table) < 2:
            continue
        drawn = diagram(table, meaning, apart)
        for place, name in enumerate(drawn.table.columns):
            bars = tuple(number for number, group in enumerate(drawn.groups, 1) if place in group)
            row = {"what": what, "name": str(name), "rank": float(drawn.means[place])}
            rows.append(row | {"blocks": len(drawn.table), "bars": bars, "p_friedman": drawn.test.p})
    return pd.DataFrame(rows)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    if single(comparison):
        return
    for what, table, meaning, apart in _tables(comparison):
        if table.shape[1] > 2 and len(table) > 1:
            name = f"critical-difference-{what}-{comparison.slug}"
            yield name, _page(comparison, what, diagram(table, meaning, apart))


def _tables(comparison: Comparison) -> Iterator[tuple[str, pd.DataFrame, str, NDArray[np.bool_]]]:
    """Yield what is ranked, its scores (blocks x methods), what they are, and which pairs are not tested."""
    table, nested = comparison.complete.table, comparison.nested
    for axis, other in (("searcher", "scheduler"), ("scheduler", "searcher")):
        meaning = (
            f"A {axis}'s score in a block is its advantage: its score less the mean of all {axis}s with the "
            f"same {other}, averaged over its {other}s."
        )
        scores = advantages(table, axis)
        names = [str(name) for name in scores.columns]
        yield f"{axis}s", scores, meaning, untested_searchers(names, nested if axis == "searcher" else [])
    every = ranks(table.to_numpy()) if table.size else np.empty((0, table.shape[1]))
    best = np.argsort(every.mean(axis=0), kind="stable")[:TOP] if table.size else np.empty(0, dtype=np.intp)
    combinations = [comparison.complete.combinations[index] for index in best]
    chosen = pd.DataFrame(
        table.to_numpy()[:, best],
        table.index,
        [" x ".join(pair) for pair in combinations],
    )
    many = table.shape[1]
    meaning = (
        f"Shown are the {len(best)} of {many} combinations with the best mean rank. They were chosen by the "
        "scores that are tested, so the levels of these tests are rough."
        if many > TOP
        else ""
    )
    yield "combinations", chosen, meaning, untested(combinations, nested)


def diagram(table: pd.DataFrame, meaning: str = "", apart: NDArray[np.bool_] | None = None) -> Diagram:
    """Return the ranks and tests of scores (blocks x methods).

    No bar joins what is not tested alone; in a longer one it says nothing of such a pair.

    Args:
        apart: which pairs are not tested, see ``results.compare.nesting``; none by default.
    """
    if apart is None:
        apart = np.zeros((table.shape[1], table.shape[1]), dtype=bool)
    order = np.argsort(ranks(table.to_numpy()).mean(axis=0), kind="stable")
    table, apart = table.iloc[:, order], apart[np.ix_(order, order)]
    scores = table.to_numpy()
    means = ranks(scores).mean(axis=0)
    methods = len(means)
    pairs = (methods * (methods - 1) - int(apart.sum())) // 2
    groups = [
        group
        for group in cliques(means, pairwise(scores, apart) < LEVEL)
        if not (apart[np.ix_(group, group)] | np.eye(len(group), dtype=bool)).all()
    ]
    return Diagram(table, means, friedman(scores), groups, pairs_needed(LEVEL, max(pairs, 1)), pairs, meaning)


def _page(comparison: Comparison, what: str, drawn: Diagram) -> Figure:
    half = -(-len(drawn.means) // 2)
    height = 0.45 + BAR * (len(drawn.groups) + 1) + LINE * half
    page = Page(1, height=height)
    _draw(page.axes[0], drawn, height, page.width)
    title = f"Critical differences of {what}: {comparison.title}"
    if len(drawn.table) < drawn.needed:
        title += f" (only {len(drawn.table)} blocks: no claim)"
    return page.finish(title, _caption(comparison, what, drawn))


def _draw(axis: Axes, drawn: Diagram, height: float, width: float) -> None:
    """Draw in inches: the scale in the middle, names left (the better half) and right."""
    names = [str(name) for name in drawn.table.columns]
    size = 7.0
    if fills():  # names that are many share the height that there is
        height = min(height, 0.55 * room()[1])
    labels = [f"{name}  {mean:.2f}" for name, mean in zip(names, drawn.means, strict=True)]
    side = max(text_width(label, size) for label in labels) + 0.1
    if (most := (width - 2.2) / 2) < side:
        size, side = size * most / side, most
    left, right = side, width - 0.15 - side
    methods = len(names)
    half = -(-methods // 2)
    bars = BAR * (len(drawn.groups) + 1)
    line = (height - 0.45 - bars) / half
    top = height - 0.3
    x = left + 0.1 + (drawn.means - 1) / (methods - 1) * (right - left - 0.2)
    axis.set_axis_off()
    axis.set_xlim(0, width - 0.15)
    axis.set_ylim(0, height)
    _scale(axis, methods, left + 0.1, right - 0.1, top)
    for place, (at, label) in enumerate(zip(x, labels, strict=True)):
        better = place < half
        row = place if better else methods - 1 - place
        y = top - bars - line * (row + 0.5)
        end = left if better else right
        axis.plot([at, at, end], [top, y, y], color=GREY, linewidth=0.7)
        axis.text(
            end + (-0.04 if better else 0.04),
            y,
            label if better else "  ".join(reversed(label.rsplit("  ", 1))),
            ha="right" if better else "left",
            va="center",
            fontsize=min(size, line * 72 / 1.15),
        )
    for row, group in enumerate(drawn.groups):
        y = top - BAR * (row + 1)
        ends = x[list(group)]
        axis.plot(
            [ends.min() - 0.03, ends.max() + 0.03], [y, y], color=BLUE, linewidth=2.6, solid_capstyle="butt"
        )


def _scale(axis: Axes, methods: int, left: float, right: float, y: float) -> None:
    axis.plot([left, right], [y, y], color=BLACK, linewidth=0.8)
    step = -(-(methods - 1) // 12) or 1
    for rank in range(1, methods + 1, step):
        x = left + (rank - 1) / (methods - 1) * (right - left)
        axis.plot([x, x], [y, y + 0.05], color=BLACK, linewidth=0.8)
        axis.text(x, y + 0.08, f"{rank}", ha="center", va="bottom", fontsize=7)


def _caption(comparison: Comparison, what: str, drawn: Diagram) -> list[str]:
    blocks, methods = drawn.table.shape
    pairs, test = drawn.pairs, drawn.test
    f = f"F = {significant(test.f, 3)}" if np.isfinite(test.f) else "all blocks rank alike"
    parts = [
        f"Mean ranks of {methods} {what} by score over {blocks} blocks (a repetition of a task).",
        f"A bar: no pair differs by Wilcoxon's signed-rank test, Holm's correction over {pairs} pairs, at "
        f"{LEVEL:g}.",
        f"Friedman's test: {f}, p {_p(test.p)}.",
    ]
    if blocks < drawn.needed:
        parts.append(
            f"No claim: {blocks} blocks can never make a difference significant among {pairs} pairs; it "
            f"takes {drawn.needed}."
        )
    parts.append(drawn.said)
    if len(comparison.tasks) > 1:
        parts.append("Repetitions are the sample: the tests are about these tasks, not others.")
    if pairs < methods * (methods - 1) // 2:
        parts += sentences([note(comparison.complete.combinations, comparison.nested)])
    parts += sentences(comparison.complete.notes)
    return [*parts, *closing(comparison)]


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
