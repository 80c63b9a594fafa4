"""The examples in the docstrings of the public API, run."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import tunegrid as tg

MODULES = ("calling", "runs", "plots")


@pytest.mark.parametrize("name", MODULES)
def test_every_example_of_a_docstring_is_right(name: str, example: Path, tmp_path: Path) -> None:
    names = {"example": example, "run": tg.load(example), "folder": tmp_path}
    module = import_module(f"tunegrid.{name}")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testmod(module, extraglobs=names, optionflags=flags)
    assert failed == 0 and tried > 2


@pytest.mark.parametrize("thing", [tg.run, tg.load, tg.Run.best, tg.Run.compare, tg.Run.recommend])
def test_what_a_user_calls_first_has_an_example(thing: object) -> None:
    assert ">>> " in (thing.__doc__ or "")
