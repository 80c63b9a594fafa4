"""Lines on many findings: which collapses are ruled out, and which margins are wider than asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from results.gate.collapse import NOISE
from results.gate.finding import Finding
from results.gate.report import PERCENT, Report, margin, unit

#: How a level's groups are called where a line speaks of one of them.
LEVELS: Mapping[str, str] = {
    "all": "all combinations together",
    "trainable": "a task",
    "searcher": "a searcher",
    "scheduler": "a scheduler",
    "cell": "a combination on a task",
}


def ruled_out(report: Report) -> list[str]:
    """Return a line a level: collapses in which shares of runs the gate rules out."""
    shares = [f for f in report.findings if f.hypothesis.quantity.share and f.n and not f.untestable]
    tested = [
        f"{what}: an excess of collapsed runs above {_most(findings)}"
        for level, what in LEVELS.items()
        if (findings := [f for f in shares if f.hypothesis.level == level and not f.same])
    ]
    if same := [f for f in shares if f.same]:
        tested.append(
            f"what took the same course: a collapse in more than {_most(same)}; what is rarer may not have "
            "shown yet, and more repetitions at the first look (--stages) rule out more"
        )
    return tested


def _most(findings: Sequence[Finding]) -> str:
    """Return the shares that are ruled out, from the best known group to the worst, and their n."""
    shares, numbers = sorted(-100 * f.low for f in findings), sorted(f.n for f in findings)
    of = _range(str(numbers[0]), str(numbers[-1]))
    return f"{_range(PERCENT(shares[0]), PERCENT(shares[-1]))} % (n = {of})"


def widened(report: Report) -> list[str]:
    """Return a line a quantity on margins that the noise of the stored side has widened."""
    lines = []
    for name in dict.fromkeys(f.hypothesis.quantity.name for f in report.findings):
        findings = [f for f in report.findings if f.hypothesis.quantity.name == name]
        cells = [f for f in findings if f.hypothesis.level == "cell"] or findings
        wide = sorted((f for f in cells if f.hypothesis.widened), key=lambda f: f.hypothesis.margin)
        if wide:
            middle, most = (margin(f).lstrip("+-") for f in (wide[len(wide) // 2], wide[-1]))
            what = "combinations" if cells[0].hypothesis.level == "cell" else "groups"
            lines.append(
                f"{findings[0].hypothesis.quantity.title}: {len(wide)} of {len(cells)} {what} have a margin "
                f"{NOISE}: {middle}{unit(wide[0])} in the median, {most} at most"
            )
    return lines


def _range(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"
