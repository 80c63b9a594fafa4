"""Working folders whose files hide modules of Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tunegrid.import_path import ROOT, ShadowedError, check_folder

ANSWER = (
    "tunegrid: {path} hides Python's own module {name!r} from the processes of a run; rename it, or start in"
)


@pytest.mark.parametrize(("file", "name"), [("random.py", "random"), ("queue/__init__.py", "queue")])
def test_a_file_that_every_process_would_import_is_one_line(tmp_path: Path, file: str, name: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("raise SystemExit('imported')\n")
    command = [sys.executable, "-P", "-m", "tunegrid", "run", "--trainables", "branin", "--engine", "virtual"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    shown = path.parent if path.name == "__init__.py" else path
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{ANSWER.format(path=shown, name=name)} another folder\n"


def test_other_files_may_be_there(tmp_path: Path) -> None:
    for name in ("train.py", "test.py", "sched.py", "random.txt", "queue.csv"):
        (tmp_path / name).touch()
    (tmp_path / "random").mkdir()  # without __init__.py it is no package before Python's module
    check_folder(tmp_path)


def test_the_first_in_the_alphabet_is_named(tmp_path: Path) -> None:
    for name in ("types.py", "copy.py"):
        (tmp_path / name).touch()
    with pytest.raises(ShadowedError, match=r"copy\.py hides Python's own module 'copy'"):
        check_folder(tmp_path)
