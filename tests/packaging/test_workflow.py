"""Workflows for GitHub: the one that ships, as a machine there runs it, and those of this repository."""

from __future__ import annotations

import configparser
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load(ROOT.joinpath("docs", "tuning-gate.yml").read_text())
OWN = {
    path.stem: yaml.safe_load(path.read_text()) for path in ROOT.joinpath(".github/workflows").glob("*.yml")
}
DRAWN = ROOT / "tests" / "helpers" / "drawn.py"
#: Less than the workflow asks for; the searcher stays the workflow's own.
SMALLER = {"ONLY": "--trainables mnist-convnet --schedulers fifo --jobs 1", "REPETITIONS": "10"}
PROJECT = '[project]\nname = "mypkg"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\n'


def steps(baseline_kept: bool) -> Iterator[Mapping[str, Any]]:
    """The steps that have a command, without those that a kept baseline spares."""
    for step in WORKFLOW["jobs"]["gate"]["steps"]:
        if "run" in step and not (baseline_kept and "cache-hit != 'true'" in step.get("if", "")):
            yield step


class Machine:
    """A folder for the job, and an environment in which what this one has is already installed."""

    def __init__(self, folder: Path) -> None:
        self.folder, venv = folder, folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        # An old one that Python puts there would hide the one that is installed.
        subprocess.run([venv / "bin" / "pip", "uninstall", "-qy", "setuptools"], check=True)
        packages = next(venv.glob("lib/python*/site-packages"))
        (packages / "installed.pth").write_text(sysconfig.get_path("purelib"))
        self.summary = folder / "summary.md"
        self.environment = os.environ | WORKFLOW["env"] | SMALLER
        self.environment |= {
            "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "PIP_NO_INDEX": "1",  # everything is there
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as a value: no isolation
        }

    def check_out(self, path: str, searcher: str) -> None:
        """Put a revision of the user's repository there, whose searcher is this one of ``drawn.py``."""
        package = self.folder / path / "mypkg"
        shutil.rmtree(package.parent, ignore_errors=True)
        package.mkdir(parents=True)
        (package.parent / "pyproject.toml").write_text(PROJECT)
        (package / "__init__.py").touch()
        (package / "module.py").write_text(DRAWN.read_text() + f"\nMySearcher = {searcher}\n")

    def pull_request(self, head: str) -> tuple[bool, str]:
        """Run the job on a pull request whose base is honest; return whether it succeeded, and its output."""
        self.check_out("base", "Honest")
        self.check_out("head", head)
        shutil.rmtree(self.folder / "report", ignore_errors=True)
        self.summary.unlink(missing_ok=True)
        succeeded, said = True, ""
        for step in steps((self.folder / "baseline").exists()):
            if succeeded or step.get("if") == "always()":
                done = subprocess.run(
                    ["bash", "-e", "-c", step["run"]],
                    cwd=self.folder,
                    env=self.environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                succeeded &= done.returncode == 0
                said += done.stdout
        return succeeded, said


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    try:
        importlib.metadata.version("tunegrid")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("tunegrid is not installed here; pip install .")
    return Machine(tmp_path_factory.mktemp("workflow"))


@pytest.mark.proof(only=True)
def test_a_pull_request_passes_unless_its_searcher_is_worse(machine: Machine) -> None:
    succeeded, said = machine.pull_request("Honest")
    assert succeeded, said
    assert "PASS" in machine.summary.read_text()
    assert (machine.folder / "baseline" / "base.parquet").exists()

    succeeded, said = machine.pull_request("Worse")  # the base's baseline is there: it is not run again
    assert not succeeded, said
    assert "FAIL" in machine.summary.read_text()
    made = {path.name for path in (machine.folder / "report").iterdir()}
    assert made == {"tuning.xml", "tuning.md", "tuning.json", "tuning.png"}
    assert json.loads((machine.folder / "report" / "tuning.json").read_text())["verdict"] == "fail"


def test_no_step_needs_what_only_github_can_fill_in() -> None:
    assert not [step["run"] for step in steps(False) if "${{" in step["run"]]


def tox_environment(name: str) -> Mapping[str, str]:
    """Return the settings of an environment of tox; of one that is not there, none."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini")
    return parser[f"testenv:{name}"] if parser.has_section(f"testenv:{name}") else {}


@pytest.mark.parametrize("name", sorted(OWN))
def test_a_workflow_here_ends_in_time_and_names_only_what_there_is(name: str) -> None:
    for job in OWN[name]["jobs"].values():
        assert job["timeout-minutes"] <= 120
        for command in (step["run"] for step in job["steps"] if "run" in step):
            assert "${{" not in command
            for environment in re.findall(r"tox run -e (\w+)", command):
                assert tox_environment(environment), f"tox.ini has no {environment}"
            for script in re.findall(r"^bash (\S+)", command):
                assert (ROOT / script).is_file()


def test_the_newest_versions_are_tried_each_week_and_hold_up_nothing() -> None:
    workflow = OWN["newest"]
    assert workflow[True]["schedule"], "YAML reads the key on as true"
    assert "push" not in workflow[True] and "pull_request" not in workflow[True]
    [job] = workflow["jobs"].values()
    assert job["continue-on-error"] is True
    [upload] = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert upload["if"] == "always()" and "newest.txt" in upload["with"]["path"]
    settings = tox_environment("newest")
    assert re.search(r"^PIP_CONSTRAINT =$", settings["set_env"], re.MULTILINE)
    assert settings["commands_pre"].endswith("install --upgrade ray[tune]")
    assert settings["commands"].count("--junitxml=build/newest") == 2
