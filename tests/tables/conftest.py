"""The table that these tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.tables.replay import Recorded

sys.path.insert(0, str(Path(__file__).parent))

from made_up import make, space


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tables") / "made-up")


@pytest.fixture(scope="session")
def curves(folder: Path) -> Recorded:
    return Recorded(folder, space)
