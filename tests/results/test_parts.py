"""Facts of searchers and schedulers in results: those that are stored, and never their names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from helpers.synthetic import make_run

import results
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from results import Run
from results.figures import PLOTS
from results.figures.style import looks
from results.outputs import NotEnoughData
from results.store.parts import base, base_searchers, full_schedulers, steady

#: Words of ordinary English and of statistics that parts are called by too.
ENGLISH = {"random", "grid", "median", "conditional", "probe", "levy"}
#: Where such a word stands by itself, as a name of something else: a statistic, a section of the page.
ELSEWHERE = {("pairing.py", "median"), ("plain.py", "grid"), ("field.py", "grid")}
ELSEWHERE |= {("report.js", "grid"), ("template.html", "grid"), ("beside.py", "grid")}
ELSEWHERE |= {("combination.js", "median")}  # of curves


def names() -> set[str]:
    """Return the names of all parts, and of the packages that they need."""
    every = [*SEARCHERS.values(), *SCHEDULERS.values(), *TRAINABLES.values()]
    parts = [part for part in every if part.origin.startswith(("searchers.", "schedulers.", "benchmarks."))]
    return {part.name for part in parts} | {name for part in parts for name in part.requires}


def literals() -> Iterator[tuple[str, str]]:
    """Yield file and text of every string in the code that reads results, but for docstrings."""
    folder = Path(results.__file__).parent
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                yield path.name, node.value
    for path in (folder / "report" / "page").iterdir():
        for text in re.findall(r"""["'`]([^"'`\n]*)["'`]""", path.read_text(encoding="utf-8")):
            yield path.name, text


def test_no_part_and_no_package_is_named() -> None:
    every = names()
    assert "optuna-tpe" in every
    clear = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, every - ENGLISH))})(?![\w-])")
    found = [
        (file, text)
        for file, text in literals()
        if (text in every or clear.search(text)) and (file, text) not in ELSEWHERE
    ]
    assert found == []


def test_each_experiment_says_what_its_parts_are() -> None:
    from benchmarks.engines.common.outcome import not_run

    for searcher in SEARCHERS:
        for scheduler in SCHEDULERS:
            row = not_run(experiment(searcher, scheduler), "failed", "x").row
            assert row["searcher_learns"] == SEARCHERS[searcher].learns
            assert row["searcher_base"] == (searcher == "random")
            assert row["searcher_nested_in"] == ("random-2x" if searcher == "random" else "")
            assert row["scheduler_trains_all"] == (scheduler == "fifo")
            assert set(SEARCHERS[searcher].requires) <= set(str(row["packages"]).split())


def experiment(searcher: str, scheduler: str) -> Experiment:
    return Experiment("branin", searcher, scheduler, "cpu", trials=4, epochs=3, workers=2, repetition=0)


def frame(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"status": ["ok"] * len(next(iter(columns.values()))), **columns})


def test_the_base_is_what_is_flagged_whatever_its_name() -> None:
    own = frame(
        searcher=["dice", "dice", "brain", "brain"],
        scheduler=["patient", "hasty", "patient", "hasty"],
        searcher_base=[True, True, False, False],
        searcher_learns=[False, False, True, True],
        scheduler_trains_all=[True, False, True, False],
    )
    assert base(own) == ("dice", "patient")
    assert base_searchers(own) == ["dice"]
    assert full_schedulers(own) == ["patient"]
    assert set(steady(own)["searcher"]) == {"dice"}


@pytest.mark.parametrize("columns", [{}, {"searcher_base": [None], "scheduler_trains_all": [None]}])
def test_an_older_run_says_nothing_of_its_parts(columns: dict[str, list[object]]) -> None:
    own = frame(searcher=["random"], scheduler=["fifo"], **columns)
    assert base(own) is None
    assert full_schedulers(own) == []
    assert steady(own).empty


def test_of_an_older_run_all_else_is_drawn(tmp_path: Path) -> None:
    run = results.load(make_run(tmp_path, 2, 2, 2, clean=True))
    older = run.experiments.assign(searcher_base=None, searcher_learns=None, scheduler_trains_all=None)
    old = Run(older, run.trials, run.results)
    with pytest.raises(NotEnoughData, match="older than the columns"):
        list(PLOTS["killed"](old))
    for name in ("sampled", "gantt", "interaction", "anytime"):
        assert list(PLOTS[name](old))


def test_looks_are_all_different_and_those_of_a_name_stay() -> None:
    few, many = looks(["random", "zoopt"]), looks([f"s{number}" for number in range(32)])
    assert len(set(many.values())) == 32
    assert len({look.colour for look in looks([f"s{number}" for number in range(8)]).values()}) == 8
    assert few["random"] == looks(["random"])["random"]
