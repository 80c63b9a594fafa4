"""The meter of a run's cost, and ``--max-cost``."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.execution.metering import Meter
from benchmarks.suite.experiment import Experiment
from results import Store
from results.prices import Amount, Prices

GRID = (
    *("--engine", "virtual", "--trainables", "branin", "--searchers", "random", "--schedulers", "fifo"),
    *("--trials", "4", "--epochs", "3", "--no-figures", "--jobs", "1"),
)


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def held(*experiments: Experiment) -> tuple[float, float]:
    clock = Clock()
    meter = Meter(cpus=6, gpus=2, clock=clock)
    meter.read(experiments)
    clock.seconds = 3600.0
    meter.read(experiments)
    return meter.cpu_hours, meter.gpu_hours


def test_experiments_hold_what_their_engine_gives_them() -> None:
    real = Experiment("branin", "random", "fifo", workers=4)
    on_gpu = Experiment("branin", "random", "fifo", workers=4, device="gpu", gpus_per_trial=0.5)
    virtual = Experiment("branin", "random", "fifo", workers=4, engine="virtual")
    live = Experiment("branin", "random", "fifo", workers=4, engine="live", device="gpu")
    assert held(real) == (4, 0)
    assert held(on_gpu, real) == (8, 2)
    assert held(virtual, virtual) == (2, 0)
    assert held(live, live) == (6, 2)
    assert held() == (0, 0)


@pytest.mark.parametrize(
    ("limit", "seconds"), [(Amount(2, "cpuh"), 1800), (Amount(1, "gpuh"), 1800), (Amount(2.1, "money"), 1500)]
)
def test_a_limit_is_over_when_it_is_spent(limit: Amount, seconds: float) -> None:
    clock = Clock()
    meter = Meter(limit, Prices(0.01, 2.5), clock=clock)
    running = [Experiment("branin", "random", "fifo", workers=4, device="gpu", gpus_per_trial=0.5)]
    meter.read(running)
    clock.seconds = seconds - 1
    meter.read(running)
    assert not meter.over
    clock.seconds = seconds + 1
    meter.read(running)
    assert meter.over
    assert not Meter().over


def test_a_run_ends_where_its_money_does_and_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.toml").write_text('repetitions = 1500\n[prices]\ncpu = 0.1\ncurrency = "EUR"\n')
    asked = [*GRID, "--spec", "spec.toml", "--name", "dear"]
    assert run.run([*asked, "--max-cost", "0.00008"]) == 0
    out = capsys.readouterr().out
    assert "--max-cost 0.00008 is spent (" in out and "EUR" in out
    assert "tunegrid run --resume --name dear" in out and "--max-cost 0.00008" in out
    rows = Store(Path("runs/dear")).read("experiments").to_pylist()
    assert 0 < len(rows) < 1500
    # The prices stay with the run.  On a busy machine the start alone may spend what one call has.
    again = ["--resume", "--name", "dear", "--no-figures", "--max-cost"]
    assert any(run.run([*again, f"{0.00004 * 2**number:.5f}"]) == 0 for number in range(6))
    more = Store(Path("runs/dear")).read("experiments").to_pylist()
    assert len(rows) < len(more) < 1500


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--max-cost", "5"], "no prices are given: add --prices"),
        (["--max-cost", "5h"], "'5h' is not a cost"),
        (["--prices", "cp=1"], "there is no price of 'cp'"),
        (["--spec", "bad.toml"], "bad.toml: the price cpu is -1"),
    ],
)
def test_costs_that_cannot_be_are_refused(
    words: list[str],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.toml").write_text("[prices]\ncpu = -1\n")
    try:
        assert run.run([*GRID, *words]) == 2
    except SystemExit as end:
        assert end.code == 2
    assert why in capsys.readouterr().err
    assert not Path("runs").exists()
