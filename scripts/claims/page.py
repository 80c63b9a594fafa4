"""The page docs/claims.md: a section a claim, each written when its claim is checked."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import TRAINABLES
from results.store.schema import LEAST_RECALL
from scripts.claims.cells import ERROR, Cells, ClaimCell, coverage
from scripts.claims.claim import Claim, ClaimEvidence, Conclusion, number

DOCS = Path(__file__).parents[2] / "docs"
REHEARSAL = Path("runs") / "claims"  # for results of too few repetitions
#: Half a panel's width by the median reach of its intervals; else an outlier would flatten the others.
REACH = 4.0

INTRO = f"""# Claims worth checking

Written by `python -m scripts.claims`, on the virtual engine: Tune's own schedulers and searchers, recorded
curves of real training, virtual time.  Each claim was declared before its data: what is quoted, the setting,
and the result that means *confirmed* (evidence for it) or *not confirmed* (evidence of the contrary); all
else is *undecided*.  All intervals of a claim's tables hold together with {1 - ERROR:.0%} (Bonferroni over
every cell of all its tables), and the figure draws the same intervals; an arrow goes beyond its panel.
Repetitions are independent, are paired within a claim (the same repetition has the same curves and seeds
everywhere), and are others for every claim.  Figures in **bold** are surely other than 0.  What is said holds
for these tasks.
"""


def write(name: str, claim: Claim, evidence: ClaimEvidence, n: int, folder: Path = DOCS) -> Conclusion:
    """Write a claim's section and figure, and the page of all claims anew; return the verdict."""
    fragments = folder / "claims"
    fragments.mkdir(parents=True, exist_ok=True)
    evidence.figure.savefig(fragments / f"{name}.png", dpi=150)
    plt.close(evidence.figure)
    verdict = claim.rule(evidence.cells, evidence.facts)
    (fragments / f"{name}.md").write_text(section(name, claim, evidence, n), encoding="utf-8")
    unite(folder)
    return verdict


def unite(folder: Path = DOCS) -> None:
    """Write the page of all claims from their sections."""
    files = sorted((folder / "claims").glob("c*_*.md"), key=lambda file: number(file.stem))
    sections = [file.read_text() for file in files]
    vague = _vague_tables("\n".join(sections))
    calibration = DOCS / "claims" / "calibration.md"
    if calibration.exists():
        sections.append(calibration.read_text())
    (folder / "claims.md").write_text("\n".join([INTRO, *vague, *sections]), encoding="utf-8")


def _vague_tables(text: str) -> list[str]:
    """Return a paragraph on the tables of a text's tasks whose model does not know their best."""
    recall = {
        name: spec.curves.recall
        for name, spec in TRAINABLES.items()
        if isinstance(spec.curves, Recorded) and re.search(rf"\b{name}\b", text)
    }
    known = {name: share for name, share in recall.items() if share is not None}
    vague = [f"{name} ({share:.0%})" for name, share in known.items() if share < LEAST_RECALL]
    if not vague:
        return []
    return [
        "Between recorded configurations curves come from a model of the table.  Where the model finds fewer "
        f"than {LEAST_RECALL:.0%} of the best 1 % of the configurations that are left out of it, small "
        "differences between the best searchers are the model's as much as theirs: "
        f"{', '.join(vague)}.\n"
    ]


def section(name: str, claim: Claim, evidence: ClaimEvidence, n: int) -> str:
    """Return the section of a claim in Markdown."""
    verdict = claim.rule(evidence.cells, evidence.facts)
    tests = len(evidence.cells) + len(evidence.beside) + evidence.others
    by_test = ""
    if evidence.beside:
        other = claim.rule(evidence.beside, evidence.facts)
        by_test = f" By the test metric, or without noise, the same rule says: {other}."
    corrected = (
        f"{claim.interval}; each covers {coverage(tests):.4%}, all {tests} together {1 - ERROR:.0%}"
        if tests
        else claim.interval
    )
    rows = [
        ["confirmed if", claim.confirmed],
        ["not confirmed if", claim.refuted],
        ["n", f"{n} repetitions"],
        ["interval", corrected],
        ["unit", claim.unit],
        ["test metric", claim.tested],
        ["control", claim.control],
    ]
    return "\n\n".join(
        [
            f"## {claim.title}",
            f"**Claim.** {claim.said} ({claim.place})",
            f"**{verdict.capitalize()}.** {evidence.found}{by_test}",
            markdown(["rule", "declared before the data"], rows),
            f"**Setting.** {claim.setting}",
            f"![{claim.title}](claims/{name}.png)",
            *(f"{title}:\n\n{table}" for title, table in evidence.tables.items()),
            f"`python -m scripts.claims {name}`\n",
        ]
    )


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(cell: ClaimCell, digits: int = 4) -> str:
    """Return a cell as text: its estimate, in bold if it is surely not 0, and its interval."""
    mark = "**" if cell.sure else ""
    low, high = (f"{limit:+.{digits}f}" for limit in (cell.low, cell.high))
    return f"{mark}{cell.estimate:+.{digits}f}{mark} ({low} to {high})"


def table(cells: Cells, corner: str, digits: dict[str, int] | None = None) -> str:
    """Return cells (row, column) as a Markdown table; a place without a cell is empty."""
    lines, columns = (list(dict.fromkeys(key[i] for key in cells)) for i in (0, 1))
    rows = [
        [
            line,
            *(
                shown(cells[line, column], (digits or {}).get(column, 4)) if (line, column) in cells else ""
                for column in columns
            ),
        ]
        for line in lines
    ]
    return markdown([corner, *columns], rows)


def forest(cells: Cells, label: str) -> Figure:
    """Draw the intervals of cells (row, column): a panel a column, a line a row, the margins as a band.

    A panel shows ``REACH`` times the median distance from 0 of its intervals' ends; an arrow goes beyond.
    """
    lines, columns = (list(dict.fromkeys(key[i] for key in cells)) for i in (0, 1))
    size = (max(4.0, 1.2 + 1.9 * len(columns)), 1.1 + 0.2 * len(lines))
    figure, panels = plt.subplots(
        1, len(columns), figsize=size, sharey=True, layout="constrained", squeeze=False
    )
    heights = {line: height for height, line in enumerate(reversed(lines))}
    for column, axes in zip(columns, panels[0], strict=True):
        of_column = {heights[line]: cell for (line, name), cell in cells.items() if name == column}
        limit = REACH * float(np.median([max(-cell.low, cell.high) for cell in of_column.values()]))
        for height, cell in of_column.items():
            _interval(axes, height, cell, limit)
            axes.axvspan(-cell.margin, cell.margin, color="#D9D9D9", alpha=1 / len(lines), linewidth=0)
        axes.axvline(0, color="grey", linewidth=0.8)
        axes.set_title(column, fontsize=9)
        axes.tick_params(labelsize=7)
        axes.locator_params(axis="x", nbins=3)
    figure.supxlabel(label, fontsize=9)
    panels[0][0].set_yticks(list(heights.values()), list(heights))
    return figure


def _interval(axes: Axes, height: int, cell: ClaimCell, limit: float) -> None:
    """Draw an interval and its estimate, as far as they lie within the limit on both sides of 0."""
    axes.plot(np.clip([cell.low, cell.high], -limit, limit), [height, height], color="black", linewidth=1)
    for is_beyond, end, arrow in ((cell.low < -limit, -limit, "<"), (cell.high > limit, limit, ">")):
        if is_beyond:
            axes.plot(end, height, arrow, color="black", markersize=4)
    if abs(cell.estimate) < limit:
        axes.plot(cell.estimate, height, "o", color="black", markersize=3)
