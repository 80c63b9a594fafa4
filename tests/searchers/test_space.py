"""Search spaces: what kind a domain is, its levels, and an encoding that keeps domain and distribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from offline import inside
from ray import tune
from ray.tune.search.sample import Categorical, Domain
from scipy import stats

from benchmarks.space import as_floats, cardinality, describe, kind, kinds, levels

DRAWS = 20_000
STRICT = 1e-4  # p below this: the two samples have different distributions

small = st.integers(-50, 50)
steps = st.sampled_from([0.1, 0.25, 1.0, 2.5])


def ordered(first: int, gap: int) -> tuple[int, int]:
    return first, first + gap


def on_grid(bounds: tuple[int, int], step: float) -> tuple[float, float, float]:
    return bounds[0] * step, bounds[1] * step, step


gaps = st.integers(1, 60)
floats = st.builds(ordered, small, gaps)
positive = st.builds(ordered, st.integers(1, 50), gaps)
integer_steps = st.integers(2, 9)

DOMAINS: dict[str, st.SearchStrategy[Domain]] = {
    "uniform": floats.map(lambda b: tune.uniform(b[0] / 7, b[1] / 7)),
    "loguniform": positive.map(lambda b: tune.loguniform(b[0] * 1e-6, b[1])),
    "quniform": st.builds(on_grid, floats, steps).map(lambda a: tune.quniform(*a)),
    "qloguniform": st.builds(on_grid, positive, steps).map(lambda a: tune.qloguniform(*a)),
    "randint": floats.map(lambda b: tune.randint(*b)),
    "lograndint": positive.map(lambda b: tune.lograndint(*b)),
    "qrandint": st.builds(lambda b, q: tune.qrandint(b[0] * q, b[1] * q, q), floats, integer_steps),
    "qlograndint": st.builds(lambda b, q: tune.qlograndint(b[0] * q, b[1] * q, q), positive, integer_steps),
    "choice of strings": st.lists(st.text(), min_size=1, max_size=5, unique=True).map(tune.choice),
    "choice of integers": st.lists(st.integers(), min_size=1, max_size=5, unique=True).map(tune.choice),
    "choice of one": st.sampled_from([tune.choice(["only"]), tune.choice([None]), tune.choice([64])]),
}
OFF_GRID: dict[str, st.SearchStrategy[Domain]] = {
    # Ray lets integer bounds lie between two multiples of the step, and never draws such a bound.
    "qrandint": st.just(tune.qrandint(1, 11, 4)),
    "qlograndint": st.just(tune.qlograndint(5, 55, 4)),
}
EVERY_KIND = [pytest.param(strategy, id=name) for name, strategy in DOMAINS.items()] + [
    pytest.param(strategy, id=f"{name} off its grid") for name, strategy in OFF_GRID.items()
]
fractions = st.floats(0, 1)


def coded(domain: Domain) -> tuple[float, float, Callable[[float], Any]]:
    """Return the encoding of one domain: low, high, decode."""
    encoded, decode = as_floats({"x": domain})
    if cardinality(domain) == 1:
        assert encoded == {}  # nothing to search; decoding adds the constant
        return 0.0, 1.0, lambda u: decode({})["x"]
    assert kind(encoded["x"]) == "uniform"
    return encoded["x"].lower, encoded["x"].upper, lambda u: decode({"x": u})["x"]


def draws_of_tune(domain: Domain, count: int, seed: int) -> list[Any]:
    return list(domain.sample(size=count, random_state=np.random.default_rng(seed)))


@pytest.mark.parametrize("strategy", EVERY_KIND)
@given(data=st.data())
def test_what_an_encoded_value_means_lies_in_the_domain(
    strategy: st.SearchStrategy[Domain], data: st.DataObject
) -> None:
    domain = data.draw(strategy)
    low, high, decode = coded(domain)
    assert low < high
    for fraction in [0.0, 1.0, *data.draw(st.lists(fractions, max_size=5))]:
        value = decode(min(low + (high - low) * fraction, high))
        assert inside(domain, value), (describe(domain), value)
        assert inside(domain, decode(np.float64(low)))  # libraries hand out numpy's floats


@pytest.mark.parametrize("strategy", list(DOMAINS.values()), ids=list(DOMAINS))
@given(data=st.data())
def test_tunes_own_draws_are_inside_too(strategy: st.SearchStrategy[Domain], data: st.DataObject) -> None:
    # What "inside" means is checked against the one who defines it.
    domain = data.draw(strategy)
    assert all(inside(domain, value) for value in draws_of_tune(domain, 30, data.draw(st.integers(0, 9))))


@pytest.mark.parametrize(
    "domain",
    [
        tune.randint(-2, 5),
        tune.qrandint(0, 12, 4),
        tune.qrandint(-8, 8, 2),
        tune.quniform(0, 2, 0.25),
        tune.choice(["a", "b", "c"]),
        tune.lograndint(1, 9),
    ],
    ids=describe,
)
def test_every_value_of_a_small_domain_can_be_reached(domain: Domain) -> None:
    low, high, decode = coded(domain)
    reached = {decode(u) for u in np.linspace(low, high, 4001)}
    assert reached == set(draws_of_tune(domain, 4000, 0))


@pytest.mark.parametrize(
    "domain",
    [
        tune.uniform(-3, 7),
        tune.loguniform(1e-10, 1),
        tune.quniform(0, 5, 0.5),
        tune.quniform(-1, 1, 0.01),
        tune.qloguniform(0.5, 50, 0.5),
        tune.randint(3, 9),
        tune.randint(0, 2),
        tune.randint(-3, 9),
        tune.lograndint(1, 9),
        tune.lograndint(8, 129),
        tune.qrandint(0, 10, 1),
        tune.qrandint(0, 30, 10),
        tune.qlograndint(4, 64, 4),
        tune.choice([16, 32, 64, 128]),
        tune.choice(["relu", "tanh", "gelu"]),
    ],
    ids=describe,
)
def test_uniform_draws_of_the_encoding_have_the_distribution_of_the_domain(domain: Domain) -> None:
    low, high, decode = coded(domain)
    ours = [decode(u) for u in np.random.default_rng(1).uniform(low, high, DRAWS)]
    tunes = draws_of_tune(domain, DRAWS, 2)
    if kind(domain) in {"uniform", "loguniform"}:
        p = stats.ks_2samp(ours, tunes).pvalue
    else:
        counts = Counter(ours), Counter(tunes)
        # Values that both draw rarely go into one cell: chi-square needs a few in each.
        often = [value for value in counts[0] | counts[1] if counts[0][value] + counts[1][value] >= 20]
        table = [[count[value] for value in often] for count in counts]
        for row in table:
            row.append(DRAWS - sum(row) + 1)
        p = stats.chi2_contingency(table).pvalue
    assert p > STRICT


def test_encoding_touches_neither_constants_nor_other_names() -> None:
    encoded, decode = as_floats({"lr": tune.loguniform(1e-4, 1), "depth": 3, "name": "net"})
    assert (encoded["depth"], encoded["name"]) == (3, "net")
    config = decode({"lr": 0.75, "depth": 3, "name": "net"})
    assert config == {"lr": pytest.approx(0.1), "depth": 3, "name": "net"}
    assert list(config) == ["lr", "depth", "name"]


def test_native_kinds_are_left_to_the_library() -> None:
    space = {"lr": tune.loguniform(1e-4, 1), "units": tune.qrandint(8, 64, 8)}
    encoded, decode = as_floats(space, native=frozenset({"loguniform"}))
    assert encoded["lr"] is space["lr"]
    assert decode({"lr": 0.25, "units": 0.0}) == {"lr": 0.25, "units": 8}


def test_domain_of_one_value_becomes_a_constant() -> None:
    encoded, decode = as_floats(
        {"a": tune.randint(4, 5), "b": tune.choice(["only"]), "c": tune.uniform(0, 1)}
    )
    assert list(encoded) == ["c"]
    assert decode({"c": 0.5}) == {"a": 4, "b": "only", "c": 0.5}


def test_decoding_gives_pythons_own_numbers() -> None:
    # A configuration becomes JSON and typed columns of the store.
    space = {"a": tune.uniform(0, 1), "b": tune.randint(0, 9), "c": tune.qloguniform(1, 10, 1)}
    _, decode = as_floats(space)
    config = decode({name: np.float64(0.5) for name in space})
    assert {name: type(value) for name, value in config.items()} == {"a": float, "b": int, "c": float}


@pytest.mark.parametrize("domain", [tune.randn(), tune.qrandn(0, 1, 0.1), tune.sample_from(lambda _: 1)])
def test_domain_without_an_encoding_is_refused(domain: Domain) -> None:
    with pytest.raises(ValueError, match="cannot be encoded as a float"):
        as_floats({"x": domain})


def test_nested_space_is_refused_as_documented() -> None:
    with pytest.raises(ValueError):
        as_floats({"net": {"lr": tune.loguniform(1e-4, 1)}})


@pytest.mark.parametrize("strategy", EVERY_KIND)
@given(data=st.data(), count=st.integers(1, 12))
def test_levels_are_distinct_values_of_the_domain_in_order(
    strategy: st.SearchStrategy[Domain], data: st.DataObject, count: int
) -> None:
    domain = data.draw(strategy)
    chosen = levels(domain, count)
    assert 1 <= len(chosen) <= count
    assert all(inside(domain, value) for value in chosen), (describe(domain), chosen)
    assert len(set(chosen)) == len(chosen)
    if isinstance(domain, Categorical):
        assert chosen == [item for item in domain.categories if item in chosen]
    else:
        assert chosen == sorted(chosen)


@given(floats, st.integers(1, 12))
def test_as_many_levels_as_asked_where_there_are_as_many(bounds: tuple[int, int], count: int) -> None:
    low, high = bounds
    assert len(levels(tune.uniform(low, high), count)) == count
    assert len(levels(tune.loguniform(1e-6, high - low), count)) == count
    size = high - low
    assert len(levels(tune.randint(5, 5 + size), count)) == min(count, size)
    assert levels(tune.randint(5, 5 + size), size) == list(range(5, 5 + size))
    assert len(levels(tune.choice(list(range(size))), count)) == min(count, size)


def test_negative_integers_have_as_many_levels() -> None:
    assert levels(tune.randint(-2, 2), 4) == [-2, -1, 0, 1]


def test_levels_are_the_centres_of_equal_slices_on_the_domains_own_scale() -> None:
    assert levels(tune.uniform(0, 4), 4) == [0.5, 1.5, 2.5, 3.5]
    assert levels(tune.loguniform(1e-4, 1), 2) == pytest.approx([1e-3, 1e-1])
    assert levels(tune.randint(0, 9), 3) == [1, 4, 7]
    assert levels(tune.choice("abcd"), 2) == ["b", "d"]
    assert levels(tune.uniform(-1, 3), 1) == [1.0]


def test_categories_may_be_lists() -> None:
    layers = [[64], [64, 64]]
    assert levels(tune.choice(layers), 2) == layers


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (tune.uniform(0, 1), "uniform"),
        (tune.loguniform(1, 2), "loguniform"),
        (tune.quniform(0, 1, 0.5), "quniform"),
        (tune.qloguniform(1, 2, 0.5), "qloguniform"),
        (tune.randint(0, 2), "randint"),
        (tune.lograndint(1, 3), "lograndint"),
        (tune.qrandint(0, 4, 2), "qrandint"),
        (tune.qlograndint(2, 4, 2), "qlograndint"),
        (tune.choice([1, 2]), "choice"),
        (tune.randn(), "other"),
        (tune.qrandn(0, 1, 0.5), "other"),
        (tune.sample_from(lambda _: 1), "other"),
    ],
)
def test_kind_is_the_name_of_tunes_function(domain: Domain, expected: str) -> None:
    assert kind(domain) == expected
    if expected != "other":
        assert describe(domain).startswith(f"{expected}(")


def test_kinds_looks_into_nested_spaces_and_past_constants() -> None:
    space = {
        "lr": tune.loguniform(1e-4, 1),
        "momentum": 0.9,
        "net": {"depth": tune.randint(1, 4), "act": {"name": tune.choice("ab"), "slope": 0.1}},
        "more": {"lr": tune.loguniform(1e-4, 1)},
    }
    assert kinds(space) == {"loguniform", "randint", "choice"}
    assert kinds({"momentum": 0.9, "net": {}}) == set()


def test_description_can_be_pasted_into_a_space() -> None:
    for domain in (tune.loguniform(1e-10, 1), tune.quniform(0, 0.5, 0.1), tune.qrandint(8, 64, 8)):
        again = eval(f"tune.{describe(domain)}", {"tune": tune})
        assert describe(again) == describe(domain)
        assert (again.lower, again.upper) == (domain.lower, domain.upper)
