"""A browser for the tests of the report, and a page of a run to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.synthetic import make_run

from results.report.command import write


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    browser = pytest.importorskip("helpers.browser", reason="selenium is not installed")
    if browser.MISSING:
        pytest.skip(browser.MISSING)
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="session")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run of eight searchers, thirteen schedulers and four repetitions."""
    run = make_run(tmp_path_factory.mktemp("grid") / "mine", 8, 13, 4, trainable="one", engine="virtual")
    write([run], run / "report.html")
    return run / "report.html"
