"""The wheel, installed beside a project that has packages ``benchmarks`` and ``results`` of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
SMALL = ("--trainables", "branin", "--searchers", "random", "--schedulers", "fifo")
GATE_IN_A_TEST = """
from benchmarks import speed

def test_own_packages():
    assert speed.OWN

def test_tuning_is_not_worse(tuning_gate):
    tuning_gate("mine:Mine", schedulers=["fifo"], options=["--stages", "9", "--jobs", "1"])
"""


class Project:
    """A user's project in an environment with the wheel."""

    def __init__(self, folder: Path) -> None:
        self.folder, venv = folder / "project", folder / "venv"
        wheels = folder / "wheels"
        self.environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        self._pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(REPOSITORY))
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        [wheel] = map(str, wheels.glob("*.whl"))
        self._pip("--python", str(venv / "bin" / "python"), "install", "--no-deps", "--no-index", wheel)
        site = next(venv.glob("lib/python*/site-packages"))
        # What the wheel requires is taken from this environment; its own packages come first.
        (site / "requirements.pth").write_text(sysconfig.get_path("purelib"))
        for package, module in {"benchmarks": "speed", "results": "table"}.items():
            (self.folder / package).mkdir(parents=True)
            (self.folder / package / "__init__.py").touch()
            (self.folder / package / f"{module}.py").write_text("OWN = True\n")
        (self.folder / "mine.py").write_text(
            (REPOSITORY / "tests" / "helpers" / "drawn.py").read_text() + "\nMine = Honest\n"
        )
        self.environment["PATH"] = f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def _pip(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "pip", "-q", *words], env=self.environment, check=True)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("wheel"))


def test_the_packages_come_from_the_wheel_and_none_is_missing(project: Project) -> None:
    code = "import tunegrid.import_path as p; print(p.ROOT, sorted(p.hidden()))"
    done = project.run("python", "-P", "-c", code)
    assert done.returncode == 0, done.stderr
    assert "site-packages" in done.stdout and done.stdout.endswith("[]\n")


@pytest.mark.parametrize("engine", ["virtual", "tune"])
def test_tunegrid_run_is_ours(project: Project, engine: str) -> None:
    done = project.run(
        *("tunegrid", "run", "--engine", engine, *SMALL, "--trials", "2", "--epochs", "2", "--name", engine)
    )
    assert done.returncode == 0, done.stderr
    assert "1 of 1 experiments answered" in done.stdout
    tables = project.run("tunegrid", "tables", f"runs/{engine}", "--format", "csv")
    assert tables.returncode in (0, 2), tables.stderr


def test_its_own_tests_run_and_a_gate_among_them(project: Project) -> None:
    (project.folder / "test_mine.py").write_text(GATE_IN_A_TEST)
    plain = project.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py")
    assert plain.returncode == 0 and "1 passed, 1 skipped" in plain.stdout, plain.stdout + plain.stderr
    recorded = project.run(
        *("tunegrid", "gate", "--record", "before", "--searcher", "mine:Mine", "--out", "."),
        *("--trainables", "mnist-convnet", "--schedulers", "fifo", "--repetitions", "9", "--jobs", "1"),
    )
    assert recorded.returncode == 0, recorded.stderr
    gated = project.run(
        *("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"),
        *("--tuning-baseline", "before.parquet"),
    )
    assert gated.returncode == 0 and "2 passed" in gated.stdout, gated.stdout + gated.stderr


def test_another_package_in_the_way_is_named_in_one_line(project: Project) -> None:
    done = project.run("python", "-c", "import benchmarks, tunegrid; tunegrid.trainable")
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert "'benchmarks'" in last and str(project.folder) in last and "run the command `tunegrid`" in last
