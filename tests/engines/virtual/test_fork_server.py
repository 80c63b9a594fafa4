"""The process from which experiments are forked is there once, whatever it is asked to load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from helpers.commandline import wait_until

from benchmarks.engines.virtual.preloaded import Loader

PROGRAM = """
import multiprocessing, os, subprocess, sys, tempfile
from multiprocessing import resource_tracker
from pathlib import Path
if "without-waitid" in sys.argv:  # macOS, before Python 3.13
    del os.waitid
from benchmarks.core.scratch import end_strays
from benchmarks.engines.virtual.fork_server import ensure_server, preload

def parent(said):
    said.send((os.getppid(), sorted({"optuna", "hyperopt", "torch"} & set(sys.modules))))

def asked():
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=parent, args=(theirs,))
    process.start()
    answer = ours.recv()
    process.join()
    return answer

if __name__ == "__main__":
    if "early" in sys.argv:
        ensure_server()
    if "cluster" in sys.argv:
        os.environ["TMPDIR"] = folder = tempfile.mkdtemp()
    names = ["optuna-gp"] if "model" in sys.argv else ["optuna-tpe", "hyperopt-tpe"]
    left = [preload([name], ["fifo"], ["branin"], 30.0) for name in names]
    print(left, len({asked()[0], asked()[0]}), asked()[1], end="")
    if "cluster" in sys.argv:
        del os.environ["TMPDIR"]
        end_strays(Path(folder))
        os.rmdir(folder)
        resource_tracker.ensure_running()  # it warns if it has to begin anew
    if "beside" in sys.argv:
        line = f"{sys.executable} -c 'import benchmarks.engines.virtual.preloaded'; exit $?"
        print("", subprocess.run(["sh", "-c", line], check=False).returncode, end="")
"""


def said(tmp_path: Path, *words: str) -> str:
    path = tmp_path / "program.py"  # what is forked must find it
    path.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(path), *words], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout.strip()


def test_what_is_loaded_first_stays_and_a_second_call_waits_for_nothing(tmp_path: Path) -> None:
    assert said(tmp_path) == "[[], []] 1 ['optuna']"


def test_what_a_searcher_imports_with_its_first_model_is_loaded_too(tmp_path: Path) -> None:
    assert said(tmp_path, "model") == "[[]] 1 ['optuna', 'torch']"


def test_it_does_without_what_only_linux_has(tmp_path: Path) -> None:
    assert said(tmp_path, "without-waitid") == "[[], []] 1 ['optuna']"


def test_a_server_that_runs_already_is_taken_as_it_is(tmp_path: Path) -> None:
    assert said(tmp_path, "early") == "[[], []] 1 []"


def test_what_it_needs_outlives_the_cluster_beside_which_it_is_started(tmp_path: Path) -> None:
    assert said(tmp_path, "cluster") == "[[], []] 1 ['optuna']"


def test_a_program_started_beside_it_is_not_told_to_load_anything(tmp_path: Path) -> None:
    assert said(tmp_path, "beside") == "[[], []] 1 ['optuna'] 0"


def test_what_a_build_starts_ends_when_its_libraries_are_known(tmp_path: Path) -> None:
    started = tmp_path / "pid"

    def build() -> None:
        started.write_text(str(subprocess.Popen(["sleep", "600"]).pid))
        raise ValueError("after it has left a process behind")

    assert Loader(tmp_path / "diary", 30.0)._imported_by(build) == []
    pid = started.read_text()
    wait_until(lambda: _ended(Path("/proc", pid, "stat")), "the end of what was started")


def _ended(status: Path) -> bool:
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_server_whose_program_has_ended_meanwhile_ends_without_a_word(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\nfrom benchmarks.engines.virtual.preloaded import Loader\n"
        "Loader(pathlib.Path(sys.argv[1], 'diary'), 1.0).note('libraries')\nprint('goes on')"
    )
    removed = tmp_path / "removed"
    done = subprocess.run(
        [sys.executable, "-c", program, str(removed)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
