"""Proofs: tests that take minutes, and larger forms of other tests.

They run where the marker is asked for (``pytest -m proof``, ``tox run -e proofs``).  ``tests/conftest.py``
notes that here before a test module is imported.
"""

from __future__ import annotations

import re

import pytest

MARK = "proof"


class _Asked:
    """Whether proofs are asked for."""

    now = False


def asked() -> bool:
    """Tell whether proofs are asked for."""
    return _Asked.now


def note(config: pytest.Config) -> None:
    """Note what the command line asks for."""
    _Asked.now = named(config, MARK)


def named(config: pytest.Config, mark: str) -> bool:
    """Tell whether ``-m`` names a marker, other than as ``not mark``."""
    return bool(re.search(rf"(?<!not ){mark}\b", config.option.markexpr))


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that are nothing but proofs, unless proofs are asked for."""
    if not asked():
        only = [item for item in items if any(mark.kwargs.get("only") for mark in item.iter_markers(MARK))]
        config.hook.pytest_deselected(items=only)
        items[:] = [item for item in items if item not in only]
