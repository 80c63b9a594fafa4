"""Common partners: searchers are compared over the schedulers that all of them have."""

from __future__ import annotations

import itertools

from results.compare.ledger import common


def test_what_lacks_a_common_partner_is_left_out_if_more_is_compared_without_it() -> None:
    pairs = [*itertools.product("abcd", "xyz"), ("e", "x")]
    assert common(pairs, 0) == ([*"abcd"], [*"xyz"])
    assert common(pairs, 1) == ([*"xyz"], [*"abcd"])


def test_partners_that_few_have_do_not_count() -> None:
    pairs = [*itertools.product("abcdef", "xy"), ("a", "slow"), ("b", "slow")]
    assert common(pairs, 0) == ([*"abcdef"], [*"xy"])


def test_all_of_a_complete_grid_count() -> None:
    assert common(list(itertools.product("ab", "xy")), 0) == ([*"ab"], [*"xy"])


def test_without_anything_in_common_all_are_shown() -> None:
    assert common([("a", "x"), ("b", "y")], 0) == ([*"ab"], [*"xy"])
