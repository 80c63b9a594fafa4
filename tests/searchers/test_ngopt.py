"""NGOpt of Nevergrad works for every budget, look-ahead and dimension, and as Nevergrad means it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nevergrad as ng
import numpy as np
import pytest
from nevergrad.optimization import metamodel, optimizerlib
from nevergrad.optimization.recaster import RecastOptimizer
from ray import tune

from benchmarks.testing.offline import Config, End, Offline, drive
from searchers._metamodel import SoundMetaModel, _parts


def cube(dimension: int) -> dict[str, Any]:
    return {f"x{i}": tune.uniform(0, 1) for i in range(dimension)}


def bowl(config: Config) -> float:
    return -float(sum((value - 0.3) ** 2 for value in config.values()))


def asked(dimension: int, budget: int, max_concurrent: int) -> Offline:
    return Offline("nevergrad-ngopt", cube(dimension), trials=budget, max_concurrent=max_concurrent)


def optimizer_of(search: Offline) -> Any:
    return search.algorithm.searcher.searcher._nevergrad_opt


def trees() -> Iterator[Any]:
    """What NGOpt picks, as a list of all parts, for budgets from 1 to 1000."""
    for dimension in (1, 2, 5, 12):
        for max_concurrent in (1, 3, 8):
            for budget in (1, 8, 24, 100, 400, 1000):
                search = asked(dimension, budget, max_concurrent)
                search.ask()
                yield list(_parts(optimizer_of(search)))


def test_no_part_is_one_that_breaks_or_waits() -> None:
    seen = set()
    for parts in trees():
        for part in parts:
            seen.add(type(part))
            assert type(part) is not optimizerlib._MetaModel
            assert not isinstance(part, RecastOptimizer), "runs in a thread until a failed trial has a result"
    assert SoundMetaModel in seen


@pytest.mark.parametrize(
    ("dimension", "budget", "max_concurrent", "trials"),
    [(1, 200, 1, 30), (2, 50, 2, 45), (5, 400, 8, 60)],
)
def test_its_meta_model_finds_the_bottom_of_a_bowl(
    dimension: int, budget: int, max_concurrent: int, trials: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[Any] = []
    learn = SoundMetaModel._internal_ask_candidate.__globals__["learn_on_k_best"]

    def noted(*given: Any) -> Any:
        learned.append(found := learn(*given))
        return found

    monkeypatch.setitem(SoundMetaModel._internal_ask_candidate.__globals__, "learn_on_k_best", noted)
    given = drive(asked(dimension, budget, max_concurrent), objective=bowl, count=trials)
    assert len(given) == trials
    assert learned, "the quadratic model was never searched to its end"
    # A parabola is what a quadratic model knows exactly.
    assert max(map(bowl, given)) > -1e-3


@pytest.mark.parametrize("max_concurrent", [1, 2, 8])
@pytest.mark.parametrize("dimension", [1, 3])
def test_failed_trials_never_stop_it(dimension: int, max_concurrent: int) -> None:
    given = drive(
        asked(dimension, 40, max_concurrent),
        objective=bowl,
        at_once=max_concurrent,
        ends=lambda number: End.FAILS if number % 3 else End.OK,
    )
    assert len(given) == 40


def test_nevergrad_itself_stays_as_it_is() -> None:
    drive(asked(2, 50, 2), objective=bowl, count=20)
    assert not hasattr(metamodel, "float")
    assert optimizerlib.learn_on_k_best is metamodel.learn_on_k_best
    assert optimizerlib._MetaModel._internal_ask_candidate.__globals__ is vars(optimizerlib)


def test_nevergrads_own_meta_model_still_needs_the_repair() -> None:
    space = ng.p.Dict(x=ng.p.Scalar(lower=0, upper=1), y=ng.p.Scalar(lower=0, upper=1))
    space.random_state = np.random.RandomState(1)
    optimizer = ng.optimizers.NGOpt(space, budget=50, num_workers=2)
    with pytest.raises(TypeError, match="only 0-dimensional arrays"):
        for _ in range(50):
            candidate = optimizer.ask()
            optimizer.tell(candidate, -bowl(candidate.value))
