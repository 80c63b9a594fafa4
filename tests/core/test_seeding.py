"""Seeds are hashes of what they belong to: stable for ever, blind to order, the same for all searchers."""

from __future__ import annotations

import inspect
import pickle
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.core.seeding import (
    SEED_BITS,
    OwnGenerators,
    canonical,
    derive,
    searcher_seed,
    seed_generators,
    seed_libraries,
    start_seed,
    trial_seed,
)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
CONFIG = {"lr": 0.1, "momentum": 0.9}


@pytest.fixture
def global_generators() -> Iterator[None]:
    """Give the process its random states back: other tests must not inherit a seed."""
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the libraries' own
    tensors = torch.get_rng_state()
    yield
    random.setstate(python)
    np.random.set_state(legacy)  # noqa: NPY002
    torch.set_rng_state(tensors)


def reordered(value: Any) -> Any:
    """Return an equal value whose dictionaries were filled the other way round."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def test_derived_seeds_never_change() -> None:
    # Another value here means that every stored curve was made with other weights than a new one.
    assert derive() == 665446096
    assert searcher_seed("mnist-convnet", 0) == 1761724517
    assert start_seed("mnist-convnet", 0) == 951035896
    assert trial_seed("mnist-convnet", 3, CONFIG, "weights") == 1603901691


@given(st.lists(values, max_size=4))
def test_derived_seeds_fit_what_every_library_accepts(parts: list[Any]) -> None:
    seed = derive(*parts)
    assert isinstance(seed, int)
    assert 0 <= seed < 2**SEED_BITS
    assert seed == derive(*parts)
    np.random.RandomState(seed)  # the narrowest of them


def test_derived_seeds_use_the_whole_range() -> None:
    seeds = [derive("spread", i) for i in range(400)]
    assert len(set(seeds)) == 400
    eighths = np.bincount([seed * 8 // 2**SEED_BITS for seed in seeds], minlength=8)
    assert eighths.min() >= 25  # 50 expected; below 25 has a chance of about one in 10,000


@given(values)
def test_order_of_a_dictionary_does_not_matter(value: Any) -> None:
    assert derive(value) == derive(reordered(value))
    assert canonical(value) == canonical(reordered(value))


@given(st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans())
def test_numpy_scalars_count_as_the_numbers_they_hold(whole: int, real: float, flag: bool) -> None:
    assert derive(np.int64(whole)) == derive(whole)
    assert derive(np.float64(real)) == derive(real)
    assert derive(np.bool_(flag)) == derive(flag)
    assert derive({"a": np.array([whole, 1])}) == derive({"a": [whole, 1]})


@pytest.mark.parametrize(
    ("one", "other"),
    [((1,), ("1",)), (("ab",), ("a", "b")), ((1, 2), (2, 1)), ((None,), ()), ((0.1,), (0.1000000001,))],
)
def test_other_parts_give_another_seed(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert derive(*one) != derive(*other)


def test_what_has_no_content_of_its_own_is_refused() -> None:
    # repr() of an object holds its address: a seed made of it would change with every run.
    with pytest.raises(TypeError, match="object"):
        derive(object())


def test_no_searcher_or_scheduler_can_enter_a_searchers_seed() -> None:
    assert list(inspect.signature(searcher_seed).parameters) == ["trainable", "repetition"]
    assert len({searcher_seed(t, r) for t in ("mnist-convnet", "digits-mlp") for r in range(50)}) == 100


def test_no_searcher_or_scheduler_can_enter_a_trials_seed() -> None:
    assert set(inspect.signature(trial_seed).parameters) == {
        "trainable",
        "repetition",
        "config",
        "purpose",
        "step",
    }


def test_trial_seed_belongs_to_everything_that_it_names() -> None:
    base = ("mnist-convnet", 0, CONFIG, "order", 1)
    variants: list[tuple[Any, ...]] = [
        base,
        ("digits-mlp", *base[1:]),
        ("mnist-convnet", 1, *base[2:]),
        ("mnist-convnet", 0, CONFIG | {"lr": 0.2}, "order", 1),
        ("mnist-convnet", 0, CONFIG, "weights", 1),
        ("mnist-convnet", 0, CONFIG, "order", 2),
    ]
    assert len({trial_seed(*variant) for variant in variants}) == len(variants)


def test_trial_seed_of_a_configuration_is_the_same_whoever_proposed_it() -> None:
    # One library gives Python's numbers in the space's order, another numpy's, sorted by name.
    theirs = {"momentum": np.float64(0.9), "lr": np.float64(0.1)}
    assert trial_seed("t", 0, theirs, "weights") == trial_seed("t", 0, CONFIG, "weights")


@pytest.mark.usefixtures("global_generators")
def test_seeded_libraries_repeat_and_another_seed_gives_other_numbers() -> None:
    def draws(seed: int) -> tuple[list[float], list[float]]:
        seed_libraries(seed)
        return [random.random() for _ in range(5)], np.random.random(5).tolist()  # noqa: NPY002

    first = draws(1)
    random.random()
    np.random.random()  # noqa: NPY002
    assert draws(1) == first
    python, legacy = draws(2)
    assert python != first[0]
    assert legacy != first[1]


@pytest.mark.usefixtures("global_generators")
def test_seeded_generators_draw_the_same_in_every_library() -> None:
    def draws(seed: int) -> tuple[float, float, float]:
        seed_generators(seed)
        return draw()

    first = draws(1)
    draw()
    assert draws(1) == first
    assert all(one != other for one, other in zip(draws(2), first, strict=True))


def test_torch_that_a_trainable_imports_itself_is_seeded_then() -> None:
    code = """
import sys
from benchmarks.core.seeding import seed_generators
seed_generators(7)
seed_generators(8)
assert "torch" not in sys.modules
import torch
late = float(torch.rand(1))
seed_generators(8)
left = [finder for finder in sys.meta_path if "seeding" in type(finder).__module__]
print(float(torch.rand(1)) == late, torch.__spec__.name, len(left))
seed_generators(7)
print(float(torch.rand(1)) == late)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "torch", "0", "False"]


# Generators of a library's own


def draw() -> tuple[float, float, float]:
    """Draw from every global generator, as a library without one of its own does."""
    return random.random(), float(np.random.normal()), float(torch.rand(1))  # noqa: NPY002


def draws(generators: OwnGenerators, count: int = 1) -> list[tuple[float, float, float]]:
    with generators:
        return [draw() for _ in range(count)]


@pytest.mark.usefixtures("global_generators")
def test_library_draws_the_same_whatever_others_draw_between() -> None:
    alone = draws(OwnGenerators(7), 4)
    generators = OwnGenerators(7)
    between = []
    for disturb in (seed_libraries, random.seed, torch.manual_seed, np.random.seed):
        between += draws(generators)
        disturb(3)
        draw()
    assert between == alone
    assert len(set(alone)) == 4


@pytest.mark.usefixtures("global_generators")
def test_others_draw_as_if_the_library_had_not_been_asked() -> None:
    def others(generators: OwnGenerators | None) -> list[tuple[float, float, float]]:
        seed_libraries(11)
        torch.manual_seed(11)
        drawn = [draw()]
        for _ in range(2):
            if generators:
                draws(generators, 5)
            drawn.append(draw())
        return drawn

    assert others(OwnGenerators(7)) == others(None)


@pytest.mark.usefixtures("global_generators")
def test_seed_alone_decides_what_a_library_draws() -> None:
    first = draws(OwnGenerators(7), 3)
    seed_libraries(99)
    torch.manual_seed(99)
    assert draws(OwnGenerators(7), 3) == first
    other = draws(OwnGenerators(8), 3)
    assert all(a != b for pair in zip(other, first, strict=True) for a, b in zip(*pair, strict=True))


@pytest.mark.usefixtures("global_generators")
def test_failing_library_leaves_others_alone_and_goes_on_where_it_was() -> None:
    alone = draws(OwnGenerators(7), 2)
    generators = OwnGenerators(7)
    before = random.getstate()
    with pytest.raises(RuntimeError), generators:
        assert draw() == alone[0]
        raise RuntimeError("planted")
    assert random.getstate() == before
    assert draws(generators) == alone[1:]


@pytest.mark.usefixtures("global_generators")
def test_pickled_generators_go_on_where_they_were() -> None:
    alone = draws(OwnGenerators(7), 5)
    generators = OwnGenerators(7)
    fresh = pickle.dumps(generators)
    drawn = draws(generators, 3)
    used = pickle.dumps(generators)
    assert drawn + draws(pickle.loads(used), 2) == alone
    assert drawn + draws(generators, 2) == alone
    assert draws(pickle.loads(fresh), 5) == alone


@pytest.mark.usefixtures("global_generators")
def test_one_librarys_generators_inside_anothers_disturb_neither() -> None:
    # A wrapper that asks another searcher within its own turn.
    outer_alone, inner_alone = draws(OwnGenerators(1), 3), draws(OwnGenerators(2), 2)
    outer, inner = OwnGenerators(1), OwnGenerators(2)
    before = random.getstate()
    drawn_outer, drawn_inner = [], []
    with outer:
        drawn_outer.append(draw())
        for _ in range(2):
            drawn_inner += draws(inner)
            drawn_outer.append(draw())
    assert (drawn_outer, drawn_inner) == (outer_alone, inner_alone)
    assert random.getstate() == before


@pytest.mark.usefixtures("global_generators")
def test_same_generators_within_themselves_change_nothing() -> None:
    # A library that calls back into its wrapper; losing the others' states would go unnoticed.
    alone = draws(OwnGenerators(7), 3)
    generators = OwnGenerators(7)
    before, tensors = random.getstate(), torch.get_rng_state()
    with generators:
        drawn = [draw(), *draws(generators), draw()]
    assert drawn == alone
    assert random.getstate() == before
    assert torch.equal(torch.get_rng_state(), tensors)


def test_torch_that_is_imported_late_is_seeded_too_and_never_imported_for_it() -> None:
    code = """
import sys
from benchmarks.core.seeding import OwnGenerators
late, early = OwnGenerators(7), OwnGenerators(7)
with late:
    pass
assert "torch" not in sys.modules
import torch
torch.manual_seed(1)
with late:
    mine = float(torch.rand(1))
with early:
    assert float(torch.rand(1)) == mine
print(float(torch.rand(1)) == float(torch.manual_seed(1) and torch.rand(1)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
