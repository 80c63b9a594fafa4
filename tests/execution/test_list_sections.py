"""Lists of tasks: what is said of a recorded table."""

from __future__ import annotations

import json
import re

import pytest

from benchmarks.execution.list_sections import of_kind
from results.store.schema import LEAST_RECALL


def listed(name: str) -> str:
    return " ".join(of_kind("trainables", [name], as_json=False).split())


@pytest.mark.parametrize("name", ["digits-mlp", "mnist-convnet", "mnist-wide"])
def test_a_tables_errors_stand_beside_it(name: str) -> None:
    [task] = json.loads(of_kind("trainables", [name], as_json=True))
    errors = task["table_errors"]
    said = re.search(r"\(R2 (\S+) on configurations left out, (\d+)% of the best 1 % found", listed(name))
    assert said is not None
    assert float(said[1]) == pytest.approx(errors["r2"], abs=0.005)
    assert int(said[2]) == round(100 * errors["recall"])
    warned = "cannot tell which of the best searchers is better" in listed(name)
    assert warned == (errors["recall"] < LEAST_RECALL)


def test_the_table_that_finds_none_of_the_best_says_so_and_a_formula_says_nothing() -> None:
    assert "cannot tell which of the best searchers is better" in listed("mnist-convnet")
    assert "left out" not in listed("branin")
