"""The regression gate: ``compare(baseline, candidate) -> Report`` tests whether tuning became worse.

Sides are ``results.gate.sides.Stored`` (a run folder, a stored baseline) or ``Current``, which runs
experiments on demand.  ``python -m benchmarks.gate`` is the command.
"""

from __future__ import annotations

from benchmarks.gate.current import Current
from benchmarks.gate.named_sides import named_side
from benchmarks.gate.settings import Settings
from benchmarks.gate.stages import compare

__all__ = ["Current", "Settings", "compare", "named_side"]
