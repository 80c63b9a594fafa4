"""The paper kit: the same bytes twice, one part at a time, failures, and the example paper as a PDF."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import proofs
from helpers.synthetic import make_run

from results.figures import PLOTS
from results.paper.__main__ import main
from results.tables import TABLES

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "example-paper"
pytestmark = pytest.mark.proof
SLOW = proofs.asked()
ONLY = [] if SLOW else ["--only", "heatmap", "interaction", *TABLES, "numbers"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of two tasks, with failures; the name of one needs escapes everywhere."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    make_run(folder, 3, 3, 6, trainable="deep_net 50%#1")
    make_run(folder, 3, 3, 6, trainable="convnet", seed=1)
    record = {"e0": {"python": "3.11.7", "packages": {"ray": "2.60.0"}, "data": {"subset/0": "ac06"}}}
    (folder / "provenance.json").write_text(json.dumps(record))
    return folder


@pytest.fixture(scope="module")
def paper(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("paper") / "one"
    assert main([str(run), "--out", str(out), *ONLY]) == 0
    return out


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def artefacts(paper: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((paper / "manifest.json").read_text())["artefacts"]
    return found


@pytest.mark.slow
def test_a_second_build_has_the_same_bytes(run: Path, paper: Path, tmp_path: Path) -> None:
    again = tmp_path / "two"
    command = [sys.executable, "-m", "results.paper", str(run), "--out", str(again), *ONLY]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}  # another order of sets than in this process
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=600)
    assert digests(again) == digests(paper)
    assert any(name.endswith(".pdf") for name in digests(paper))


def test_the_manifest_lists_every_artefact_with_caption_and_check_sums(paper: Path) -> None:
    found = json.loads((paper / "manifest.json").read_text())
    assert found["results"]["experiments"] == 3 * 3 * 6 * 2
    for entry in found["artefacts"]:
        assert entry["caption"]
        assert entry["files"] == {name: digest(paper / name) for name in entry["files"]}
    heatmaps = [entry for entry in found["artefacts"] if entry["name"].startswith("heatmap")]
    part = f"fig{list(PLOTS).index('heatmap') + 1}"
    assert [entry["id"] for entry in heatmaps] == [f"{part}a", f"{part}b"]
    assert "6" in heatmaps[0]["caption"] and "repetitions" in heatmaps[0]["caption"]
    names = {entry["name"] for entry in found["artefacts"]}
    assert {"scores", "scores-convnet", "ranking", "effects", "statuses", "environment", "numbers"} <= names


def test_only_rebuilds_what_is_named(run: Path, paper: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(paper, mine)
    for name in ("tables/ranking.tex", "tables/statuses.tex"):
        (mine / name).write_text("edited")
    number = list(TABLES).index("ranking") + 1
    assert main([str(run), "--out", str(mine), "--only", f"tab{number}"]) == 0
    assert (mine / "tables/statuses.tex").read_text() == "edited"
    changed = {name for name, sha in digests(mine).items() if digests(paper)[name] != sha}
    assert changed == {"tables/statuses.tex"}


def test_parts_of_other_results_are_not_mixed_and_old_files_go(
    run: Path, paper: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(paper, mine)
    other = make_run(tmp_path / "other", 2, 2, 1)  # one repetition: some tables cannot be made
    assert main([str(other), "--out", str(mine), "--only", "ranking"]) == 2
    assert "built from other results" in capsys.readouterr().err
    assert digests(mine) == digests(paper)
    assert main([str(other), "--out", str(tmp_path / "new"), "--only", "effects", "statuses"]) == 1
    said = capsys.readouterr()
    assert "(effects): mnist-convnet: there is one repetition" in said.err and "FAILED" in said.out
    assert [entry["name"] for entry in artefacts(tmp_path / "new")] == ["statuses"]
    # A part that fails takes its old files with it: they would pass for results.
    stale = tmp_path / "new" / "tables" / "effects.tex"
    stale.write_text("old")
    manifest = tmp_path / "new" / "manifest.json"
    found = json.loads(manifest.read_text())
    entry = {
        "id": "tab4",
        "part": "tab4",
        "name": "effects",
        "caption": "",
        "files": {"tables/effects.tex": ""},
    }
    manifest.write_text(json.dumps({**found, "artefacts": [*found["artefacts"], entry]}))
    assert main([str(other), "--out", str(tmp_path / "new"), "--only", "effects"]) == 1
    assert not stale.exists()


def test_list_shows_ids_and_names_and_mistakes_are_said_in_a_line(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["fig1", next(iter(PLOTS))] and lines[-1] == ["numbers", "numbers"]
    assert main([str(run), "--only", "fig99", "--out", str(tmp_path)]) == 2
    assert "there is no fig99" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2


@pytest.mark.skipif(
    not (shutil.which("pdflatex") or shutil.which("tectonic")), reason="no pdflatex and no tectonic here"
)
def test_the_example_paper_is_built_without_a_complaint(paper: Path, tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "main.tex", tmp_path)
    shutil.copytree(paper, tmp_path / "paper")
    if shutil.which("pdflatex"):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"]
    else:
        command = ["tectonic", "--keep-logs", "main.tex"]
    for _ in range(2):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-3000:]
    assert (tmp_path / "main.pdf").read_bytes().startswith(b"%PDF")
    log = (tmp_path / "main.log").read_text(errors="replace")
    for complaint in ("undefined references", "multiply-defined", "Float too large", "LaTeX Font Warning"):
        assert complaint not in log
    assert "?" not in (paper / "numbers.tex").read_text()
