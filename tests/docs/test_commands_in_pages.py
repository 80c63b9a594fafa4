"""The commands in the documentation, parsed as they are written."""

from __future__ import annotations

import shlex

import pytest
from helpers.doc_blocks import PAGES, blocks_of

from tunegrid.commands import ORDER, command

LINES = sorted(
    {
        line.strip()
        for page in PAGES
        for block in blocks_of(page)
        for line in block.text.replace("\\\n", " ").splitlines()
        if block.language == "sh" and line.startswith("tunegrid ")
    }
)


def test_every_command_is_documented() -> None:
    assert {line.split()[1] for line in LINES} == {*ORDER}


@pytest.mark.parametrize("line", LINES)
def test_a_documented_command_is_understood(line: str) -> None:
    _, name, *arguments = shlex.split(line, comments=True)
    command(name).make_parser().parse_args(arguments)
