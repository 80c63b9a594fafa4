"""The code blocks of README and docs, run as they are written, on small settings."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.doc_blocks import LANGUAGES, PAGES, ROOT, Block, blocks_of
from helpers.doc_program import STANDINS
from helpers.doc_settings import NOT_RUN, why_not_run

import tunegrid as tg

#: Pages whose blocks need a package that is no requirement: they are run where it is installed.
NEEDS = {"docs/tutorials/lightgbm.md": "lightgbm", "docs/tutorials/lightning.md": "lightning"}
#: What else a shell block may call.
SHELL = {"cd", "mv", "touch", "for", "do", "done", "export", "echo", "cat"}
WITH_CODE = [page for page in PAGES if any(block.language != "text" for block in blocks_of(page))]


def commands(block: Block) -> Iterator[list[str]]:
    """Yield the words of each command of a shell block."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        for part in " ".join(map(shlex.quote, words)).split(" '&&' "):
            if named := [word for word in shlex.split(part) if not re.fullmatch(r"[A-Z_]+=.*", word)]:
                yield named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_has_a_language(page: Path) -> None:
    assert [block.place for block in blocks_of(page) if block.language not in LANGUAGES] == []


def test_every_command_is_one_that_is_run_or_has_a_reason() -> None:
    used, unknown = set(), []
    for page in PAGES:
        for block in blocks_of(page):
            for words in commands(block) if block.language == "sh" else ():
                if why_not_run(words):
                    used.add(why_not_run(words))
                elif words[0] not in (*STANDINS, *SHELL):
                    unknown.append(f"{block.place}: {words[0]}")
    assert unknown == []
    assert [start for start, why in NOT_RUN.items() if why not in used] == []


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that pages may speak of: two searchers and two schedulers, 8 workers."""
    folder = tmp_path_factory.mktemp("stock")
    tg.run(
        trainables="digits-mlp",
        searchers=["random", "optuna-tpe"],
        schedulers=["asha", "fifo"],
        **{"trials": 8, "epochs": 9, "workers": 8, "repetitions": 4, "engine": "virtual", "figures": False},
        out=folder,
        name="mine",
    )
    return folder / "mine"


#: A page takes a minute on an idle machine; one that waits for somebody takes forever.
MOST_S = 900


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_blocks_of_a_page_run(page: Path, stock: Path, tmp_path: Path) -> None:
    package = NEEDS.get(str(page.relative_to(ROOT)))
    if package and importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    path = os.pathsep.join([str(ROOT / "tests"), os.environ["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "helpers.doc_program", page, stock],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path, "TUNEGRID_PLUGINS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=MOST_S,
    )
    assert done.returncode == 0, done.stdout[-6000:]
