"""The regression gate: did tuning become worse?  ``compare(baseline, candidate) -> Report``.

Arms are ``results.gate.arms.Stored`` (a run folder, a stored baseline) or ``Current``, which runs experiments
when they are wanted.  ``python -m benchmarks.gate`` is the command.
"""

from __future__ import annotations

from benchmarks.gate.current import Current
from benchmarks.gate.settings import Settings
from benchmarks.gate.sources import source
from benchmarks.gate.stages import compare

__all__ = ["Current", "Settings", "compare", "source"]
