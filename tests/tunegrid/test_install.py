"""The program that installs libraries past their requirements: what it would do, and what it refuses."""

from __future__ import annotations

import re

import pytest

from benchmarks.suite.registry import SEARCHERS
from tunegrid.install import INSTALLATIONS, PROG, install, main


@pytest.mark.parametrize("name", list(INSTALLATIONS))
def test_dry_run_says_why_and_shows_each_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--dry-run"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == INSTALLATIONS[name].reason
    assert [line for line in shown if line.startswith("+ pip install --no-deps")]
    assert len(shown) == 1 + len(INSTALLATIONS[name].commands)


def test_what_pip_exits_with_is_the_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert install("syne-tune", dry_run=False) == 1


def test_an_unknown_library_is_misuse() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["nonsense"])


def test_searchers_name_libraries_that_it_knows() -> None:
    named = {
        found[1]
        for name in SEARCHERS
        if (found := re.fullmatch(rf"{re.escape(PROG)} (\S+)", SEARCHERS[name].install))
    }
    assert named
    assert named <= set(INSTALLATIONS)
