"""A page of the documentation as a program: its blocks, one after the other, in one folder.

``python -m helpers.doc_program PAGE STOCK``, in an empty folder.  Shell blocks run by bash, whose
``tunegrid``, ``python``, ``pip`` and so on are stand-ins (``doc_command``) that make the settings small.
Python blocks share their names.  A block that begins with the comment of a file's name is that file.  STOCK
is the folder of a run, which stands for each run that a page speaks of and does not make.
"""

from __future__ import annotations

import doctest
import linecache
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from helpers.doc_blocks import Block, blocks_of

STANDINS = (
    *("tunegrid", "python", "pip", "tox", "pytest", "pre-commit", "pdflatex"),
    *("ray", "kubectl", "sbatch"),
)
_RUN = re.compile(r"runs/([\w-]+)")
_MADE = re.compile(r"(?:--name|--out runs --name) ([\w-]+)")


def main(page: Path, stock: Path) -> None:
    """Run the blocks of a page."""
    sys.path.insert(0, "")
    blocks = blocks_of(page)
    _put_standins(Path("bin"))
    for block in blocks:
        print(f"== {block.place}", flush=True)
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            _put_runs(block, stock)
            subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], check=True)
        elif block.language == "python":
            _put_runs(block, stock)
            _run_python(block)
        elif block.language == "pycon":
            _run_session(block)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "yaml":
            yaml.safe_load(block.text)


def _put_standins(folder: Path) -> None:
    """Put programs first on the path that call ``doc_command`` in place of the real ones."""
    folder.mkdir()
    for name in STANDINS:
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m helpers.doc_command {name} "$@"\n')
        path.chmod(0o755)
    os.environ["PATH"] = f"{folder.absolute()}{os.pathsep}{os.environ['PATH']}"


def _put_runs(block: Block, stock: Path) -> None:
    """Copy the run STOCK to each folder of a run that a block speaks of, if nothing has made it."""
    made = set(_MADE.findall(block.text))
    for name in set(_RUN.findall(block.text)) - made:
        if name not in ("curves", "bisect") and not Path("runs", name).exists():
            shutil.copytree(stock, Path("runs", name))


def _run_python(block: Block) -> None:
    """Run a block with the names of those before it."""
    main = sys.modules["__main__"]
    linecache.cache[block.place] = (len(block.text), None, block.text.splitlines(True), block.place)
    exec(compile(block.text, block.place, "exec"), vars(main))


def _run_session(block: Block) -> None:
    """Run what was typed at Python's prompt, and compare what it prints."""
    session = doctest.DocTestParser().get_doctest(block.text, {}, block.place, block.page, block.line)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    if runner.run(session).failed:
        raise SystemExit(f"{block.place}: it prints something else")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
