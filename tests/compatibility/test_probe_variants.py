"""The probe of options: each at its extremes with a few partners, and what it finds wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.compatibility.plan import roster
from benchmarks.compatibility.probe import ProbeOptions, run_planned
from benchmarks.compatibility.resumable import probe_folder
from benchmarks.compatibility.variants import probe_variants, variants
from benchmarks.compatibility.verdict import Kind
from benchmarks.execution.ticker import Ticker

PICKY = """
import tunegrid
from ray.tune.schedulers import FIFOScheduler

@tunegrid.scheduler("picky", "fails where it has no patience",
                    options={"patience": tunegrid.Option("how much", least=0, extremes=(0, 9))})
def picky(setup, *, patience: int = 3):
    if not patience:
        raise RuntimeError("out of patience")
    return FIFOScheduler()
"""


def test_every_option_is_probed_at_its_extremes_with_partners_that_fit() -> None:
    made = variants(roster(["random", "sobol", "optuna-tpe"], ["asha", "pbt"]))
    names = {(one.searcher.name, one.scheduler.name) for one in made}
    assert ("sobol[scramble=false]", "hyperband") in names
    assert ("sobol[scramble=false]", "fifo") in names
    assert {("random", "asha[reduction_factor=9]"), ("optuna-tpe", "asha[grace_period=2]")} <= names
    assert ("random", "pbt[quantile_fraction=0.5]") in names
    assert not [
        pair for pair in names if pair[0] == "optuna-tpe" and pair[1].startswith("pbt")
    ]  # no rule allows
    for one in made:
        assert {e.engine for e in one.experiments().values()} == {"virtual"}


PROBE = """
from pathlib import Path
from benchmarks.compatibility.plan import roster
from benchmarks.compatibility.probe import ProbeOptions, run_planned
from benchmarks.compatibility.resumable import probe_folder
from benchmarks.compatibility.terminal import of_variants
from benchmarks.compatibility.variants import probe_variants, variants
from benchmarks.execution.ticker import Ticker

if __name__ == "__main__":
    made = variants(roster(["random"], ["picky.py"]))
    with probe_folder(Path("kept"), {}) as folder:
        verdicts = probe_variants(
            made, lambda planned: run_planned(planned, ProbeOptions(1, 60.0), Ticker(), folder.round(1))
        )
    print("\\n".join(of_variants(verdicts, colour=False)))
"""


def test_an_option_that_breaks_at_an_extreme_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "picky.py").write_text(PICKY)
    (tmp_path / "probe_it.py").write_text(PROBE)  # processes know the files that were named before they began
    done = subprocess.run(
        [sys.executable, "probe_it.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    first, *wrong = done.stdout.splitlines()
    assert first == "options at their extremes: 4 combinations: 2 works, 2 difference"
    assert [line.partition(": ")[0] for line in wrong] == [
        "✗  random x picky[patience=0]",
        "✗  optuna-tpe x picky[patience=0]",
    ]
    assert all("out of patience" in line for line in wrong)


@pytest.mark.slow
def test_ours_work_at_their_extremes(tmp_path: Path) -> None:
    quick = ["random", "sobol", "grid", "flaml-cfo", "repeater", "optuna-tpe"]
    halving = ["asha", "asha-promote", "sha", "one-epoch", "hyperband", "median", "pbt", "pbt-sync"]
    with probe_folder(tmp_path / "kept", {}) as folder:
        verdicts = probe_variants(
            variants(roster(quick, halving)),
            lambda planned: run_planned(planned, ProbeOptions(2, 90.0), Ticker(), folder.round(1)),
        )
    assert [v for v in verdicts if v.kind is Kind.DIFFERENCE] == []
