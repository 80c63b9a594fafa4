"""The cost of imports: results stay readable without a tuner, and looking at the registry loads no Torch."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ["ray", "torch", "torchvision", "optuna", "hyperopt", "nevergrad", "bayes_opt", "sklearn"]


def loaded(code: str, *names: str) -> set[str]:
    """Return which of these top-level packages a fresh process has imported after ``code``."""
    report = f"import sys\nprint(*({set(names)!r} & {{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        env=os.environ.copy(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_results_need_neither_ray_nor_torch_nor_a_tuner() -> None:
    assert not loaded("import results, results.store.schema, results.store.store", *HEAVY, "pandas")
    assert loaded("import results; results.load", *HEAVY, "pandas") == {"pandas"}


def test_results_load_neither_scipy_nor_matplotlib_until_they_are_needed() -> None:
    drawing = {"scipy", "matplotlib", "seaborn"}
    assert loaded("import results", *drawing) == set()
    assert loaded("import results.compare.grouping, results.figures", *drawing) == drawing


@pytest.mark.parametrize(
    "module",
    ["benchmarks", "benchmarks.suite.registry", "benchmarks.suite.experiment", "benchmarks.suite.grid"],
)
def test_words_of_the_suite_load_no_library(module: str) -> None:
    assert loaded(f"import {module}", *HEAVY) == set()


def test_registry_lists_everything_without_torch_or_any_searchers_library() -> None:
    # A library that is missing must cost only its own searcher, and --list must be quick.
    code = (
        "from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES\n"
        "from benchmarks.execution.list_overview import overview\n"
        "from benchmarks.execution.listing import as_data\n"
        "assert len(SEARCHERS) >= 7 and len(SCHEDULERS) >= 10 and len(TRAINABLES) >= 2\n"
        "as_data(); overview()"
    )
    assert loaded(code, *HEAVY) == {"ray"}
