"""A grid on a Ray cluster whose nodes share nothing: the same rows, whatever becomes of nodes and driver."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pandas as pd
import pytest
from helpers.isolated_nodes import IsolatedNodes, isolated_nodes, why_not

import results
from results.store.schema import metric_column

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not())]

PATIENCE_S = 400.0  # a guard against a hang
MINE = """
from beside import FACTOR
from ray import tune

SPACE = {"x": tune.uniform(0, 1)}


def train(config):
    for _ in range(9):
        tune.report({"loss": FACTOR * config["x"]})
"""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IsolatedNodes]:
    """A head without CPUs and two nodes with two each; another one may be started."""
    with isolated_nodes(tmp_path_factory.mktemp("nodes"), [0, 2, 2], spare=1) as cluster:
        yield cluster


def command(name: str, options: str) -> list[str]:
    """Return the words of a run; of digits-mlp, unless the options name another trainable."""
    trainable = "" if "--trainable" in options else "--trainables digits-mlp"
    return f"python -m tunegrid run --name {name} --no-figures {trainable} {options}".split()


def run(nodes: IsolatedNodes, name: str, options: str, environment: dict[str, str] | None = None) -> str:
    """Run a grid from the head, which must succeed; return what it has said."""
    code, said = nodes.run(1, *command(name, options), log=name, environment=environment)
    assert code == 0, said
    assert "Traceback" not in said and "(raylet)" not in said
    return said


def stored(nodes: IsolatedNodes, name: str) -> results.Run:
    return results.load(nodes.files(1) / "work" / "runs" / name)


def ran(nodes: IsolatedNodes, name: str) -> pd.DataFrame:
    """Return the experiments of a run that no rule answers."""
    rows = stored(nodes, name).experiments
    return rows[rows["status"] != "incompatible"]


def assert_whole(nodes: IsolatedNodes, name: str, experiments: int) -> None:
    """Every experiment has ended well, on a node, and its checkpoint has come back."""
    rows = ran(nodes, name)
    assert list(rows["status"]) == ["ok"] * experiments
    assert rows["trials_failed"].sum() == 0 and rows["test"].notna().all()
    assert rows["node"].str.contains(nodes.address(1).removesuffix("1"), regex=False).all()
    for checkpoint in rows["checkpoint"]:
        assert list((nodes.files(1) / "work" / "runs" / name / checkpoint).iterdir())


def wait_until_free(nodes: IsolatedNodes) -> None:
    """Wait until all CPUs of the living nodes are free again."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        living, free = nodes.count()
        if free == 2 * (living - 1):
            return
    raise AssertionError(f"{free} CPUs of {living - 1} nodes are free")


def wait_for_result(nodes: IsolatedNodes, name: str) -> None:
    """Wait until a run has its first row."""
    end = time.monotonic() + 120
    while " ok " not in nodes.said(name) and time.monotonic() < end:
        time.sleep(0.2)


def test_schedulers_that_pause_and_copy_run_on_one_node_each(nodes: IsolatedNodes) -> None:
    grid = "--searchers random optuna-tpe --schedulers fifo pbt hyperband asha-promote"
    run(nodes, "node", f"{grid} --trials 6 --epochs 9 --workers 2 --address {nodes.head}")
    assert_whole(nodes, "node", 7)
    assert set(ran(nodes, "node")["attempts"]) == {1}
    wait_until_free(nodes)
    assert [path for number in (1, 2, 3) for path in nodes.files(number).glob("tg-*")] == []


def test_checkpoints_travel_where_trials_are_spread(nodes: IsolatedNodes) -> None:
    grid = "--searchers random --schedulers pbt hyperband asha-promote --placement spread --tensorboard"
    run(nodes, "spread", f"{grid} --trials 6 --epochs 9 --workers 2 --address {nodes.head}")
    assert_whole(nodes, "spread", 3)
    logs = nodes.files(1) / "work" / "runs" / "spread" / "tensorboard"
    assert len({events.parent for events in logs.rglob("events.out.tfevents*")}) == 3 * 6  # trials
    wait_until_free(nodes)
    assert [path for number in (1, 2, 3) for path in nodes.files(number).glob("tg-*")] == []


def test_rows_are_those_of_one_machine(nodes: IsolatedNodes) -> None:
    grid = "--searchers random optuna-tpe --schedulers fifo asha --trials 6 --epochs 9 --workers 1"
    run(nodes, "there", f"{grid} --address {nodes.head}")
    run(nodes, "here", grid)
    columns = ["key", "best", "best_trial", "best_epoch", "test", "trials_stopped", "epochs_spent"]
    curve = ["key", "trial_id", "epoch", metric_column("val_accuracy")]
    there, here = (stored(nodes, name) for name in ("there", "here"))
    pd.testing.assert_frame_equal(
        there.experiments[columns].sort_values("key", ignore_index=True),
        here.experiments[columns].sort_values("key", ignore_index=True),
    )
    pd.testing.assert_frame_equal(
        there.results[curve].sort_values(curve[:3], ignore_index=True),
        here.results[curve].sort_values(curve[:3], ignore_index=True),
    )


def test_a_crash_is_a_row_and_no_loss(nodes: IsolatedNodes) -> None:
    """The plug-in of which it is travels as well: the nodes have none of our code."""
    environment = {
        "TUNEGRID_PLUGINS": "tunegrid_plugin",
        "PYTHONPATH": "/tmp/checkout:/tmp/checkout/tests/plugin",
    }
    grid = "--trainables killed --searchers random --schedulers fifo --trials 6 --epochs 3 --workers 1"
    run(nodes, "crash", f"{grid} --address {nodes.head}", environment)
    [row] = ran(nodes, "crash").to_dict("records")
    assert row["status"] == "ok" and row["attempts"] == 1
    trials = stored(nodes, "crash").trials
    failed = trials[trials["status"] == "failed"]
    assert 0 < len(failed) < 6 and failed["reason"].str.contains("ActorDiedError").all()


def test_a_users_file_travels_with_its_neighbour(nodes: IsolatedNodes) -> None:
    work = nodes.files(1) / "work"
    (work / "beside.py").write_text("FACTOR = 2.0\n")
    (work / "mine.py").write_text(MINE)
    mine = "--trainable mine.py:train --space mine.py:SPACE --metric loss --mode min"
    grid = "--searchers random --schedulers fifo asha --trials 4 --epochs 3 --workers 2"
    run(nodes, "mine", f"{mine} {grid} --address {nodes.head}")
    assert list(ran(nodes, "mine")["status"]) == ["ok", "ok"]


def test_a_node_that_dies_costs_its_experiments_a_second_attempt(nodes: IsolatedNodes) -> None:
    grid = "--searchers random optuna-tpe --schedulers fifo asha --trials 8 --epochs 81 --workers 2"
    options = f"{grid} --repetitions 2 --address {nodes.head}"
    driver = nodes.popen(1, *command("loss", options), log="loss", code=True)
    wait_for_result(nodes, "loss")
    nodes.kill_raylet(3)
    nodes.start(4, 2)
    said = nodes.said("loss")
    assert driver.wait(PATIENCE_S) == 0, said
    nodes.end(3)
    assert_whole(nodes, "loss", 8)
    rows = ran(nodes, "loss")
    assert set(rows["attempts"]) == {1, 2}
    assert rows["node"].str.endswith(nodes.address(4)).any()  # the one that has come
    said = nodes.said("loss")
    assert f"its node {nodes.address(3)} was lost; it begins again elsewhere" in said
    assert "(raylet)" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_driver_that_ends_holds_nothing_and_can_be_resumed(
    nodes: IsolatedNodes, number: signal.Signals
) -> None:
    name = f"ended-{number.name.lower()}"
    grid = "--searchers random optuna-tpe --schedulers fifo asha --trials 4 --epochs 27 --workers 2"
    options = f"{grid} --address {nodes.head}"
    driver = nodes.popen(1, *command(name, options), log=name, code=True)
    wait_for_result(nodes, name)
    os.kill(program(driver.pid), number)
    assert driver.wait(60) == {2: 130, 15: 143, 9: -9}[number], nodes.said(name)
    if number != signal.SIGKILL:
        line = nodes.said(name).splitlines()[-1]
        assert f"--name {name}" in line and "--resume" in line and f"--address {nodes.head}" in line
    wait_until_free(nodes)
    run(nodes, name, f"{options} --resume")
    assert_whole(nodes, name, 4)


def program(group: int) -> int:
    """Return the process of a group that is the run itself."""
    listed = subprocess.run(["ps", "-eo", "pid,pgid,args"], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()[1:]]
    [pid] = [int(pid) for pid, of, args in rows if of == str(group) and args.startswith("python -m tunegrid")]
    return pid
