"""Search spaces: what kind a domain is, its levels, and each domain as a share of [0, 1]."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune
from ray.tune.search.sample import Categorical, Domain
from scipy import stats

from benchmarks.spaces.domains import (
    cardinality,
    describe,
    fraction,
    from_fraction,
    kind,
    kinds,
    levels,
    nearest,
)
from benchmarks.testing import inside

DRAWS = 20_000
STRICT = 1e-4  # p below this: the two samples have different distributions

small = st.integers(-50, 50)
steps = st.sampled_from([0.1, 0.25, 1.0, 2.5])


def ordered(first: int, gap: int) -> tuple[int, int]:
    return first, first + gap


def on_grid(bounds: tuple[int, int], step: float) -> tuple[float, float, float]:
    # As people write them: 0.3, not 3 * 0.1, which is a little more.
    return round(bounds[0] * step, 6), round(bounds[1] * step, 6), step


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

SMALL = [
    tune.randint(-2, 5),
    tune.qrandint(0, 12, 4),
    tune.qrandint(-8, 8, 2),
    tune.quniform(0, 2, 0.25),
    tune.quniform(0, 0.3, 0.1),  # 0.3 / 0.1 is less than 3
    tune.quniform(3 * 0.1, 0.5, 0.1),  # and 3 * 0.1 more than 0.3
    tune.qloguniform(0.1, 0.7, 0.1),
    tune.choice(["a", "b", "c"]),
    tune.lograndint(1, 9),
]


def draws_of_tune(domain: Domain, count: int, seed: int) -> list[Any]:
    return list(domain.sample(size=count, random_state=np.random.default_rng(seed)))


@pytest.mark.parametrize("strategy", EVERY_KIND)
@given(data=st.data())
def test_every_fraction_means_a_value_of_the_domain(
    strategy: st.SearchStrategy[Domain], data: st.DataObject
) -> None:
    domain = data.draw(strategy)
    decode = from_fraction(domain)
    for share in [0.0, 1.0, np.float64(0.5), *data.draw(st.lists(fractions, max_size=5))]:
        value = decode(share)
        assert inside(domain, value), (describe(domain), value)
        assert type(value) in (int, float) or isinstance(domain, Categorical)  # no numpy: it becomes JSON


@pytest.mark.parametrize("strategy", EVERY_KIND)
@given(data=st.data(), share=fractions)
def test_fraction_is_the_way_back(
    strategy: st.SearchStrategy[Domain], data: st.DataObject, share: float
) -> None:
    domain = data.draw(strategy)
    decode, encode = from_fraction(domain), fraction(domain)
    value = decode(share)
    back = encode(value)
    assert 0 <= back <= 1
    if kind(domain) in ("uniform", "loguniform"):
        assert decode(back) == pytest.approx(value, rel=1e-9, abs=1e-9)
        assert back == pytest.approx(share, abs=1e-9)
    else:
        assert decode(back) == value


@pytest.mark.parametrize("strategy", list(DOMAINS.values()), ids=list(DOMAINS))
@given(data=st.data())
def test_tunes_own_draws_are_inside_and_have_a_fraction(
    strategy: st.SearchStrategy[Domain], data: st.DataObject
) -> None:
    # What "inside" means is checked against the one who defines it.
    domain = data.draw(strategy)
    for value in draws_of_tune(domain, 30, data.draw(st.integers(0, 9))):
        assert inside(domain, value)
        assert 0 <= fraction(domain)(value) <= 1


@pytest.mark.parametrize(
    ("domain", "values"),
    [
        (tune.uniform(0, 1), [-0.1, 1.1, float("nan")]),
        (tune.loguniform(1e-6, 1), [0, 1e-7, -1, 1.1]),
        (tune.quniform(0, 1, 0.5), [0.25, 1.5]),
        (tune.randint(0, 4), [4, -1, 2.5]),
        (tune.qrandint(0, 8, 4), [2, 12]),
        (tune.lograndint(1, 8), [0, 8]),
        (tune.choice(["a", "b"]), ["c", 0]),
    ],
    ids=lambda part: describe(part) if isinstance(part, Domain) else str(part),
)
def test_what_is_no_value_of_the_domain_has_no_fraction(domain: Domain, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(ValueError):
            fraction(domain)(value)


@pytest.mark.parametrize("domain", SMALL, ids=describe)
def test_every_value_of_a_small_domain_can_be_reached_and_is_counted(domain: Domain) -> None:
    decode = from_fraction(domain)
    reached = {decode(u) for u in np.linspace(0, 1, 4001)}
    assert reached == set(draws_of_tune(domain, 4000, 0))
    assert cardinality(domain) == len(reached)


@pytest.mark.parametrize("domain", [tune.qrandint(1, 3, 4), tune.qlograndint(5, 7, 4)], ids=describe)
def test_step_without_a_multiple_in_its_bounds_is_refused(domain: Domain) -> None:
    with pytest.raises(ValueError):
        draws_of_tune(domain, 1, 0)  # Tune does so too
    for function in (cardinality, from_fraction, fraction):
        with pytest.raises(ValueError, match="has no value"):
            function(domain)


@pytest.mark.parametrize(
    "domain",
    [
        tune.uniform(-3, 7),
        tune.loguniform(1e-10, 1),
        tune.quniform(0, 5, 0.5),
        tune.quniform(0, 0.3, 0.1),
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
def test_uniform_fractions_have_the_distribution_of_the_domain(domain: Domain) -> None:
    decode = from_fraction(domain)
    ours = [decode(u) for u in np.random.default_rng(1).random(DRAWS)]
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


@pytest.mark.parametrize("domain", [tune.randn(), tune.qrandn(0, 1, 0.1), tune.sample_from(lambda _: 1)])
def test_domain_without_an_encoding_is_refused(domain: Domain) -> None:
    for function in (from_fraction, fraction):
        with pytest.raises(ValueError, match=r"^(randn|sample_from) cannot be encoded as a float"):
            function(domain)


@pytest.mark.parametrize("strategy", EVERY_KIND)
@given(data=st.data(), value=st.integers(-10_000, 10_000) | st.floats(-1e4, 1e4))
def test_nearest_value_is_inside_and_of_a_value_itself(
    strategy: st.SearchStrategy[Domain], data: st.DataObject, value: float
) -> None:
    domain = data.draw(strategy)
    own = data.draw(fractions.map(from_fraction(domain)))
    assert nearest(domain, own) == own
    if not isinstance(domain, Categorical):
        assert inside(domain, nearest(domain, value))
        assert abs(nearest(domain, value) - value) <= abs(own - value) + 1e-9


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
        (tune.choice([{"a": 1}, {"a": 2}]), "choice"),
        (tune.choice([{"a": tune.uniform(0, 1)}, {"b": 2}]), "conditional"),
        (tune.choice([tune.uniform(0, 1), 3]), "conditional"),
        (tune.randn(), "other"),
        (tune.qrandn(0, 1, 0.5), "other"),
        (tune.sample_from(lambda _: 1), "other"),
    ],
)
def test_kind_is_the_name_of_tunes_function(domain: Domain, expected: str) -> None:
    assert kind(domain) == expected
    if expected not in ("other", "conditional"):
        assert describe(domain).startswith(f"{expected}(")


def test_kinds_looks_into_nested_spaces_and_past_constants() -> None:
    space = {
        "lr": tune.loguniform(1e-4, 1),
        "momentum": 0.9,
        "net": {"depth": tune.randint(1, 4), "act": {"name": tune.choice("ab"), "slope": 0.1}},
        "layers": [8, tune.qrandint(8, 64, 8)],
        "more": {"lr": tune.loguniform(1e-4, 1)},
    }
    assert kinds(space) == {"loguniform", "randint", "choice", "qrandint"}
    assert kinds({"momentum": 0.9, "net": {}, "layers": [], "name": "abc"}) == set()
    condition = tune.choice([{"x": tune.uniform(0, 1)}, {"y": tune.choice([{"z": tune.randint(0, 2)}, 1])}])
    assert kinds(condition) == {"conditional", "uniform", "randint"}
    assert kinds({"a": tune.choice([{"x": tune.grid_search([1, 2])}, 3])}) == {"conditional", "other"}


def test_description_can_be_pasted_into_a_space() -> None:
    for domain in (tune.loguniform(1e-10, 1), tune.quniform(0, 0.5, 0.1), tune.qrandint(8, 64, 8)):
        again = eval(f"tune.{describe(domain)}", {"tune": tune})
        assert describe(again) == describe(domain)
        assert (again.lower, again.upper) == (domain.lower, domain.upper)


def test_description_of_a_condition_shows_its_branches() -> None:
    condition = tune.choice([{"act": "relu"}, {"act": "elu", "slope": [tune.uniform(0, 1)]}])
    assert describe(condition) == "choice({act: relu}, {act: elu, slope: [uniform(0, 1)]})"
    assert describe(tune.sample_from(lambda _: 1)) == "sample_from"
