"""``tunegrid curves``: what a folder of curves has, and what is damaged in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.trained_curves import failed, fill, head, trained

from benchmarks.curves.live.__main__ import main
from benchmarks.curves.live.epochs import CurveHead
from benchmarks.curves.live.store import CurveStore

OTHER = CurveHead("a" * 20, "6" * 16, 0, "{}", 1.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with 4 curves of 2 subjects: one failed, one in a journal, one with a checkpoint."""
    store = CurveStore(tmp_path)
    fill(store, 2, 3)
    store.add(OTHER, trained(1))
    store.add(OTHER, failed(2))
    kept = store.new_checkpoint()
    (kept / "weights").write_bytes(bytes(2048))
    store.keep_checkpoint(head(0).key, 3, kept)
    store.close()
    CurveStore(tmp_path).add(head(7), trained(1))
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    assert main([*map(str, words)], "tunegrid curves") == code
    captured = capsys.readouterr()
    return captured.out if code != 2 else captured.err


def tree(folder: Path) -> dict[Path, Any]:
    return {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in folder.rglob("*")
    }


def test_it_counts_by_subject_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(folder)
    text = answer(capsys, folder)
    assert f"{folder}: 4 curves, 9 epochs, 1 failed, " in text
    assert "  5555555555555555: 3 curves, 7 epochs, 0 failed, " in text and "1 checkpoints of 2.0 KiB" in text
    seen = json.loads(answer(capsys, folder, "--json"))
    assert seen["subjects"]["6666666666666666"]["failed"] == 1 and seen["notes"] == []
    assert seen["total"]["seconds"] == pytest.approx(2 * (3 * 0.25 + 6) + 1.25 + 1.25 + 1.0)
    assert seen["total"]["checkpoints_bytes"] == 2048 and seen["curves_bytes"] > 1000
    assert "all that is there is whole" in answer(capsys, folder, "--verify")
    assert tree(folder) == before


def test_verifying_names_every_damaged_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [journal] = folder.glob("journal-*")
    whole = journal.read_bytes()
    journal.write_bytes(whole.replace(b"accuracy", b"accurac!"))
    assert f"{journal}: line 2 does not fit its checksum" in answer(capsys, folder, "--verify", code=1)
    journal.write_bytes(whole)
    for table in ("curves", "epochs"):
        [file] = (folder / table).iterdir()
        file.write_bytes(file.read_bytes()[:-1])
    lines = answer(capsys, folder, "--verify", code=1).splitlines()
    assert len(lines) == 2 and "/curves/" in lines[0] and "/epochs/" in lines[1]
    error = answer(capsys, folder, code=2)
    assert error.startswith("tunegrid curves: ") and error.count("\n") == 1 and "move it away" in error


def test_forgetting_failures_lets_them_be_trained_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = answer(capsys, folder, "--forget-failures")
    assert f"{folder}: 1 failures forgotten\n" in text and "4 curves, 8 epochs, 0 failed" in text
    store = CurveStore(folder)
    store.add(OTHER, trained(2))
    assert [epoch.failure for epoch in store.epochs(OTHER.key)] == ["", ""]
    assert store.checkpoints(head(0).key) == [3]


def test_what_is_no_folder_of_curves_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--verify",), ("--forget-failures",)):
        assert "is not a folder of curves; give" in answer(capsys, tmp_path, *words, code=2)
        assert "does not exist; give" in answer(capsys, tmp_path / "gone", *words, code=2)
    assert list(tmp_path.iterdir()) == []
