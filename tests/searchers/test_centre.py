"""The centre: its first configuration is the middle of every kind of domain, and random search follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ray import tune

from benchmarks.testing.domains import SPACES
from benchmarks.testing.offline import Config, Offline, drive

MIDDLES = [
    (tune.uniform(-5.0, 10.0), 2.5),
    (tune.loguniform(1e-4, 1.0), 0.01),
    (tune.randint(-8, 9), 0),
    (tune.lograndint(1, 1000), 31),
    (tune.quniform(0.0, 1.0, 0.25), 0.5),
    (tune.choice(["a", "b", "c"]), "b"),
    (tune.choice(["a", "b", "c", "d"]), "c"),
]


def given(
    space: Mapping[str, Any], searcher: str = "centre", trials: int = 6, first: tuple[Config, ...] = ()
) -> list[Config]:
    return drive(Offline(searcher, space, trials=trials, seed=3, first=first))


@pytest.mark.parametrize(("domain", "middle"), MIDDLES)
def test_first_configuration_is_the_middle_on_the_domains_own_scale(domain: object, middle: object) -> None:
    assert given({"p": domain})[0] == {"p": pytest.approx(middle) if isinstance(middle, float) else middle}


def test_a_condition_has_the_middle_of_its_middle_branch() -> None:
    branches = [
        {"kind": kind, "lr": tune.loguniform(1e-4, high)} for kind, high in (("a", 1), ("b", 1e-2), ("c", 1))
    ]
    assert given({"model": tune.choice(branches)})[0] == {"model": {"kind": "b", "lr": pytest.approx(1e-3)}}


@pytest.mark.parametrize("kind", SPACES)
def test_what_follows_is_what_random_search_begins_with(kind: str) -> None:
    assert given(SPACES[kind])[1:] == given(SPACES[kind], "random")[:5]


def test_configurations_to_begin_with_come_before_the_middle() -> None:
    first = {"x": 0.125}
    assert given({"x": tune.uniform(0.0, 1.0)}, first=(first,))[:2] == [first, {"x": 0.5}]
    assert given({"x": tune.uniform(0.0, 1.0)}, trials=1, first=(first,)) == [first]
