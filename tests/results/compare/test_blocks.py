"""Blocks of unfinished runs: which repetitions count, what is left out, and what is said about it."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd

from results.compare.blocks import complete_blocks


def frames(done: dict[str, Any], task: str = "a", failed: Any = ()) -> pd.DataFrame:
    """Return a row for each of the repetitions that each searcher has; ``failed`` ones are not ok."""
    rows = [
        {"trainable": task, "repetition": repetition, "label": name, "scheduler": "fifo", "value": 1.0}
        | {"status": "failed" if (name, repetition) in failed else "ok"}
        for name, repetitions in done.items()
        for repetition in (range(repetitions) if isinstance(repetitions, int) else repetitions)
    ]
    return pd.DataFrame(rows)


def blocks(*parts: pd.DataFrame) -> tuple[list[str], list[tuple[str, int]], str]:
    """Return the searchers and the blocks that are left, and what is said."""
    rows = pd.concat(parts)
    found = complete_blocks(rows[rows["status"] == "ok"], "value", rows)
    assert found.table.notna().all(axis=None)
    return [one for one, _ in found.combinations], found.table.index.to_list(), "; ".join(found.notes)


def test_a_run_killed_halfway_keeps_all_combinations() -> None:
    done = dict.fromkeys("abcd", 10) | dict.fromkeys("wxyz", 3)
    searchers, left, said = blocks(frames(done))
    assert searchers == sorted(done)
    assert left == [("a", 0), ("a", 1), ("a", 2)]
    assert "7 of 10 repetitions are left out" in said
    assert "missing: w x fifo (7), x x fifo (7)" in said


def test_combinations_that_were_not_run_yet_are_named() -> None:
    rows = frames({"a": 4, "b": 4})
    other = frames({"a": 4}).assign(scheduler="asha")
    searchers, left, said = blocks(rows, other)
    assert (len(searchers), len(left)) == (3, 4)
    assert "not run yet, and so not compared: b x asha" in said


def test_one_that_has_a_single_repetition_is_left_out_and_named() -> None:
    searchers, left, said = blocks(frames({"a": 9, "b": 8, "late": 1}))
    assert (searchers, len(left)) == (["a", "b"], 8)
    assert "left out, as too few repetitions would be left for all others: late x fifo" in said


def test_one_repetition_of_all_is_one_block() -> None:
    assert blocks(frames({"a": 1, "b": 1}))[:2] == (["a", "b"], [("a", 0)])


def test_failures_cost_repetitions_up_to_half_of_them() -> None:
    failed = [("x", 1), ("y", 5)]
    searchers, left, said = blocks(frames(dict.fromkeys("abxy", 10), failed=failed))
    assert (searchers, len(left)) == ([*"abxy"], 8)
    assert "2 of 10 repetitions are left out" in said
    failed += [("x", r) for r in range(7)]
    searchers, left, said = blocks(frames(dict.fromkeys("abxy", 10), failed=failed))
    assert (searchers, len(left)) == ([*"aby"], 9)
    assert "as failures would cost more than half of the repetitions: x x fifo" in said


def test_a_task_that_few_have_is_left_out_and_one_that_most_have_stays() -> None:
    first, second = frames(dict.fromkeys("abcde", 4)), frames({"a": 4, "b": 2}, "b")
    searchers, left, said = blocks(first, second)
    assert (searchers, {task for task, _ in left}) == ([*"abcde"], {"a"})
    assert "task b is left out: 3 of 5 combinations have no result on it" in said
    searchers, left, said = blocks(first, frames(dict.fromkeys("abcd", 4), "b"))
    assert (searchers, {task for task, _ in left}) == ([*"abcd"], {"a", "b"})
    assert "left out, without any result on b yet: e x fifo" in said


def test_nothing_common_leaves_the_most_common() -> None:
    searchers, left, said = blocks(frames({"a": range(3), "b": range(3, 8), "c": range(3, 7)}))
    assert (searchers, len(left)) == (["b", "c"], 4)
    assert "a x fifo" in said


def test_no_result_at_all_is_an_empty_table() -> None:
    rows = frames({"a": 2}).assign(value=float("nan"))
    assert complete_blocks(rows, "value", rows).table.empty


def test_whatever_is_missing_what_is_left_has_no_gap_and_all_else_is_named() -> None:
    for done in itertools.product(range(5), repeat=4):
        if sum(map(bool, done)) < 2:
            continue
        named = dict(zip("abcd", done, strict=True))
        searchers, left, said = blocks(frames(named))
        assert left
        for name, many in named.items():
            assert name in searchers or not many or f"{name} x fifo" in said
