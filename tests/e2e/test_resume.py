"""A run that is killed or interrupted at any moment: nothing lost, nothing twice."""

from __future__ import annotations

import hashlib
import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.commandline import PLUGIN, REPOSITORY, CommandLine, Finished, wait_until

from benchmarks.execution.carry_out import resume_command
from benchmarks.suite.grid import Grid
from benchmarks.suite.options import parser
from benchmarks.suite.spec_file import read
from results.store.store import Store

pytestmark = pytest.mark.slow

NAME = "broken"
REPETITIONS = 12
TABLES = ("experiments", "trials", "results")


@dataclass(frozen=True)
class Stage:
    """The run folder after one command: its committed keys, and the hash of every committed file."""

    code: int
    out: str
    keys: list[str]
    hashes: dict[str, str]


def stage(finished: Finished) -> Stage:
    folder, store = finished.folder, Store(finished.folder)
    keys = store.read("experiments")["key"].to_pylist()
    files = [folder / table / f"{batch}.parquet" for table in TABLES for batch in store.batches()]
    # A checkpoint whose experiment was not yet stored is written again.
    files += [path for key in keys for path in (folder / "checkpoints" / key).rglob("*") if path.is_file()]
    hashes = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return Stage(finished.code, finished.out + finished.err, keys, hashes)


def wait_for_batches(command_line: CommandLine, process: subprocess.Popen[str], count: int) -> None:
    """Wait until this number of batches is committed; the run must not be over by then."""
    store = Store(command_line.out / NAME)
    wait_until(lambda: len(store.batches()) >= count or process.poll() is not None, f"{count} batches", 120)
    assert process.poll() is None, "the run was over before it could be ended"


@dataclass(frozen=True)
class Story:
    """What became of one run."""

    killed: Stage
    left_by_killed: list[str]
    abandoned: list[Path]
    interrupted: Stage
    printed: str
    resumed: Stage
    again: Stage
    folder: Path


@pytest.fixture(scope="module")
def story(command_line: CommandLine) -> Story:
    """Kill a run with SIGKILL, resume it and press Ctrl-C, do as it then says, and once more."""
    first = command_line.start(
        *("--trainables", "slow", "--searchers", "random", "--schedulers", "fifo,asha", "--trials", "2"),
        *("--epochs", "3", "--repetitions", str(REPETITIONS // 2), "--no-figures"),
        name=NAME,
    )
    wait_for_batches(command_line, first, 1)
    first.send_signal(signal.SIGKILL)
    killed = stage(command_line.finish(first, NAME))
    with suppress(AssertionError):  # a test of its own says so
        wait_until(lambda: not command_line.processes(), "Ray's processes end after their driver", 30)
    left = command_line.processes()
    abandoned = list(command_line.temporary.glob("tg-*"))

    second = command_line.start("--resume", "--no-figures", name=NAME)
    wait_for_batches(command_line, second, len(Store(command_line.out / NAME).batches()) + 1)
    for _ in range(3):  # as one who is in a hurry
        second.send_signal(signal.SIGINT)
        time.sleep(0.2)
    interrupted = stage(command_line.finish(second, NAME))

    printed = interrupted.out.rpartition("resume with: ")[2].splitlines()[0]
    third = command_line.popen(["bash", "-c", printed])
    resumed = stage(command_line.finish(third, NAME))
    again = stage(command_line.run("--resume", "--no-figures", name=NAME))
    return Story(killed, left, abandoned, interrupted, printed, resumed, again, command_line.out / NAME)


def test_a_killed_run_keeps_what_had_finished(story: Story) -> None:
    assert story.killed.code == -signal.SIGKILL
    assert 0 < len(story.killed.keys) < REPETITIONS


def test_no_process_of_ray_outlives_a_killed_driver(story: Story) -> None:
    assert story.left_by_killed == []


def test_the_next_run_removes_the_folders_of_a_killed_driver(story: Story) -> None:
    assert story.abandoned and not any(folder.exists() for folder in story.abandoned)


def test_a_resumed_runs_counts_include_what_was_stored(story: Story) -> None:
    answered = f"{REPETITIONS} of {REPETITIONS} experiments answered ({REPETITIONS} ok)"
    new = REPETITIONS - len(story.interrupted.keys)
    assert f"{answered}, {new} of them now, in " in story.resumed.out
    assert f"{answered}, nothing new, in " in story.again.out


def test_resuming_leaves_finished_experiments_byte_identical(story: Story) -> None:
    for earlier, later in ((story.killed, story.interrupted), (story.interrupted, story.resumed)):
        assert earlier.hashes and len(earlier.keys) < len(later.keys)
        assert {name: later.hashes.get(name) for name in earlier.hashes} == earlier.hashes


def test_nothing_is_lost_and_nothing_twice(story: Story) -> None:
    asked = [e.key for e in Grid().changed(read(story.folder / "run.toml"), "run.toml").experiments()]
    assert len(asked) == REPETITIONS
    assert sorted(story.resumed.keys) == sorted(asked)
    assert set(Store(story.folder).read("experiments")["status"].to_pylist()) == {"ok"}


def test_every_trial_and_result_is_there_once(story: Story) -> None:
    store = Store(story.folder)
    trials, results = store.read("trials").to_pandas(), store.read("results").to_pandas()
    assert not trials.duplicated(["key", "trial_id"]).any() and len(trials) == 2 * REPETITIONS
    assert not results.duplicated(["key", "seq"]).any()
    assert set(results["key"]) == set(trials["key"]) == set(story.resumed.keys)


def test_no_leftovers_of_a_killed_writer_remain(story: Story) -> None:
    batches = set(Store(story.folder).batches())
    for table in TABLES:
        assert {path.stem for path in (story.folder / table).iterdir()} == batches


def test_ctrl_c_ends_in_order_and_says_how_to_go_on(story: Story) -> None:
    assert story.interrupted.code == 130
    assert "interrupted" in story.interrupted.out and "Traceback" not in story.interrupted.out
    assert 0 < len(story.interrupted.keys) < REPETITIONS
    words = shlex.split(story.printed)
    assert words[:3] == ["python", "-m", "benchmarks.run"] and "--resume" in words and NAME in words


def test_the_printed_command_finishes_the_run(story: Story) -> None:
    assert story.resumed.code == 0, story.resumed.out
    assert f"{REPETITIONS} of {REPETITIONS} experiments answered" in story.resumed.out


def test_resuming_a_complete_run_changes_nothing(story: Story) -> None:
    assert story.again.code == 0
    assert "0 to run" in story.again.out
    assert story.again.hashes == story.resumed.hashes


@pytest.mark.usefixtures("story")
def test_nothing_of_ours_runs_afterwards(command_line: CommandLine) -> None:
    wait_until(lambda: not command_line.processes(), "Ray's processes end with the run", 20)


def test_the_printed_command_allows_what_the_run_was_allowed() -> None:
    """Without its --num-cpus, a run with more workers than the machine has CPUs could not be resumed."""
    started = shlex.split("--grid --name crowded --workers 65 --num-cpus 65 --stall 7 --no-figures")
    printed = resume_command(parser().parse_args(started), Path("runs/crowded"))
    resumed = parser().parse_args(shlex.split(printed)[3:])
    assert (resumed.num_cpus, resumed.stall, resumed.no_figures) == (65, 7, True)


MINE = """
from ray import tune
from benchmarks.curves.model import CurveModel, Epoch
from benchmarks.suite.registry import trainable


class Curves(CurveModel):
    def __init__(self, place): ...
    def start(self, config): return 0
    def step(self, state, config, cpus): return Epoch(state + 1, {"err": config["lr"] / (state + 1)}, 1.0)


def space(): return {"lr": tune.loguniform(1e-4, 1e-1)}


@trainable("mine", "mine", space=space, metric="err", mode="min", curves=Curves)
def mine(config): ...
"""


def test_resuming_with_a_changed_trainable_is_refused_with_what_changed(
    command_line: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "mine_and_changed.py"
    file.write_text(MINE)
    path = os.pathsep.join(map(str, (REPOSITORY, PLUGIN, tmp_path)))

    def run(*options: str) -> Finished:
        own = ["env", f"PYTHONPATH={path}", f"TUNEGRID_PLUGINS={file.stem}"]
        arguments = command_line.arguments(*options, "--no-figures", name="changed")
        return command_line.finish(command_line.popen([*own, *arguments]), "changed")

    first = run(
        *(
            "--engine",
            "virtual",
            "--trainables",
            "mine",
            "--searchers",
            "random",
            "--schedulers",
            "fifo,asha",
        ),
        *("--repetitions", "2"),
    )
    assert first.code == 0, first.err
    store = Store(first.folder)
    store.withdraw(sorted(store.keys())[:2])  # as if it had been killed
    before = stage(first)

    file.write_text("# only a comment\n" + MINE.replace("1e-4, 1e-1", "1e-5, 1e-1"))
    refused = run("--resume")
    assert refused.code == 2
    assert refused.err.splitlines() == [
        "python -m benchmarks.run: run changed: trainable 'mine' has changed since (its space: lr was "
        "loguniform(0.0001, 0.1), is loguniform(1e-05, 0.1); the source of mine_and_changed); give another "
        "--name, or add --accept-changes to keep both, told apart"
    ]
    assert stage(refused).hashes == before.hashes

    accepted = run("--resume", "--accept-changes")
    assert accepted.code == 0, accepted.err
    rows = accepted.experiments
    assert rows["trainable_version"].nunique() == 2
    old = rows.loc[rows["trainable"] != "mine", "trainable"]
    assert len(old) == 2 and old.str.fullmatch("mine @ [0-9a-f]{4}").all()
    assert run("--resume").code == 0  # it was accepted
