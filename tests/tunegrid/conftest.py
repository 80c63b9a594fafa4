"""The command line as a function; what it would run is noted and not run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.calling import Call, Misused

from benchmarks import run
from benchmarks.execution import resume, start


@pytest.fixture(autouse=True)
def carried_out(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, list[Any]]]:
    """Note what would be run in place of running it: no test here starts a cluster."""
    noted: list[tuple[Path, list[Any]]] = []

    def note(args: Any, folder: Path, experiments: list[Any], *rest: Any) -> int:
        noted.append((folder, experiments))
        return 0

    for module in (start, resume):
        monkeypatch.setattr(module, "carry_out", note)
    return noted


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return the command as a function: arguments to (exit code, stdout, stderr), in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def command(*argv: object) -> tuple[int, str, str]:
        try:
            code = run.main([str(word) for word in argv])
        except SystemExit as exit_:  # argparse ends the process itself
            code = int(str(exit_.code))
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def misused(call: Call, carried_out: list[Any]) -> Misused:
    """Return a function that expects misuse and returns the one line that says what is wrong."""

    def command(*argv: object) -> str:
        code, out, err = call(*argv)
        assert code == 2
        assert out == ""
        assert "Traceback" not in err
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert err.startswith("python -m benchmarks.run: ")
        assert carried_out == []
        return err.removeprefix("python -m benchmarks.run: ").rstrip()

    return command
