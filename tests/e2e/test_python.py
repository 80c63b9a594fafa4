"""Programs outside of the repository that call ``tunegrid.run``, as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.own_files import write

import tunegrid as tg

ROOT = Path(__file__).parents[2]
#: Neither has a guard of ``__main__``: no process of the run may run it again.
PROGRAM = """
    import tuners
    import tunegrid as tg
    from ray.tune.schedulers import ASHAScheduler

    print("program starts")

    def halving(setup):
        return ASHAScheduler(time_attr="training_iteration", max_t=setup.epochs)

    run = tg.run(trainables="branin", searchers=["random", tuners.plain], schedulers=[{scheduler}], trials=4,
                 epochs=3, workers=2, engine="virtual", figures=False, name="{name}")
    best = run.best(searcher="plain")
    print(best.value == run.where(searchers="plain").experiments["best"].min())
"""
TUNERS = """
    from ray.tune.search import BasicVariantGenerator
    from tunegrid import SearchPlan

    def plain(setup):
        return SearchPlan(setup.space, setup.trials, BasicVariantGenerator(random_state=setup.seed))
"""
RESUME = """
    import tunegrid as tg

    print(tg.run(name="{name}", resume=True, figures=False))
"""
LONG = """
    import signal
    import tunegrid as tg

    try:
        tg.run(trainables="branin", searchers=["random", "optuna-tpe"], schedulers=["fifo", "asha"], trials=8,
               epochs=9, repetitions=9, engine="virtual", figures=False, name="long", jobs=1)
    except KeyboardInterrupt as end:
        print("ended:", end)
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        print("the next one is the program's own")
"""
TRAINED = """
    import numpy as np
    import tunegrid as tg
    from ray import tune

    def scaled(by):
        def train(config):
            for epoch in range(20):
                tune.report({"loss": by * config["lr"] / (1 + epoch) + 0.01 * np.random.rand()})

        return train

    for engine in ("tune", "live"):  # Ray starts twice in this process
        run = tg.run(trainables=scaled(2.0), space={"lr": tune.loguniform(1e-3, 1)}, metric="loss",
                     mode="min", searchers="random", schedulers=["fifo", "asha"], trials=3, epochs=2,
                     workers=2, num_cpus=2, figures=False, name=engine, engine=engine)
        print(engine, sorted(run.best().configuration), set(run.experiments["status"]))

    import ray

    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    try:
        tg.run(trainables="digits-mlp", searchers="random", schedulers="fifo")
    except tg.Misuse as error:
        print(error)
"""


def start(folder: Path, text: str) -> subprocess.Popen[str]:
    program = write(folder, "program.py", text)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, program.name],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def said(folder: Path, text: str) -> str:
    program = start(folder, text)
    out, _ = program.communicate(timeout=300)
    assert program.returncode == 0, out
    return out


def test_a_program_runs_and_what_lies_in_its_files_is_resumed_by_another(tmp_path: Path) -> None:
    write(tmp_path, "tuners.py", TUNERS)
    out = said(tmp_path, PROGRAM.format(name="files", scheduler='"fifo"'))
    assert out.count("program starts") == 1 and out.rstrip().endswith("True")
    assert "only this process" not in out
    again = said(tmp_path, RESUME.format(name="files"))
    assert "nothing new" in again and "Run(runs/files: 2 experiments: 2 ok)" in again


def test_what_lies_in_the_program_itself_is_not(tmp_path: Path) -> None:
    write(tmp_path, "tuners.py", TUNERS)
    out = said(tmp_path, PROGRAM.format(name="itself", scheduler="halving"))
    assert out.count("program starts") == 1
    assert "only this process can resume the run: halving lies in no file that another could read" in out
    assert set(tg.load(tmp_path / "runs" / "itself").experiments["status"]) == {"ok"}
    program = start(tmp_path, RESUME.format(name="itself"))
    again, _ = program.communicate(timeout=300)
    assert program.returncode == 1
    assert "halving was an object of a process that has ended, which nothing can resume" in again


def test_ctrl_c_leaves_a_run_that_the_call_resumes(tmp_path: Path) -> None:
    program = start(tmp_path, LONG)
    assert program.stdout is not None
    for line in program.stdout:
        if line.startswith("["):  # the first experiment is stored soon
            break
    time.sleep(1)
    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=120)
    assert program.returncode == 0, out
    call = "tunegrid.run(name='long', out='runs', resume=True)"
    assert f"ended: interrupted; resume with: {call}" in out
    assert out.rstrip().endswith("the next one is the program's own")
    again = said(tmp_path, f"import tunegrid\n{call.replace('resume', 'figures=False, resume')}")
    assert "36 of 36 experiments answered (36 ok)" in again


@pytest.mark.slow
def test_a_closure_is_trained_on_ray_by_run_after_run(tmp_path: Path) -> None:
    out = said(tmp_path, TRAINED)
    for engine in ("tune", "live"):
        assert f"{engine} ['lr'] {{'ok'}}" in out, out
    assert out.count("check of train: an epoch takes") == 2 and "NOT SEEDED" not in out
    assert "Ray is running in this process, and a run starts its own; call ray.shutdown() before" in out
