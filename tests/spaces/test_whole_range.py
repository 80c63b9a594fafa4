"""Domains over the whole range of doubles and of integers: inside, in order, there and back, evenly drawn."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ray import tune
from ray.tune.search.sample import Domain, Integer
from scipy import stats

from benchmarks.spaces.domains import (
    KINDS,
    describe,
    fraction,
    from_fraction,
    kind,
    levels,
    nearest,
    ordinary,
)
from benchmarks.spaces.encoding import Encoding
from benchmarks.spaces.sampling import drawable
from benchmarks.testing import inside
from benchmarks.testing.offline import Offline, drive

LARGEST = sys.float_info.max
STRICT = 1e-4  # p below this: not the declared distribution

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(5e-324, LARGEST)
whole = st.integers(-(2**80), 2**80) | st.integers(-(2**63), 2**63) | st.integers(-100, 100)
counts = st.integers(1, 2**80) | st.integers(1, 50)
shares = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@st.composite
def neighbours(draw: st.DrawFn, numbers: st.SearchStrategy[float]) -> tuple[float, float]:
    """Two floats in order, far apart or a few doubles from each other."""
    low = draw(numbers)
    if draw(st.booleans()):
        high = low
        for _ in range(draw(st.integers(1, 30))):
            high = math.nextafter(high, math.inf)
    else:
        high = draw(numbers)
    low, high = min(low, high), min(max(low, high), LARGEST)
    return low, high


floats = neighbours(finite).map(lambda ends: tune.uniform(*ends))
logs = neighbours(positive).map(lambda ends: tune.loguniform(*ends))
integers = st.builds(lambda low, n: tune.randint(low, low + n), whole, counts)
log_integers = st.builds(lambda low, n: tune.lograndint(low, low + n), st.integers(1, 2**70), counts)
stepped = st.builds(
    lambda low, n, q: tune.qrandint(low * q, (low + n) * q, q),
    st.integers(-50, 50),
    counts,
    st.integers(2, 2**40),
)
ANY = st.one_of(floats, logs, integers, log_integers, stepped)

WIDE: list[Domain] = [
    tune.loguniform(1e-200, 1e200),
    tune.loguniform(1e-310, 1.0),
    tune.loguniform(5e-324, LARGEST),
    tune.loguniform(1e-300, 1e-290),
    tune.uniform(-1e308, 1e308),
    tune.uniform(-LARGEST, LARGEST),
    tune.uniform(1e-300, 2e-300),
    tune.uniform(1.7e9, 1.7e9 + 1e-3),
    tune.uniform(0.9999999, 1.0),
    tune.loguniform(1.7e9, 1.7e9 + 1e-3),
    tune.qloguniform(1e-4, 1e-1, 5e-5),
    tune.quniform(0, 1, 1e-12),
    tune.quniform(0, 1e40, 1e35),
    tune.randint(0, 2**32),
    tune.randint(0, 2**63 - 1),
    tune.randint(-(2**63), 2**63 - 1),
    tune.randint(2**62, 2**62 + 1000),
    tune.randint(0, 10**30),
    tune.lograndint(1, 2**62),
    tune.lograndint(1, 10**30),
    tune.qrandint(0, 2**70, 2**60),
]


@settings(deadline=None)
@given(ANY, shares)
def test_every_share_means_a_value_of_the_domain_and_more_means_no_less(
    domain: Domain, taken: list[float]
) -> None:
    decode = from_fraction(domain)
    values = [decode(share) for share in sorted([0.0, *taken, 1.0])]
    assert all(inside(domain, value) for value in values), (describe(domain), values)
    assert values == sorted(values)


@settings(deadline=None)
@given(ANY, shares, st.booleans())
@example(tune.loguniform(1.0, 5.764928422275025e16), [0.9999999999999999], False)
@example(tune.loguniform(5.764928422274975e-16, 1.0), [1e-16], False)
@example(tune.uniform(-5.764928422275025e16, 5.764928422275025e16), [1e-16, 0.9999999999999999], True)
def test_configurations_are_the_same_after_encoding_and_decoding(
    domain: Domain, taken: list[float], native: bool
) -> None:
    plain, other = Encoding({"x": domain}), Encoding({"x": domain}, KINDS if native else frozenset())
    for share in (0.0, *taken, 1.0):
        config = plain.decode(dict.fromkeys(plain.domains, share))
        assert inside(domain, config["x"]), (describe(domain), config)
        values = other.encode(config)
        again = other.decode(values)
        assert again == config and type(again["x"]) is type(config["x"]), describe(domain)
        if "x" in values and kind(domain) not in KINDS:
            assert 0 <= values["x"] <= 1


@settings(deadline=None)
@given(ANY, finite | whole | st.just(math.inf) | st.just(-math.inf))
def test_nearest_value_is_inside_and_of_a_value_itself(domain: Domain, value: float) -> None:
    assert inside(domain, nearest(domain, value))
    own = from_fraction(domain)(0.3)
    assert nearest(domain, own) == own


@settings(deadline=None)
@given(ANY, st.integers(1, 9))
def test_levels_are_distinct_and_in_order(domain: Domain, count: int) -> None:
    chosen = levels(domain, count)
    assert chosen == sorted(set(chosen)) and all(inside(domain, value) for value in chosen)


@pytest.mark.parametrize("domain", WIDE, ids=describe)
def test_draws_have_the_declared_distribution(domain: Domain) -> None:
    # Shares of draws are even on [0, 1]; that the shares are right is seen at known points below.
    share = fraction(domain)
    encoding, generator = Encoding({"x": domain}), np.random.default_rng(1)
    ours = [share(encoding.draw(generator)["x"]) for _ in range(500)]
    randoms = [share(config["x"]) for config in drive(Offline("random", {"x": domain}, trials=500))]
    tunes = [share(drawable(domain).sample(random_state=np.random.RandomState(seed))) for seed in range(500)]
    few = len(set(ours)) < 300  # values, each of which has a slice
    for drawn in (ours, randoms, tunes):
        jitter = np.random.default_rng(2).uniform(-0.5, 0.5, len(drawn)) / 65 if few else 0
        assert stats.kstest(np.clip(np.array(drawn) + jitter, 0, 1), "uniform").pvalue > STRICT


@pytest.mark.parametrize(
    ("domain", "share", "value"),
    [
        (tune.loguniform(1e-200, 1e200), 0.25, 1e-100),
        (tune.loguniform(1e-310, 1.0), 0.5, 1e-155),
        (tune.uniform(-1e308, 1e308), 0.75, 5e307),
        (tune.uniform(1.7e9, 1.7e9 + 1e-3), 0.5, 1.7e9 + 5e-4),
        (tune.randint(0, 2**63 - 1), 0.5, 2**62),
        (tune.lograndint(1, 10**30), 0.5, 10**15),
    ],
    ids=lambda value: describe(value) if isinstance(value, Domain) else str(value),
)
def test_shares_lie_where_the_scale_says(domain: Any, share: float, value: float) -> None:
    assert from_fraction(domain)(share) == pytest.approx(value, rel=1e-9)
    assert fraction(domain)(type(value)(value)) == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize("domain", WIDE, ids=describe)
def test_hundred_draws_differ(domain: Domain) -> None:
    encoding, generator = Encoding({"x": domain}), np.random.default_rng(3)
    drawn = {encoding.draw(generator)["x"] for _ in range(100)}
    assert len(drawn) > 50


@pytest.mark.parametrize("domain", WIDE, ids=describe)
def test_libraries_are_given_only_what_their_arithmetic_can_bear(domain: Domain) -> None:
    [seen] = Encoding({"x": domain}, KINDS).domains.values()
    assert seen is domain or (seen.lower, seen.upper) == (0.0, 1.0)
    if seen is domain:
        assert ordinary(domain)
        assert not isinstance(domain, Integer) or domain.upper - domain.lower <= 2**20


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        (lambda: tune.uniform(2, 1), "its lower bound is above its upper one"),
        (lambda: tune.loguniform(2, 1), "its lower bound is above its upper one"),
        (lambda: tune.uniform(0, 10**400), "has a bound beyond"),
        (lambda: tune.uniform(0, math.nan), "has a bound beyond"),
        (lambda: tune.uniform(-math.inf, 0), "Uniform requires|has a bound beyond"),
        (lambda: tune.randint(0, 10**400), "has a bound beyond"),
        (lambda: tune.quniform(0, 1, 1e-17), "a step that doubles cannot tell apart"),
        (lambda: tune.quniform(0, 1e300, 1e-300), "a step that doubles cannot tell apart|OverflowError"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(domain: Any, said: str) -> None:
    with pytest.raises((ValueError, OverflowError)) as error:
        Encoding({"x": domain()})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("domain", [tune.uniform(0, 1), tune.quniform(0, 1, 0.1), tune.randint(0, 9)])
def test_nothing_is_nearest_to_nan(domain: Domain) -> None:
    with pytest.raises(ValueError, match="NaN is near to no value"):
        nearest(domain, math.nan)
