"""The report as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

from results.gate.finding import Finding
from results.gate.report import Report
from results.gate.summaries import ruled_out, widened


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as plain data; what is not finite is None.

    Ratios are candidate / baseline; shares are of runs that collapsed in the candidate alone less in the
    baseline alone.
    """
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
        "untested": list(report.untested),
        "widened": widened(report),
        "ruled_out": ruled_out(report),
        "broken": [broken._asdict() for broken in report.broken],
        "findings": [_finding(report, finding) for finding in report.sorted()],
    }


def as_json(report: Report) -> str:
    """Return ``as_data`` as JSON text."""
    return json.dumps(as_data(report), indent=1) + "\n"


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    hypothesis = finding.hypothesis
    quantity = hypothesis.quantity
    low, high = (finding.high, finding.low) if quantity.turned else (finding.low, finding.high)

    def number(value: float) -> float | None:
        if quantity.share:
            value = 0.0 - value
        elif quantity.ratio and value > -700:
            value = math.exp(-value)
        return value if math.isfinite(value) else None

    return {
        "quantity": quantity.name,
        "unit": "ratio" if quantity.ratio else "share" if quantity.share else "points",
        "level": hypothesis.level,
        "name": hypothesis.name,
        "outcome": finding.outcome,
        "same": finding.same,
        "untestable": finding.untestable or None,
        "n": finding.n,
        "estimate": number(finding.estimate),
        "low": number(low),
        "high": number(high),
        "margin": number(-hypothesis.margin),
        "margin_reason": hypothesis.reason,
        "margins_widened": hypothesis.widened,
        "worse_p": finding.worse_p,
        "adjusted_p": finding.adjusted_p,
        "q": finding.q,
        "margin_p": finding.margin_p,
        "command": report.commands.get(hypothesis.name),
    }
