"""The report of one gate: the verdict and the content of table, Markdown, JUnit, JSON and figure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from results.gate.procedure import Finding, Outcome
from results.numerals import POINTS, Numerals, significant

_RATIO = Numerals(2, plain=True)
EXIT_CODES: Mapping[Outcome, int] = {"pass": 0, "fail": 1, "inconclusive": 3}
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
        notes: a sentence each about what was not compared.
        differences: one row a pair: trainable, searcher, scheduler, repetition, score (difference in points).
        margins: of each task, in points.
    """

    verdict: Outcome
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
            return f"INCONCLUSIVE: {counts['inconclusive']} of {len(self.findings)} hypotheses are open"
        if all(finding.same for finding in self.findings if not finding.hypothesis.quantity.each):
            return "PASS: every experiment took the same course"
        return f"PASS: nothing is worse by its margin; {len(self.findings)} hypotheses"

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
            "each at that level, corrected for the looks. pass: a loss of the margin is rejected; fail: no "
            "loss is rejected."
        )


def shown(finding: Finding, value: float) -> str:
    """Return a difference in the finding's unit: points with their sign, or a cost's ratio."""
    if not finding.hypothesis.quantity.ratio:
        return POINTS(value, sign=True).replace("inf", "\N{INFINITY}")
    ratio = math.exp(min(-value, 700.0)) if math.isfinite(value) else (0.0 if value > 0 else math.inf)
    return f"x{_RATIO(ratio)}".replace("inf", "\N{INFINITY}")


def interval(finding: Finding) -> str:
    """Return ``[low, high]`` in the finding's unit, ascending: a ratio's limits are turned round."""
    ends = [finding.low, finding.high]
    if finding.hypothesis.quantity.ratio:
        ends.reverse()
    return f"[{', '.join(shown(finding, end) for end in ends)}]"


def margin(finding: Finding) -> str:
    """Return the loss that the finding's margin is."""
    return shown(finding, -finding.hypothesis.margin)


def unit(finding: Finding) -> str:
    """Return ``points``, or nothing for a ratio."""
    return "" if finding.hypothesis.quantity.ratio else " points"


def sentence(finding: Finding) -> str:
    """Return the finding as a sentence."""
    hypothesis = finding.hypothesis
    what = f"{hypothesis.name}: {hypothesis.quantity.title}"
    if finding.same:
        return f"{what} the same in {finding.n} repetitions"
    blocks = "experiments" if hypothesis.quantity.each else "repetitions"
    return (
        f"{what} {shown(finding, finding.estimate)}{unit(finding)} {interval(finding)}, "
        f"margin {margin(finding)}, n = {finding.n} {blocks}, "
        f"adjusted p = {significant(finding.adjusted_p, 2)}"
    )


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as plain data; what is not finite is None.  Ratios are candidate / baseline."""
    return {
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "baseline": report.baseline,
        "candidate": report.candidate,
        "alpha": report.alpha,
        "stages": list(report.stages),
        "cap": report.cap,
        "cells": report.cells,
        "pairs": report.pairs,
        "margins": dict(report.margins),
        "environments": list(report.environments),
        "notes": list(report.notes),
        "broken": [broken._asdict() for broken in report.broken],
        "findings": [_finding(report, finding) for finding in report.sorted()],
    }


def as_json(report: Report) -> str:
    """Return ``as_data`` as JSON text."""
    return json.dumps(as_data(report), indent=1) + "\n"


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    hypothesis = finding.hypothesis
    ratio = hypothesis.quantity.ratio
    low, high = (finding.high, finding.low) if ratio else (finding.low, finding.high)

    def number(value: float) -> float | None:
        value = math.exp(-value) if ratio and value > -700 else value
        return value if math.isfinite(value) else None

    return {
        "quantity": hypothesis.quantity.name,
        "unit": "ratio" if ratio else "points",
        "level": hypothesis.level,
        "name": hypothesis.name,
        "outcome": finding.outcome,
        "same": finding.same,
        "n": finding.n,
        "estimate": number(finding.estimate),
        "low": number(low),
        "high": number(high),
        "margin": number(-hypothesis.margin),
        "worse_p": finding.worse_p,
        "adjusted_p": finding.adjusted_p,
        "q": finding.q,
        "margin_p": finding.margin_p,
        "command": report.commands.get(hypothesis.name),
    }
