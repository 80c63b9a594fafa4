"""The curve server of the tests, as fixtures."""

from __future__ import annotations

from helpers.live_server import live, virtual

__all__ = ["live", "virtual"]
