"""Search spaces that are accepted, and the one line that names what one may not hold."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ray import tune
from ray.tune.search.sample import Categorical

from benchmarks.spaces.acceptance import accepted
from benchmarks.spaces.domains import describe
from benchmarks.spaces.grid_values import as_choices, grids
from benchmarks.spaces.user_functions import check_draws
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, SearchSetup, TrainableSpec
from benchmarks.suite.rules import why_incompatible
from searchers.grid_search import grid_search


class Colour(Enum):
    RED = 1


class Tanh:
    """A class where its name should stand."""


def train(config: dict[str, Any], session: Any) -> None:
    """Report nothing."""


def cyclic() -> dict[str, Any]:
    space: dict[str, Any] = {"x": 1}
    space["self"] = space
    return space


REFUSED: list[tuple[Any, str]] = [
    ({"act": tune.choice([Tanh, "relu"])}, "act holds the class Tanh"),
    ({"net": {"act": Tanh}}, "net.act holds the class Tanh"),
    ({"arr": tune.choice([np.array([1, 2])])}, "arr holds the array"),
    ({"zero": np.array(3)}, "zero holds the array"),
    ({"y": lambda spec: 3.0}, "y holds the function"),
    ({"y": math.sin}, "y holds the function sin"),
    ({"y": object()}, "y holds <object object"),
    ({"y": {1, 2}}, "y holds the set {1, 2}"),
    ({"y": range(3)}, "y holds the range(0, 3)"),
    ({"y": Path("a")}, "y holds PosixPath('a')"),
    ({"y": Decimal("1.5")}, "y holds Decimal('1.5') of type Decimal"),
    ({"y": b"bytes"}, "y holds b'bytes' of type bytes"),
    ({"y": 1j}, "y holds 1j of type complex"),
    ({"y": Colour.RED}, "y holds the member"),
    ({"y": np.datetime64("2020-01-01")}, "of type datetime64"),
    ({"y": "a\ud800"}, r"y holds 'a\ud800'"),
    ({"y": math.nan}, "y holds nan; expected a finite number"),
    ({"y": tune.choice([1.0, math.inf])}, "y holds inf"),
    ({"y": 2**63}, "y holds 9223372036854775808; expected an integer of 64 bits"),
    ({"y": 10**5000}, "y holds an integer of 5001 digits"),
    ({0: tune.uniform(0, 1)}, "has the key 0 in it; expected names, which are text: write '0'"),
    ({"net": {None: 1}}, "has the key None in net"),
    ({"": 1}, "has the name '' in it"),
    ({"a\n": 1}, "has the name 'a\\n' in it"),
    ({"__trial_index__": 1}, "'__trial_index__'; names that begin with __"),
    ({"l": (tune.uniform(0, 1), 3)}, "has domains in the tuple l"),
    ({"l": tune.choice([[64], (64,)])}, "l has the categories (64,) and [64], which are stored alike"),
    ({"l": tune.choice([])}, "l is a choice of nothing"),
    ({"grid_search": [1, 2]}, "is a grid_search without a name"),
    ({"g": {"grid_search": 3}}, "has a grid_search at g that is not a list"),
    ({"g": {"grid_search": []}}, "has a grid_search at g that is not a list"),
    ({"x": tune.uniform(1, 0)}, "x has the bounds 1 and 0; the upper must be not below the lower"),
    ({"x": tune.randint(3, 3)}, "x has the bounds 3 and 3; the upper must be above the lower"),
    ({"x": tune.randint(0, 2**70)}, "x has the bound or step 1180591620717411303424"),
    ({"x": tune.randn(math.nan, 1)}, "x has the bound or step nan"),
    ({"x": tune.uniform(False, 1)}, "x has the bound or step False"),
    ({"x": tune.randint(0.5, 3)}, "x has the bound or step 0.5; expected whole numbers"),
    ({"x": tune.qrandint(1, 3, 4)}, "x: qrandint(1, 3, 4) has no value"),
    ({"x": tune.qrandint(0, 8, -4)}, "x has the step -4; expected one above 0"),
    (cyclic(), "is nested more than 32 deep"),
    ([("x", 1)], "is [('x', 1)]; expected a dict"),
]


@pytest.mark.parametrize(("space", "said"), REFUSED, ids=[said[:30] for _, said in REFUSED])
def test_what_no_configuration_may_hold_is_refused_with_its_path(space: Any, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        accepted(space)
    line = str(refused.value)
    assert said in line
    assert line.isprintable()


@pytest.mark.parametrize(
    "space",
    [
        {},
        {"lr": 0.1, "nested": {"a": [1, None, "b", {"c": True}]}},
        {"layers": tune.choice([[200, 300], (64,), None, [], {"w": 3}])},
        {"opt/lr": tune.loguniform(1e-4, 1), "opt": {"lr": tune.uniform(0, 1)}, "a.b": 1},
        {"mixed": tune.choice([1, 1.0, True, "1", None, 0, False])},
        {"x": tune.randn(), "y": tune.sample_from(lambda config: 1), "z": tune.uniform(1, 1)},
        {"o": tune.choice([{"k": "sgd", "m": tune.uniform(0, 1)}, {"k": "adam"}]), "l": [tune.randint(0, 9)]},
        {"big": tune.randint(-(2**63), 2**63 - 1), "wide": tune.loguniform(1e-200, 1e200)},
    ],
)
def test_what_json_and_tune_have_is_kept_as_it_is(space: dict[str, Any]) -> None:
    kept = accepted(space)
    assert describe(kept) == describe(space)
    assert kept is not space


def test_numpys_scalars_become_pythons_and_tuples_stay() -> None:
    space = {"n": tune.choice(list(np.array([8, 16]))), "b": np.bool_(True), "s": np.str_("a"), "t": (1, 2)}
    kept = accepted(space)
    categories = kept["n"].categories
    assert categories == [8, 16] and {type(item) for item in categories} == {int}
    assert (type(kept["b"]), type(kept["s"]), kept["t"]) == (bool, str, (1, 2))
    assert type(space["n"].categories[0]) is not int  # the user's own is not touched


@pytest.mark.parametrize(
    ("domain", "same"),
    [
        (tune.uniform(np.float32(0), np.float32(0.5)), tune.uniform(0.0, 0.5)),
        (tune.loguniform(np.float64(0.25), Fraction(1, 2)), tune.loguniform(0.25, 0.5)),
        (tune.quniform(np.float16(0), np.int8(4), np.float32(0.5)), tune.quniform(0.0, 4, 0.5)),
        (tune.randint(np.int64(1), np.uint8(9)), tune.randint(1, 9)),
        (tune.qlograndint(np.int32(2), 8, np.int64(2)), tune.qlograndint(2, 8, 2)),
        (tune.randn(np.float32(0.5), np.float32(2)), tune.randn(0.5, 2.0)),
        (tune.qrandn(np.float32(0.5), 2, np.float64(0.5)), tune.qrandn(0.5, 2, 0.5)),
    ],
)
def test_bounds_and_steps_become_pythons(domain: Any, same: Any) -> None:
    kept = accepted({"x": domain, "o": tune.choice([{"x": domain}])})
    for made in (kept["x"], kept["o"].categories[0]["x"]):
        assert numbers(made) == numbers(same)
    assert numbers(domain) != numbers(same)  # the user's own is not touched


def numbers(domain: Any) -> list[tuple[type, Any]]:
    """Return the type and value of all numbers in a domain."""
    parts, sampler = [domain.lower, domain.upper], domain.sampler
    while sampler is not None:
        parts += [getattr(sampler, name, None) for name in ("q", "mean", "sd")]
        sampler = getattr(sampler, "sampler", None)
    return [(type(part), part) for part in parts]


# grid_search


GRIDS = {
    "top": {"lr": tune.grid_search([0.1, 0.2]), "x": tune.uniform(0, 1)},
    "nested": {"net": {"lr": tune.grid_search([0.1, 0.2])}},
    "in a list": {"lrs": [tune.grid_search([0.1, 0.2]), 3]},
    "in a choice": {"o": tune.choice([{"k": "sgd", "lr": tune.grid_search([0.1, 0.2])}, {"k": "adam"}])},
    "by Tune's other way": {"lr": Categorical([0.1, 0.2]).grid()},
}


@pytest.mark.parametrize("where", list(GRIDS))
def test_grid_search_is_for_the_grid_alone_wherever_it_is(where: str) -> None:
    spec = TrainableSpec("mine", "", target=train, space=GRIDS[where], metric="score")
    for name, searcher in SEARCHERS.items():
        reason = why_incompatible(searcher, SCHEDULERS["fifo"], spec)
        if name == "grid":
            assert reason is None
        elif name != "repeater" or reason:
            assert "has a grid_search at" in str(reason), name
    assert len(grids(spec.space())) == 1
    assert grids(as_choices(spec.space())) == []


@pytest.mark.parametrize("where", list(GRIDS))
@pytest.mark.parametrize("trials", [1, 3, 8])
def test_grid_runs_the_grids_own_values_within_the_budget(where: str, trials: int) -> None:
    space = accepted(GRIDS[where])
    plan = grid_search(SearchSetup(space, trials=trials, seed=0, max_concurrent=1))
    assert 1 <= plan.num_samples <= trials
    text = str(plan.algorithm._first)
    assert "grid_search" not in text
    if trials == 8:
        assert "0.1" in text and "0.2" in text


# sample_from


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda config: object(), "x holds <object"),
        (lambda config: np.arange(3), "x holds the array"),
        (lambda config: math.nan, "x holds nan"),
        (lambda config: 1 / 0, "sample_from raised ZeroDivisionError"),
    ],
)
def test_what_a_function_draws_is_looked_at_before_anything_runs(function: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        check_draws({"x": tune.sample_from(function)})
    assert str(refused.value).isprintable()


def test_function_that_draws_plain_values_or_domains_is_taken() -> None:
    check_draws(
        {
            "depth": tune.randint(2, 5),
            "n": tune.sample_from(lambda spec: spec.config.depth * 2),
            "channels": tune.sample_from(lambda spec: [tune.choice([10, 20])] * spec.config.depth),
        }
    )
