"""HEBO: the program that installs it, and where its randomness comes from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup

INSTALL = Path(__file__).parents[2] / "tunegrid" / "install_hebo.py"


def install(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, INSTALL, *arguments], capture_output=True, text=True, check=False)


def test_installer_says_what_it_would_run_and_why() -> None:
    done = install("--dry-run")
    assert done.returncode == 0
    assert "break ray.tune" in done.stdout
    assert "--no-deps HEBO==" in done.stdout


def test_installer_explains_itself_and_refuses_what_it_does_not_know() -> None:
    assert "numpy below 1.25" in install("--help").stdout
    assert install("--nonsense").returncode == 2


def test_missing_hebo_names_the_installer() -> None:
    assert SEARCHERS["hebo"].install == f"python -m tunegrid.{INSTALL.stem}"


def test_each_configuration_is_asked_for_alone_and_knows_all_results() -> None:
    pytest.importorskip("hebo", reason="HEBO is not installed: python -m tunegrid.install_hebo")
    space = {"x": tune.uniform(0, 1), "y": tune.loguniform(1e-4, 1)}
    algorithm: Any = SEARCHERS["hebo"].build(SearchSetup(space, 12, 1, 4)).algorithm
    algorithm.set_search_properties("score", "max", space)
    for number in range(3):
        algorithm.suggest(f"trial_{number}")
    algorithm.on_trial_complete("trial_1", {"score": 0.5})
    assert algorithm.suggest("trial_3") is not None  # with two still running
    assert len(algorithm.searcher._opt.X) == 1


def test_unseeded_generators_within_hebo_come_from_the_global_one() -> None:
    pytest.importorskip("hebo", reason="HEBO is not installed: python -m tunegrid.install_hebo")
    from searchers._hebo import _no_fresh_entropy

    def draw() -> float:
        np.random.seed(1)  # noqa: NPY002
        with _no_fresh_entropy():
            return float(np.random.default_rng().random())

    fresh = np.random.default_rng
    assert draw() == draw()
    assert np.random.default_rng is fresh
