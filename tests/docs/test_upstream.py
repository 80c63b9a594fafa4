"""The defects of Ray Tune that ``docs/upstream`` shows: each script still fails, and the index lists it."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "upstream"
SCRIPTS = sorted(FOLDER.glob("*.py"))
#: Adapters of Ray that import their library only when they are made, where it is not among our own libraries.
BEHIND = {"ray.tune.search.bohb": "hpbandster"}
OURS = {"benchmarks", "results", "schedulers", "searchers", "tunegrid"}

scripts = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)


def imported(script: Path) -> set[str]:
    """Return the top-level packages that a script imports, or an adapter of Ray that it imports."""
    names = set()
    for node in ast.walk(ast.parse(script.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module))
    return {name.partition(".")[0] for name in names} | {BEHIND[name] for name in names & set(BEHIND)}


@scripts
def test_a_script_needs_nothing_of_ours_and_is_short(script: Path) -> None:
    assert not imported(script) & OURS
    assert len(script.read_text().splitlines()) < 30


def test_the_index_lists_every_script() -> None:
    listed = re.findall(r"\]\((\w+\.py)\)", (FOLDER / "README.md").read_text())
    assert sorted(listed) == [script.name for script in SCRIPTS]


@pytest.mark.slow
@scripts
def test_the_defect_is_still_there(script: Path, tmp_path: Path) -> None:
    """A failure here is good news: the installed version has it mended."""
    needs = imported(script)
    missing = [name for name in needs if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")
    without_ours = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=without_ours,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, f"{script.name} passes: is the defect mended?\n{done.stdout}{done.stderr}"
    # Any other exception is a script that no longer shows what it is to show.
    assert done.stderr.strip().splitlines()[-1].startswith("AssertionError: "), done.stderr
