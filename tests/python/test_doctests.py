"""The examples in the docstrings of the public API, run; every public name has one."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from helpers.doc_blocks import ROOT

import tunegrid as tg
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES

MODULES = ("calling", "runs", "plots")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
#: Names whose example is a block of the page of the API, which ``tests/docs`` runs.
ON_A_PAGE = {
    "CurveModel": "curves",
    "Epoch": "curves",
    "Recorded": "curves",
    "Session": "parts",
    "trial_seed": "parts",
}


@pytest.fixture
def names(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that examples may use; what they register is forgotten after them."""
    for registry in (SEARCHERS, SCHEDULERS, TRAINABLES):
        monkeypatch.setattr(registry, "_specs", dict(registry._specs) if len(registry) else {})
        monkeypatch.setattr(registry, "_variants", {})
    monkeypatch.chdir(tmp_path)
    return {"example": example, "run": tg.load(example), "folder": tmp_path}


@pytest.mark.parametrize("name", MODULES)
def test_every_example_of_a_docstring_is_right(name: str, names: dict[str, Any]) -> None:
    module = import_module(f"tunegrid.{name}")
    failed, tried = doctest.testmod(module, extraglobs=names, optionflags=FLAGS)
    assert failed == 0 and tried > 2


@pytest.mark.parametrize("name", tg.__all__)
def test_every_public_name_has_an_example_that_is_right(name: str, names: dict[str, Any]) -> None:
    thing = getattr(tg, name)
    if name in ON_A_PAGE:
        page = ROOT / "docs" / "api" / f"{ON_A_PAGE[name]}.md"
        assert f"tg.{name}" in page.read_text()
        return
    example = doctest.DocTestParser().get_doctest(thing.__doc__ or "", names, f"tunegrid.{name}", None, 0)
    assert example.examples
    assert doctest.DocTestRunner(optionflags=FLAGS).run(example).failed == 0


@pytest.mark.parametrize("thing", [tg.Run.best, tg.Run.compare, tg.Run.recommend])
def test_what_a_user_calls_first_has_an_example(thing: object) -> None:
    assert ">>> " in (thing.__doc__ or "")
