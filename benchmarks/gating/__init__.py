"""The regression gate: did tuning become worse?  ``compare(baseline, candidate) -> Report``.

Arms are ``results.gate.arms.Stored`` (a run folder, a stored baseline) or ``Current``, which runs experiments
when they are wanted.  ``python -m benchmarks.gate`` is the command.
"""

from __future__ import annotations

from benchmarks.gating.current import Current
from benchmarks.gating.settings import Settings
from benchmarks.gating.sources import source
from benchmarks.gating.stages import compare

__all__ = ["Current", "Settings", "compare", "source"]
