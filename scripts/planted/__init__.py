"""Planted regressions and improvements: each module puts one in the place of what is registered.

A process that has it in ``TUNEGRID_PLUGINS`` runs it under the old name, so that its experiments pair with
those of a process that has not.  ``scripts.measure_gate`` does so, and
``plans`` says where each is looked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from benchmarks.suite.registry import Registry


def plant(registry: Registry[Any], name: str, **fields: Any) -> None:
    """Change fields of a part that is registered; it keeps its name and the module that it comes from."""
    options: dict[str, Any] = {"options": {}} if "build" in fields else {}  # those of another builder
    registry.add(replace(registry[name], **options, **fields))
