"""A gate in a test: the plug-in of pytest, and a searcher that is given by its path."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

DRAWN = Path(__file__).parents[2] / "tests" / "helpers" / "drawn.py"
GATE = ["-m", "benchmarks.gate"]
ONLY = ["--trainables", "mnist-convnet", "--schedulers", "fifo", "--jobs", "1"]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with searchers, and a baseline of the honest one under the name of random search."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(DRAWN, folder)
    recorded = ["--searcher", "drawn:Honest", "--against", "random", "--repetitions", "9", "--out", "."]
    done = run(folder, *GATE, "--record", "before", *recorded, *ONLY)
    assert done.returncode == 0, done.stderr
    return folder


def with_pytest(project: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    (project / "test_mine.py").write_text(body)
    loaded = ["-p", "tunegrid.pytest_plugin", "-p", "no:cacheprovider", "-rs"]
    return run(project, "-m", "pytest", *loaded, "test_mine.py", *options)


BODY = """
def test_same(tuning_gate):
    found = tuning_gate("drawn:Honest", options=["--stages", "9", "--jobs", "1"], inconclusive="skip")
    assert found["verdict"] == "pass"

def test_worse(tuning_gate):
    tuning_gate("drawn:Worse", against="random", options=["--stages", "9", "--jobs", "1"])
"""


@pytest.mark.slow
def test_a_worse_searcher_fails_with_the_gates_message(project: Path) -> None:
    reports = project / "reports"
    given = ["--tuning-baseline", "before.parquet", "--tuning-reports", "reports"]
    done = with_pytest(project, BODY, *given)
    assert done.returncode == 1
    assert "FAIL: tuning is worse" in done.stdout
    assert "drawn:Worse in place of random" in done.stdout
    assert "--searcher drawn:Worse --against random" in done.stdout  # what runs it again
    assert "--searchers" not in done.stdout  # which is no use beside it
    assert "test_mine.py:" not in done.stdout.replace("::", "")  # no traceback of ours
    found = json.loads((reports / "test_worse.json").read_text())
    failed = {one["quantity"] for one in found["findings"] if one["outcome"] == "fail"}
    assert "score" in failed
    scores = [
        one
        for one in json.loads((reports / "test_same.json").read_text())["findings"]
        if one["quantity"] == "score"
    ]
    assert all(one["same"] and one["outcome"] == "pass" for one in scores)
    assert (reports / "test_worse.md").exists()
    assert (reports / "test_worse.xml").exists()


OPEN = """
FEW = {"against": "random", "options": ["--stages", "2", "--jobs", "1"]}

def test_as_asked(tuning_gate):
    tuning_gate("drawn:Lucky", **FEW)

def test_fails(tuning_gate):
    tuning_gate("drawn:Lucky", inconclusive="fail", **FEW)

def test_passes(tuning_gate):
    assert tuning_gate("drawn:Lucky", inconclusive="pass", **FEW)["verdict"] == "inconclusive"

def test_is_skipped(tuning_gate):
    tuning_gate("drawn:Lucky", inconclusive="skip", **FEW)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ([], "2 failed, 1 passed, 1 skipped"),
        (["--tuning-inconclusive=pass"], "1 failed, 2 passed, 1 skipped"),
        (["--tuning-inconclusive=skip"], "1 failed, 1 passed, 2 skipped"),
    ],
)
def test_an_inconclusive_gate_fails_unless_the_option_or_the_test_says_otherwise(
    project: Path, options: list[str], counts: str
) -> None:
    done = with_pytest(project, OPEN, "--tuning-baseline", "before.parquet", *options)
    assert done.returncode == 1
    assert counts in done.stdout
    assert "INCONCLUSIVE: " in done.stdout
    assert "Look again with more of them" in done.stdout


def test_another_word_for_it_is_misuse(project: Path) -> None:
    done = with_pytest(project, OPEN, "--tuning-baseline", "before.parquet", "--tuning-inconclusive=maybe")
    assert done.returncode == 4
    assert "invalid choice: 'maybe'" in done.stderr
    body = 'def test_it(tuning_gate):\n    tuning_gate("drawn:Lucky", inconclusive="perhaps")\n'
    done = with_pytest(project, body, "--tuning-baseline", "before.parquet")
    assert done.returncode == 1
    assert "inconclusive is 'perhaps'; expected one of pass, fail, skip" in done.stdout


def test_without_the_option_it_is_skipped_and_ray_is_not_imported(project: Path) -> None:
    body = "import sys\n" + BODY + "\ndef test_light():\n    assert 'ray' not in sys.modules\n"
    done = with_pytest(project, body)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 2 skipped" in done.stdout
    assert "no --tuning-baseline NAME_OR_FILE was given" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["drawn:Impossible"], "cannot be built without options (RuntimeError: no licence)"),
        (["drawn:NOT_ONE"], "is of type int; expected a subclass of ray.tune.search.Searcher"),
        (["drawn:Absent"], "module drawn has no Absent"),
        (["absent.py:build"], "absent.py cannot be imported (there is no"),
        (["drawn.py:Absent"], "drawn.py has no Absent"),
        (["optuna-tpe[gama=1]"], "optuna-tpe has no option 'gama'"),
        (["optuna-tpe[multivariate=true|false]"], "is 2 searchers"),
        (["absent:Absent"], "absent cannot be imported (there is no module absent"),
        (["nobody"], "is neither a path such as mine.py:build or mypkg.module:MySearcher"),
        (["drawn:Honest", "--against", "sobol"], "the baseline has no such searcher; it has random"),
        (["random-2x"], "random-2x and random are nested"),
    ],
)
def test_what_is_no_searcher_is_said_in_a_line(
    project: Path,
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from benchmarks.gate.__main__ import main

    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(project)
    assert main(["--baseline", "before.parquet", "--searcher", *words]) == 2
    assert said in capsys.readouterr().err


MINE = """
import tunegrid
from ray.tune.search.basic_variant import BasicVariantGenerator

def build(setup, *, first: int = 0):
    found = BasicVariantGenerator(random_state=setup.seed + first)
    return tunegrid.SearchPlan(setup.space, setup.trials, found)
"""


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("mine.py:build", marks=pytest.mark.slow),
        pytest.param("mine:build", marks=pytest.mark.slow),
        "mine.py:build[first=7]",
        "sobol[scramble=false]",
    ],
)
def test_a_searcher_under_test_is_named_as_for_a_run(tmp_path: Path, reference: str) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    words = ["--record", "mine", "--searcher", reference, "--against", "random", "--repetitions", "2"]
    done = run(tmp_path, *GATE, *words, "--out", ".", "--jobs", "1", *ONLY)
    assert done.returncode == 0, done.stderr
    rows = pd.read_parquet(tmp_path / "mine.parquet")
    assert set(rows["searcher"]) == {"random"}
    assert rows["best"].notna().all()
