"""Surroundings of all tests: the plug-in of ``tests/plugin``, here and in every process started here."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent

# A dist-info on the path is what an installed plug-in is; Ray's workers and subprocesses read PYTHONPATH.
for folder in (TESTS.parent, TESTS / "plugin"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(folder) not in inherited:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *filter(None, inherited)])

# One BLAS thread, as in a run; several processes with a thread for every core starve each other.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

from helpers import proofs  # noqa: E402

import benchmarks  # noqa: E402, F401 - sets what Ray reads when it is first imported

# A machine that is busy with other tests says nothing about an example.
settings.register_profile("tunegrid", deadline=None)
settings.load_profile("tunegrid")


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(20_000, 20, 20)  # collected as often as usual, garbage takes a tenth of the time
    proofs.note(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    proofs.leave_out(config, items)


def pytest_collection_finish() -> None:
    gc.freeze()  # no collection goes through all modules and tests again
