"""The report of one gate: the verdict and the content of table, Markdown, JUnit, JSON and figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from results.gate.finding import Finding, GateOutcome
from results.numerals import POINTS, Numerals, significant

_RATIO, PERCENT = Numerals(2, plain=True), Numerals(1, plain=True)
EXIT_CODES: Mapping[GateOutcome, int] = {"pass": 0, "fail": 1, "inconclusive": 3}
#: The order in which findings are shown: what matters first.
_ORDER = ("fail", "inconclusive", "pass")


class BrokenCell(NamedTuple):
    """A cell that was ok in the baseline and is not in the candidate."""

    cell: str
    status: str
    reason: str
    repetitions: int


@dataclass(frozen=True)
class Report:
    """The result of a gate.

    Attributes:
        verdict: "fail" if a hypothesis failed or a cell broke, "pass" if all passed, else "inconclusive".
        baseline, candidate: the sides' names.
        findings: one a hypothesis.
        broken: cells that no longer end well.
        alpha: level of either question.
        stages: repetitions at each look that was taken.
        cap: the most that would have been.
        cells: how many combinations on tasks.
        pairs: the number of experiments of each side.
        environments: what differs between the environments, a line each.
        commands: by the name of a group of cells, what runs it again.
        notes: a sentence each about what was left out.
        untested: a sentence each about combinations that were not tested, so that the gate does not pass.
        differences: one row a pair: trainable, searcher, scheduler, repetition, score (difference in points).
        margins: of each task, in points.
    """

    verdict: GateOutcome
    baseline: str
    candidate: str
    findings: Sequence[Finding]
    broken: Sequence[BrokenCell]
    alpha: float
    stages: Sequence[int]
    cap: int
    cells: int
    pairs: int
    environments: Sequence[str]
    commands: Mapping[str, str]
    notes: Sequence[str] = ()
    untested: Sequence[str] = ()
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    margins: Mapping[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 inconclusive."""
        return EXIT_CODES[self.verdict]

    def sorted(self) -> list[Finding]:
        """Return the findings, failures first, those that were the same last, else by their p-value."""
        return sorted(self.findings, key=lambda f: (_ORDER.index(f.outcome), f.same, f.worse_p, f.margin_p))

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        counts = {o: sum(f.outcome == o for f in self.findings) for o in _ORDER}
        if self.verdict == "fail":
            what = [f"{counts['fail']} of {len(self.findings)} hypotheses failed"] if counts["fail"] else []
            what += [f"{len(self.broken)} combinations no longer run"] if self.broken else []
            return f"FAIL: tuning is worse; {' and '.join(what)}"
        if self.verdict == "inconclusive":
            mute = len(self.untestable)
            what = [f"{counts['inconclusive']} of {len(self.findings)} hypotheses are open"]
            what[0] += f", {mute} of them not testable" if mute else ""
            what += [f"{len(self.untested)} things are not tested"] if self.untested else []
            return f"INCONCLUSIVE: {' and '.join(what)}"
        if all(finding.same for finding in self.findings if not finding.hypothesis.quantity.each):
            return "PASS: every experiment took the same course"
        return f"PASS: nothing is worse by its margin; {len(self.findings)} hypotheses"

    @property
    def untestable(self) -> list[Finding]:
        """The findings that are open because they cannot be tested."""
        return [f for f in self.findings if f.untestable and f.outcome == "inconclusive"]

    @property
    def scope(self) -> str:
        """The scope of the comparison, in one sentence."""
        looks = ", ".join(str(n) for n in self.stages)
        return (
            f"{self.candidate} against {self.baseline}: {self.cells} combinations on tasks, {self.pairs} "
            f"pairs of experiments, looked at after {looks} of at most {self.cap} repetitions."
        )

    @property
    def method(self) -> str:
        """Test, intervals and corrections, for captions."""
        return (
            "Paired Fisher-Pitman tests of the mean; "
            f"level {significant(self.alpha)} for all hypotheses together "
            "(weighted Holm), spent over the looks in proportion to n squared; the limits are one-sided, "
            "each at that level, corrected for the looks. pass: a loss of the margin is rejected, or all "
            "took the same course, without a test; fail: no loss is rejected, which is wrong at that level "
            "at most if nothing but the names of the sides has changed. Collapsed runs lose more than twice "
            "their combination's margin against the same repetition: McNemar's exact test in blocks, and "
            "limits by betting, exact at any look."
        )


def shown(finding: Finding, value: float) -> str:
    """Return a difference in the finding's unit: points, a cost's ratio, or a share of runs."""
    if finding.hypothesis.quantity.share:
        return f"{PERCENT(0.0 - 100 * value, sign=True)} %" if math.isfinite(value) else "?"
    if not finding.hypothesis.quantity.ratio:
        return POINTS(value, sign=True).replace("inf", "\N{INFINITY}")
    ratio = math.exp(min(-value, 700.0)) if math.isfinite(value) else (0.0 if value > 0 else math.inf)
    return f"x{_RATIO(ratio)}".replace("inf", "\N{INFINITY}")


def interval(finding: Finding) -> str:
    """Return ``[low, high]`` in the finding's unit, ascending, as limits of costs are turned round."""
    ends = [finding.low, finding.high]
    if finding.hypothesis.quantity.turned:
        ends.reverse()
    return f"[{', '.join(shown(finding, end) for end in ends)}]"


def margin(finding: Finding) -> str:
    """Return the loss that the finding's margin is."""
    return shown(finding, -finding.hypothesis.margin)


def unit(finding: Finding) -> str:
    """Return `` points``, `` of runs``, or nothing for a ratio."""
    if finding.hypothesis.quantity.share:
        return " of runs"
    return "" if finding.hypothesis.quantity.ratio else " points"


def sentence(finding: Finding) -> str:
    """Return the finding as a sentence."""
    hypothesis = finding.hypothesis
    what = f"{hypothesis.name}: {hypothesis.quantity.title}"
    if finding.untestable and finding.outcome == "inconclusive":
        return f"{what} {finding.untestable}"
    blocks = "experiments" if hypothesis.quantity.each else "repetitions"
    if finding.same:
        return f"{what} the same in {finding.n} {blocks}"
    return (
        f"{what} {shown(finding, finding.estimate)}{unit(finding)} {interval(finding)}, "
        f"margin {margin(finding)} ({hypothesis.reason}), n = {finding.n} {blocks}, "
        f"adjusted p = {significant(finding.adjusted_p, 2)}"
    )
