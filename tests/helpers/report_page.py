"""The data of a report's page, and waiting for a page that follows a run."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any


def island(page: str) -> dict[str, Any]:
    """Return the data that a page holds."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
