"""Verdicts: comparison of the rules with the evidence of the runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from benchmarks.compatibility.checks import CheckFinding, PurposeRuns, findings
from benchmarks.compatibility.plan import ProbedCombination


class Kind(StrEnum):
    """The kind of a verdict."""

    WORKS = "works"
    NOTED = "works, with a note"  # what is missing was declared beforehand
    REFUSED = "refused by rule"
    UNAVAILABLE = "not installed"
    DIFFERENCE = "difference"  # the rules say one thing and the runs another


@dataclass(frozen=True)
class Verdict:
    """The answer for one combination.

    Attributes:
        reason: why it is refused, not installed or noted; or how rules and runs differ.
        shown: what the runs showed, a line each.
        silent: refused, and without the rule it would have run as if it worked.
    """

    searcher: str
    scheduler: str
    kind: Kind
    reason: str = ""
    shown: tuple[str, ...] = ()
    silent: bool = False

    @property
    def combination(self) -> str:
        """``searcher x scheduler``, for people."""
        return f"{self.searcher} x {self.scheduler}"


def judge(combination: ProbedCombination, rule: str, runs: PurposeRuns) -> Verdict:
    """Compare the rules' answer (``rule``: the reason of a refusal, or empty) with the runs."""
    searcher, scheduler = combination.searcher, combination.scheduler
    all_findings = findings(searcher, scheduler, runs)
    names = searcher.name, scheduler.name
    shown = tuple(finding.text for finding in all_findings)
    if rule:
        if not all_findings:
            reason = f"refused ({rule}), but every run ended well and meant something"
            return Verdict(*names, Kind.DIFFERENCE, reason)
        return Verdict(*names, Kind.REFUSED, rule, shown, silent=_silent(all_findings))
    declared = {**searcher.limits, **scheduler.limits}
    surprises = tuple(finding.text for finding in all_findings if finding.check not in declared)
    if surprises:
        return Verdict(*names, Kind.DIFFERENCE, f"allowed, but: {'; '.join(surprises)}", shown)
    if all_findings:
        reasons = dict.fromkeys(declared[finding.check] for finding in all_findings)
        return Verdict(*names, Kind.NOTED, "; ".join(reasons), shown)
    return Verdict(*names, Kind.WORKS)


def unavailable(combination: ProbedCombination, reason: str) -> Verdict:
    """Return the verdict on a combination that could not be run."""
    return Verdict(combination.searcher.name, combination.scheduler.name, Kind.UNAVAILABLE, reason)


def _silent(all_findings: list[CheckFinding]) -> bool:
    return all(finding.check != "ended" for finding in all_findings)
