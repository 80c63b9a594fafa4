"""Results of claims, and the page docs/claims.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from benchmarks.core.seeding import derive

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
FRAGMENTS = PAGE.with_suffix("")
DRAWS = 4000  # of a bootstrap
LEAST = -100.0  # points that are still drawn; what is further below would flatten all others

Conclusion = Literal["confirmed", "not confirmed", "undecided"]
Floats = npt.NDArray[np.float64]

INTRO = """# Claims worth checking

Written by `python -m scripts.claims`, on the virtual engine: Tune's own schedulers and searchers, recorded
curves of real training, virtual time. Intervals are 95 % bootstrap intervals over repetitions, which are
paired: the same repetition has the same curves and seeds everywhere. What is said holds for these tasks.
"""


@dataclass(frozen=True)
class ClaimResult:
    """A claim and its result.

    Attributes:
        title: of the section.
        claim: what is claimed, and where.
        verdict: of this check.
        sentence: what was found, with n and interval.
        how: it was checked, and what differs from where it is claimed.
        table: Markdown.
        figure: to be shown with it.
    """

    title: str
    claim: str
    verdict: Conclusion
    sentence: str
    how: str
    table: str
    figure: Figure


def publish(name: str, finding: ClaimResult) -> None:
    """Write a claim's fragment and figure, and the page of all claims anew."""
    FRAGMENTS.mkdir(exist_ok=True)
    finding.figure.savefig(FRAGMENTS / f"{name}.png", dpi=150)
    lines = [
        f"## {finding.title}",
        f"**Claim.** {finding.claim}",
        f"**{finding.verdict.capitalize()}.** {finding.sentence}",
        f"**How.** {finding.how}",
        f"![{finding.title}](claims/{name}.png)",
        finding.table,
        f"`python -m scripts.claims {name}`",
    ]
    (FRAGMENTS / f"{name}.md").write_text("\n\n".join(lines) + "\n")
    fragments = [path.read_text() for path in sorted(FRAGMENTS.glob("*.md"))]
    PAGE.write_text("\n".join([INTRO, *fragments]))


def interval(
    values: Floats, *, level: float = 0.95, of: Callable[..., Any] = np.mean
) -> tuple[float, float, float]:
    """Return the mean of repetitions and its bootstrap percentile interval.

    Args:
        values: shape (repetitions,), paired differences or whatever the mean of is asked.
        level: of confidence.
        of: np.mean, or np.median where single repetitions can be a thousand points away.
    """
    chance = np.random.default_rng(derive("bootstrap", len(values)))
    means = of(values[chance.integers(0, len(values), (DRAWS, len(values)))], axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(of(values)), float(low), float(high)


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def forest(
    difference: Callable[[str, str], Floats], tasks: Sequence[str], names: Sequence[str], label: str
) -> Figure:
    """Draw the mean of paired differences with its interval: a panel a task, a line a name.

    A mean below ``LEAST`` is an arrowhead at the edge.
    """
    page = (9, 1 + 0.2 * len(names))
    figure, panels = plt.subplots(1, len(tasks), figsize=page, sharey=True, layout="constrained")
    for task, axes in zip(tasks, panels, strict=True):
        for index, name in enumerate(reversed(names)):
            mean, low, high = interval(difference(task, name))
            axes.plot(np.maximum([low, high], LEAST), [index, index], color="black", linewidth=1)
            beyond = mean < LEAST
            shape, size = ("<", 4) if beyond else ("o", 3)
            axes.plot(max(mean, LEAST), index, shape, color="black", markersize=size, clip_on=not beyond)
        axes.axvline(0, color="grey", linewidth=0.8)
        axes.set(title=task)
    figure.supxlabel(label, fontsize=10)
    panels[0].set_yticks(range(len(names)), list(reversed(names)))
    return figure
