"""A grid on a Ray cluster whose nodes share nothing: the same rows, whatever becomes of nodes and driver."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

import pandas as pd
import pytest
from helpers.commandline import wait_until
from helpers.isolated_nodes import IsolatedNodes, isolated_nodes, why_not

import results
from results.store.provenance import records
from results.store.schema import metric_column

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
#: What runs with the slow tests; the rest takes ten minutes: tox run -e cluster.
SHORT = pytest.mark.slow
LONG = pytest.mark.proof(only=True)

PATIENCE_S = 400.0  # a guard against a hang
MINE = """
from beside import FACTOR
from ray import tune

SPACE = {"x": tune.uniform(0, 1)}


def train(config):
    for _ in range(9):
        tune.report({"loss": FACTOR * config["x"]})
"""
FEW = """
from ray.tune.search import BasicVariantGenerator

import tunegrid as tg


@tg.searcher("few", "draws", requires=("few",))
def build(setup):
    return tg.SearchPlan(setup.space, setup.trials, BasicVariantGenerator(random_state=setup.seed))
"""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IsolatedNodes]:
    """A head without CPUs and two nodes with two each; another one may be started."""
    folder = tmp_path_factory.mktemp("nodes")
    (folder / "shared").mkdir()
    with isolated_nodes(folder, [0, 2, 2], spare=1, shared=folder / "shared") as cluster:
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


@SHORT
def test_schedulers_that_pause_and_copy_run_on_one_node_each(nodes: IsolatedNodes) -> None:
    grid = "--searchers random optuna-tpe hyperopt --schedulers pbt hyperband asha-promote"
    run(nodes, "node", f"{grid} --trials 6 --epochs 9 --workers 2 --address {nodes.head}")
    assert_whole(nodes, "node", 7)
    assert set(ran(nodes, "node")["attempts"]) == {1}
    wait_until_free(nodes)
    assert [path for number in (1, 2, 3) for path in nodes.files(number).glob("tg-*")] == []


@LONG
def test_checkpoints_travel_where_trials_are_spread(nodes: IsolatedNodes) -> None:
    grid = "--searchers random --schedulers pbt hyperband asha-promote --placement spread --tensorboard"
    run(nodes, "spread", f"{grid} --trials 6 --epochs 9 --workers 2 --address {nodes.head}")
    assert_whole(nodes, "spread", 3)
    logs = nodes.files(1) / "work" / "runs" / "spread" / "tensorboard"
    assert len({events.parent for events in logs.rglob("events.out.tfevents*")}) == 3 * 6  # trials
    wait_until_free(nodes)
    assert [path for number in (1, 2, 3) for path in nodes.files(number).glob("tg-*")] == []


SPREAD = "--searchers random --schedulers pbt --placement spread --trials 6 --epochs 9 --workers 2"


@LONG
def test_checkpoints_may_lie_where_all_nodes_see_them(nodes: IsolatedNodes) -> None:
    run(nodes, "shared", f"{SPREAD} --storage /tmp/shared/tune --tensorboard --address {nodes.head}")
    assert_whole(nodes, "shared", 1)
    logs = nodes.files(1) / "work" / "runs" / "shared" / "tensorboard"
    assert len({events.parent for events in logs.rglob("events.out.tfevents*")}) == 6
    assert list((nodes.folder / "shared").rglob("*.*")) == []  # it is tidied


@LONG
@pytest.mark.skipif(not shutil.which("s3rver"), reason="needs a server of S3: npm install -g s3rver")
def test_checkpoints_may_lie_on_s3(nodes: IsolatedNodes) -> None:
    where = f"{nodes.address(1)}:4568"
    server = nodes.popen(
        1,
        *(str(shutil.which("s3rver")), "-d", "/tmp/s3", "-a", nodes.address(1), "-p", "4568"),
        *("--configure-bucket", "runs"),
        log="s3",
        environment={"NODE_OPTIONS": "--openssl-legacy-provider"},
    )
    environment = {
        **{"AWS_ACCESS_KEY_ID": "S3RVER", "AWS_SECRET_ACCESS_KEY": "S3RVER"},
        **{"AWS_EC2_METADATA_DISABLED": "true", "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"},
    }
    try:
        wait_until(lambda: "listening" in nodes.said("s3"), "the server of S3")
        uri = f"s3://runs/tune?endpoint_override={where}&scheme=http&allow_bucket_creation=false"
        run(nodes, "bucket", f"{SPREAD} --storage {uri} --address {nodes.head}", environment)
        assert_whole(nodes, "bucket", 1)
        left = (nodes.files(1) / "s3" / "runs").rglob("*_object")
        assert [path for path in left if path.stat().st_size] == []
    finally:
        os.killpg(server.pid, signal.SIGKILL)


@LONG
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


@LONG
def test_a_crash_is_a_row_and_no_loss(nodes: IsolatedNodes) -> None:
    """The plug-in of which it is travels as well: the nodes have none of our code."""
    environment = {
        "TUNEGRID_PLUGINS": "tunegrid_plugin",
        "PYTHONPATH": "/tmp/checkout:/tmp/checkout/tests/plugin",
    }
    grid = "--trainables killed --searchers random --schedulers fifo --trials 16 --epochs 3 --max-failures 1"
    run(nodes, "crash", f"{grid} --workers 1 --address {nodes.head}", environment)
    [row] = ran(nodes, "crash").to_dict("records")
    assert row["status"] == "ok" and row["attempts"] == 1
    trials = stored(nodes, "crash").trials
    failed = trials[trials["status"] == "failed"]
    assert 0 < len(failed) < 16 and failed["reason"].str.contains("actor died", case=False).all()
    killed = trials["config/x"] > 0.7
    assert trials[killed]["status"].eq("failed").all() and trials[~killed]["status"].eq("ok").all()


@LONG
def test_a_job_keeps_the_environment_that_it_was_given(nodes: IsolatedNodes) -> None:
    """As ``ray job submit --runtime-env`` tells a program; Ray refuses a variable that is set twice."""
    job = {"runtime_env": {"env_vars": {"OMP_NUM_THREADS": "2", "MINE": "yes"}}}
    grid = f"--searchers random --schedulers fifo --trials 4 --epochs 3 --workers 1 --address {nodes.head}"
    run(nodes, "job", grid, {"RAY_JOB_CONFIG_JSON_ENV_VAR": json.dumps(job)})
    [row] = ran(nodes, "job").to_dict("records")
    assert row["status"] == "ok"
    environment = records(nodes.files(1) / "work" / "runs" / "job")[row["environment"]]
    assert environment["blas_threads"] == "2"


@LONG
def test_a_users_file_travels_with_its_neighbour(nodes: IsolatedNodes) -> None:
    work = nodes.files(1) / "work"
    (work / "beside.py").write_text("FACTOR = 2.0\n")
    (work / "mine.py").write_text(MINE)
    mine = "--trainable mine.py:train --space mine.py:SPACE --metric loss --mode min"
    grid = "--searchers random --schedulers fifo asha --trials 4 --epochs 3 --workers 2"
    run(nodes, "mine", f"{mine} {grid} --address {nodes.head}")
    assert list(ran(nodes, "mine")["status"]) == ["ok", "ok"]


VIRTUAL = (
    "--engine virtual --trainables branin digits-mlp --searchers random optuna-tpe "
    "--schedulers fifo asha hyperband --trials 8 --epochs 9 --workers 4"
)
#: Columns of the virtual engine that say how long something took here, or where it ran.
MEASURED = r"^run$|real_s|processor_s|_mb$|suggest_s|decide_s|ray_s|started_at|environment|node|attempts"


def rows(nodes: IsolatedNodes, name: str, table: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(stored(nodes, name), table)
    frame = frame.drop(columns=frame.filter(regex=MEASURED).columns)
    order = [column for column in ("key", "trial_id", "epoch", "number") if column in frame]
    return frame.sort_values(order, ignore_index=True)[sorted(frame)]


@SHORT
def test_the_virtual_engine_gives_the_same_rows_on_nodes(nodes: IsolatedNodes) -> None:
    run(nodes, "virtual-there", f"{VIRTUAL} --repetitions 3 --address {nodes.head}")
    run(nodes, "virtual-here", f"{VIRTUAL} --repetitions 3")
    for table in ("experiments", "trials", "results"):
        there, here = (rows(nodes, name, table) for name in ("virtual-there", "virtual-here"))
        pd.testing.assert_frame_equal(there, here)
    assert len(set(ran(nodes, "virtual-there")["node"])) == 2
    wait_until_free(nodes)


@LONG
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--address ray://10.0.0.1:10001", "is Ray Client"),
        ("--address 10.255.255.1:6379", "nothing answers at"),
        ("--address nonsense", "give HOST:PORT"),
        ("--address auto", "finds no Ray cluster: neither of a job"),
        ("--address HEAD --engine live", "runs on this machine alone"),
        ("--address HEAD --workers 3", "no node of the cluster has 3 CPUs"),
        ("--address HEAD --workers 5 --placement spread", "the cluster has 4 CPUs for 5 workers"),
        ("--address HEAD --actor-pool off", "leave out --address"),
        ("--address HEAD --storage /tmp/work/mine", "does not see what was written to --storage"),
        ("--address HEAD --storage mine", "give an absolute path"),
        ("--placement spread", "needs --address"),
    ],
)
def test_what_cannot_be_is_a_line(nodes: IsolatedNodes, options: str, said: str) -> None:
    options = options.replace("HEAD", nodes.head)
    grid = f"--searchers random --schedulers fifo --trials 4 --epochs 3 {options}"
    number = 4 if "auto" in options else 1  # where no Ray runs yet
    began = time.monotonic()
    code, text = nodes.run(number, *command("wrong", grid), log=f"wrong-{abs(hash(options))}")
    assert code == 2 and said in text.splitlines()[-1], text
    assert "Traceback" not in text and time.monotonic() - began < PATIENCE_S
    assert not (nodes.files(number) / "work" / "runs" / "wrong").exists()


@LONG
def test_a_package_that_a_node_lacks_is_a_line(nodes: IsolatedNodes) -> None:
    """The searcher's package is there for the driver alone."""
    (nodes.files(1) / "only-here" / "few-1.0.dist-info").mkdir(parents=True)
    (nodes.files(1) / "only-here" / "few-1.0.dist-info" / "METADATA").write_text("Name: few\nVersion: 1.0\n")
    (nodes.files(1) / "work" / "few_searcher.py").write_text(FEW)
    options = f"--searcher few_searcher.py --schedulers fifo --trials 4 --epochs 3 --address {nodes.head}"
    environment = {"PYTHONPATH": "/tmp/checkout:/tmp/only-here"}
    code, said = nodes.run(1, *command("few", options), log="few", environment=environment)
    assert code == 2 and "lacks few; install it there: pip install few==1.0" in said.splitlines()[-1], said


@SHORT
def test_a_node_that_dies_costs_its_experiments_a_second_attempt(nodes: IsolatedNodes) -> None:
    grid = "--searchers random optuna-tpe --schedulers fifo asha --trials 8 --epochs 81 --workers 2"
    options = f"{grid} --repetitions 2 --address {nodes.head}"
    driver = nodes.popen(1, *command("loss", options), log="loss", code=True)
    wait_for_result(nodes, "loss")
    nodes.kill(3, "raylet")
    nodes.start(4, 2)
    assert driver.wait(PATIENCE_S) == 0, nodes.said("loss")
    nodes.end(3)
    assert_whole(nodes, "loss", 8)
    rows = ran(nodes, "loss")
    assert set(rows["attempts"]) == {1, 2}
    assert rows["node"].str.endswith(nodes.address(4)).any()  # the one that has come
    said = nodes.said("loss")
    assert f"its node {nodes.address(3)} was lost; it begins again elsewhere" in said
    assert "(raylet)" not in said


@LONG
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


@LONG
def test_a_node_that_dies_costs_the_virtual_engine_nothing(nodes: IsolatedNodes) -> None:
    options = f"{VIRTUAL} --repetitions 12 --address {nodes.head}"
    driver = nodes.popen(1, *command("virtual-loss", options), log="virtual-loss", code=True)
    wait_for_result(nodes, "virtual-loss")
    last = nodes.living()[-1]
    nodes.kill(last, "raylet")
    assert driver.wait(PATIENCE_S) == 0, nodes.said("virtual-loss")
    nodes.end(last)
    found = ran(nodes, "virtual-loss")
    assert list(found["status"]) == ["ok"] * 144 and found["attempts"].max() == 2
    same = rows(nodes, "virtual-loss", "trials")
    before = rows(nodes, "virtual-here", "trials")
    pd.testing.assert_frame_equal(same[same["key"].isin(before["key"])].reset_index(drop=True), before)


@LONG
def test_other_users_keep_their_cpus(nodes: IsolatedNodes) -> None:
    """A job of somebody else's holds a CPU of a node: what is left has room for runners of one worker."""
    program = (
        f"import ray, time; ray.init('{nodes.head}'); "
        "group = ray.util.placement_group([{'CPU': 1}]); ray.get(group.ready()); "
        "print('held', flush=True); time.sleep(600)"
    )
    other = nodes.popen(1, "python", "-c", program, log="other", code=True)
    try:
        wait_until(lambda: "held" in nodes.said("other"), "the other job")
        grid = "--searchers random optuna-tpe --schedulers fifo --trials 4 --epochs 3 --workers 1"
        run(nodes, "beside", f"{grid} --repetitions 2 --address {nodes.head}")
        assert list(ran(nodes, "beside")["status"]) == ["ok"] * 4
        assert other.poll() is None
    finally:
        os.killpg(other.pid, signal.SIGKILL)


@LONG
@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("record", "digits-mlp --configs 6 --epochs 3 --repetitions 2 --no-table", "curves"),
        (
            "gate",
            "--baseline core --candidate current --trainables mixed-ackley --searchers random "
            "--schedulers fifo --repetitions 10",
            "mixed-ackley",
        ),
        ("compatibility", "--probe --searchers random --schedulers fifo asha --no-variants", "2 works"),
    ],
)
def test_other_commands_run_there_too(nodes: IsolatedNodes, name: str, options: str, said: str) -> None:
    words = f"python -m tunegrid {name} {options} --address {nodes.head}".split()
    code, text = nodes.run(1, *words, log=name)
    assert code in ((0, 1, 3) if name == "gate" else (0,)), text
    assert said in text and "Traceback" not in text
    wait_until_free(nodes)


@LONG
def test_a_node_that_is_drained_gets_nothing_more(nodes: IsolatedNodes) -> None:
    """A spot notice: what runs there ends, the rest runs elsewhere, and nothing is lost."""
    number = nodes.living()[-1]
    nodes.start(3, 2)  # which another test has ended
    nodes.wait_for(3)
    grid = "--searchers random optuna-tpe --schedulers fifo --trials 4 --epochs 27 --workers 2"
    options = f"{grid} --repetitions 4 --address {nodes.head}"
    driver = nodes.popen(1, *command("drained", options), log="drained", code=True)
    wait_for_result(nodes, "drained")
    nodes.drain(number)
    drained_at = len(ran(nodes, "drained")) if (nodes.files(1) / "work" / "runs" / "drained").exists() else 0
    assert driver.wait(PATIENCE_S) == 0, nodes.said("drained")
    rows = ran(nodes, "drained")
    assert list(rows["status"]) == ["ok"] * 8
    assert rows["attempts"].max() <= 2  # one that was just sent there is sent elsewhere
    there = rows["node"].str.endswith(nodes.address(number))
    assert there.sum() <= drained_at + 2 and (~there).any()


@LONG
def test_a_head_that_dies_ends_the_run_with_the_line_that_resumes_it(nodes: IsolatedNodes) -> None:
    """The last test: there is no cluster after it."""
    grid = "--searchers random optuna-tpe --schedulers fifo --trials 8 --epochs 81 --workers 2"
    options = f"{grid} --repetitions 4 --address {nodes.head}"
    driver = nodes.popen(nodes.living()[-1], *command("headless", options), log="headless", code=True)
    wait_for_result(nodes, "headless")
    nodes.kill(1, "gcs_server")
    assert driver.wait(120) == 1, nodes.said("headless")
    said = nodes.said("headless")
    assert f"the Ray cluster at {nodes.head} no longer answers" in said and "Traceback" not in said
    line = said.splitlines()[-1]
    assert "--name headless" in line and "--resume" in line and f"--address {nodes.head}" in line
