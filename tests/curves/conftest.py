"""The table that these tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.made_up import make, space

from benchmarks.curves.recorded.replay import Recorded


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tables") / "made-up")


@pytest.fixture(scope="session")
def curves(folder: Path) -> Recorded:
    return Recorded(folder, space)
