"""The commands in the documentation, parsed as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tunegrid.commands import ORDER, command

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
LINES = sorted(
    {
        line.strip()
        for page in PAGES
        for block in BLOCK.findall(page.read_text())
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("tunegrid ")
    }
)


def test_every_command_is_documented() -> None:
    assert {line.split()[1] for line in LINES} == {*ORDER}


@pytest.mark.parametrize("line", LINES)
def test_a_documented_command_is_understood(line: str) -> None:
    _, name, *arguments = shlex.split(line, comments=True)
    command(name).make_parser().parse_args(arguments)
