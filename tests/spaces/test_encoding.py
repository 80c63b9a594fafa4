"""The encoding of a search space: there and back, never outside, and with Tune's own distribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune
from ray.tune.search.sample import Categorical, Domain
from ray.tune.search.variant_generator import generate_variants
from scipy import stats

from benchmarks.core.seeding import canonical
from benchmarks.spaces.domains import KINDS, kind
from benchmarks.spaces.encoding import Encoding
from benchmarks.testing import inside

Config = dict[str, Any]
DRAWS = 3000
STRICT = 1e-4  # p below this: the two samples have different distributions

DOMAINS: list[Domain] = [
    tune.uniform(-0.3, 1.7),
    tune.uniform(1e6, 1e7),
    tune.loguniform(1e-10, 1),
    tune.quniform(0, 0.7, 0.1),
    tune.qloguniform(0.5, 50, 0.5),
    tune.randint(-2, 9),
    tune.lograndint(1, 100),
    tune.qrandint(8, 64, 8),
    tune.qlograndint(5, 55, 4),
    tune.choice(["relu", "tanh", "elu"]),
    tune.choice([16, 0.5, "auto", None]),
    tune.choice([[64], [64, 32], {"wide": True}]),
    tune.choice(["only"]),
    tune.randint(4, 5),
]
keys = st.sampled_from(["a", "b", "lr", "a.b", "0", "net"])
constants = st.sampled_from([3, 0.1, "adam", None, True, [1, 2], {"x": 1}, (1, 2), {}, []])
parts = st.recursive(
    st.sampled_from(DOMAINS) | constants,
    lambda inner: (
        st.dictionaries(keys, inner, max_size=3)
        | st.lists(inner, max_size=3)
        | st.lists(inner, min_size=1, max_size=3).map(tune.choice)
    ),
    max_leaves=10,
)
spaces = st.dictionaries(keys, parts, max_size=4)
natives = st.frozensets(st.sampled_from(sorted(KINDS)))


def drawn(space: Mapping[str, Any], generator: np.random.RandomState) -> Config:
    """Return a configuration that Tune's own variant generator draws, which BasicVariantGenerator asks."""
    [(_, spec)] = generate_variants({"config": dict(space)}, random_state=generator)
    config: Config = spec["config"]
    return config


def lies_in(space: Any, value: Any) -> bool:
    """Could Tune draw ``value`` from ``space``, branches of conditions and nesting included?"""
    if isinstance(space, Domain):
        if isinstance(space, Categorical) and kind(space) == "conditional":
            return any(lies_in(item, value) for item in space.categories)
        return inside(space, value)
    if isinstance(space, dict):
        same = isinstance(value, dict) and list(space) == list(value)
        return same and all(lies_in(space[key], value[key]) for key in space)
    if isinstance(space, list):
        same = isinstance(value, list) and len(space) == len(value)
        return same and all(map(lies_in, space, value))
    return bool(space == value and type(space) is type(value))


def alike(one: Any, other: Any) -> bool:
    """Are two configurations equal but for the last digits of their floats?"""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float):
        return isinstance(other, float) and one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return type(one) is type(other) and bool(one == other)


@given(spaces, natives, st.integers(0, 2**31 - 1))
def test_what_was_drawn_is_the_same_after_encoding_and_decoding(
    space: Config, native: frozenset[str], seed: int
) -> None:
    config = drawn(space, np.random.RandomState(seed))
    encoding = Encoding(space, native)
    values = encoding.encode(config)
    assert values.keys() == encoding.domains.keys()
    assert all(lies_in(encoding.domains[name], value) for name, value in values.items())
    assert alike(encoding.decode(values), config)


@given(spaces, natives, natives, st.integers(0, 2**31 - 1))
def test_configuration_is_the_same_to_the_last_digit_whatever_the_library_honours(
    space: Config, native: frozenset[str], other: frozenset[str], seed: int
) -> None:
    # Weights and minibatches are seeded by the digits of a configuration.
    config = Encoding(space).draw(np.random.default_rng(seed))
    for kinds in (native, other):
        encoding = Encoding(space, kinds)
        assert canonical(encoding.decode(encoding.encode(config))) == canonical(config)


@pytest.mark.parametrize(
    "domain", [tune.loguniform(1e-10, 1), tune.uniform(0.1, 0.9), tune.quniform(0, 5, 0.1)]
)
def test_noise_in_the_last_digits_of_a_library_changes_no_configuration(domain: Domain) -> None:
    config = Encoding({"x": domain}).draw(np.random.default_rng(0))
    native = Encoding({"x": domain}, KINDS)
    for noise in (-5e-15, -2e-16, 2e-16, 5e-15):
        assert native.decode({"x": config["x"] * (1 + noise)}) == config
    assert native.decode({"x": 7.23}) == {"x": 7.23}  # but what lies outside is not mended unseen


@given(spaces, natives, st.integers(0, 2**31 - 1))
def test_whatever_the_library_draws_lies_in_the_space(
    space: Config, native: frozenset[str], seed: int
) -> None:
    encoding = Encoding(space, native)
    config = encoding.decode(drawn(encoding.domains, np.random.RandomState(seed)))
    assert lies_in(space, config)
    corners = [dict.fromkeys(Encoding(space).domains, share) for share in (0.0, 1.0, np.float64(0.5))]
    assert all(lies_in(space, Encoding(space).decode(values)) for values in corners)


@given(spaces, natives)
def test_the_library_sees_flat_names_and_honest_domains(space: Config, native: frozenset[str]) -> None:
    def seen(domains: Mapping[str, Any]) -> None:
        for name, domain in domains.items():
            assert isinstance(name, str)
            if isinstance(domain, Categorical) and kind(domain) == "conditional":
                assert "conditional" in native
                for branch in domain.categories:
                    seen({key: item for key, item in branch.items() if isinstance(item, Domain)})
            elif isinstance(domain, Categorical):
                assert "choice" in native
                assert all(isinstance(item, str | int | float) for item in domain.categories)
                assert len(domain.categories) > 1
            else:
                assert kind(domain) in native | {"uniform"}

    seen(Encoding(space, native).domains)


# Distributions

CONDITION = {
    "lr": tune.loguniform(1e-4, 1),
    "net": tune.choice(
        [
            {"kind": "flat", "width": tune.qrandint(8, 64, 8)},
            {"kind": "deep", "width": tune.uniform(0, 1), "act": tune.choice(["relu", {"elu": 1}])},
            {"kind": "none"},
        ]
    ),
    "deeper": [
        tune.choice([tune.choice([{"x": tune.randint(0, 3)}, {"y": tune.loguniform(1, 10)}]), 7]),
        0.5,
    ],
}


def features(config: Config) -> dict[str, list[Any]]:
    """Return what is compared: categories and numbers, those within a branch by the name of the branch."""
    net, deep = config["net"], config["deeper"][0]
    found: dict[str, list[Any]] = {"lr": [config["lr"]], "branch": [net["kind"]]}
    found[f"width of {net['kind']}"] = [net.get("width")]
    found["act"] = [str(net["act"])] if "act" in net else []
    found["deeper"] = [str(list(deep)) if isinstance(deep, dict) else "7"]
    if isinstance(deep, dict):
        found[f"deeper {next(iter(deep))}"] = list(deep.values())
    return found


def gathered(configs: list[Config]) -> dict[str, list[Any]]:
    together: dict[str, list[Any]] = {}
    for config in configs:
        for name, values in features(config).items():
            together.setdefault(name, []).extend(values)
    return together


def p_of_same(ours: list[Any], tunes: list[Any]) -> float:
    values = sorted(set(ours) | set(tunes), key=str)
    if len(values) < 2:
        return 1.0
    if len(values) > 50:
        return float(stats.ks_2samp(ours, tunes).pvalue)
    return float(stats.chi2_contingency([[x.count(v) for v in values] for x in (ours, tunes)]).pvalue)


@pytest.fixture(scope="module")
def tunes_own() -> dict[str, list[Any]]:
    generator = np.random.RandomState(1)
    return gathered([drawn(CONDITION, generator) for _ in range(DRAWS)])


@pytest.mark.parametrize(
    "native",
    [
        frozenset[str](),
        KINDS,
        KINDS - {"conditional"},
        frozenset({"conditional"}),
        frozenset({"choice", "loguniform"}),
    ],
    ids=lambda native: f"{len(native)} native",
)
def test_draws_of_the_library_mean_the_distribution_of_the_space(
    native: frozenset[str], tunes_own: dict[str, list[Any]]
) -> None:
    encoding = Encoding(CONDITION, native)
    generator = np.random.RandomState(2)
    configs = [encoding.decode(drawn(encoding.domains, generator)) for _ in range(DRAWS)]
    ours = gathered(configs)
    assert ours.keys() == tunes_own.keys()
    assert len(ours) == 9
    for name in ours:  # the share of each branch, and within it the distribution of each value
        assert p_of_same(ours[name], tunes_own[name]) > STRICT, name


def test_own_draws_have_the_distribution_too(tunes_own: dict[str, list[Any]]) -> None:
    encoding, generator = Encoding(CONDITION), np.random.default_rng(3)
    ours = gathered([encoding.draw(generator) for _ in range(DRAWS)])
    assert all(p_of_same(ours[name], tunes_own[name]) > STRICT for name in tunes_own)


def test_uneven_branches_and_doubled_categories_keep_their_weight() -> None:
    space = {"x": tune.choice([{"a": tune.uniform(0, 1)}, 2, 2, 2])}
    encoding, generator = Encoding(space), np.random.default_rng(0)
    share = np.mean([encoding.draw(generator)["x"] == 2 for _ in range(2000)])
    assert share == pytest.approx(0.75, abs=0.05)


# Names, branches, constants


def test_names_that_collide_stay_apart() -> None:
    condition = tune.choice([{"c": tune.uniform(7, 8)}, {"d": tune.uniform(8, 9)}])
    for native in (frozenset[str](), KINDS):
        for first, second in (
            (tune.uniform(0, 1), tune.uniform(5, 6)),
            (tune.uniform(0, 1), condition),
            (condition, tune.uniform(0, 1)),
        ):
            space: dict[Any, Any] = {
                "a.b": first,
                "a": {"b": second},
                1: tune.uniform(2, 3),
                "1": tune.uniform(3, 4),
            }
            encoding = Encoding(space, native)
            config = drawn(space, np.random.RandomState(0))
            assert alike(encoding.decode(encoding.encode(config)), config)
            assert len(encoding.domains) >= 4
            assert lies_in(space, encoding.decode(drawn(encoding.domains, np.random.RandomState(1))))


def test_branches_are_told_apart_by_their_values_where_their_names_are_the_same() -> None:
    space = {"x": tune.choice([{"v": tune.uniform(0, 1)}, {"v": tune.uniform(10, 20)}, {"v": "high"}])}
    for native in (frozenset[str](), KINDS, frozenset({"conditional"})):
        encoding = Encoding(space, native)
        for config in ({"x": {"v": 0.25}}, {"x": {"v": 15.0}}, {"x": {"v": "high"}}):
            values = encoding.encode(config)
            assert encoding.decode(values) == config
            assert all(lies_in(encoding.domains[name], value) for name, value in values.items())
        with pytest.raises(ValueError, match="none of the branches"):
            encoding.encode({"x": {"v": 5.0}})


def test_constants_that_are_only_nearly_the_same_tell_branches_apart() -> None:
    # 1 == True == 1.0, yet the JSON of a configuration, and so its seed, is another.
    space = {"x": tune.choice([{"v": True}, {"v": 1}, {"v": 1.0}, {"v": tune.uniform(0, 2)}])}
    for native in (frozenset[str](), KINDS):
        encoding = Encoding(space, native)
        for value in (True, 1, 1.0, 1.5):
            config = {"x": {"v": value}}
            assert canonical(encoding.decode(encoding.encode(config))) == canonical(config)


def test_domains_of_a_branch_that_is_not_taken_get_their_middle() -> None:
    encoding = Encoding({"x": tune.choice([{"a": tune.loguniform(1e-4, 1)}, {"b": tune.randint(0, 9)}])})
    assert encoding.encode({"x": {"b": 4}}) == {"x": 0.75, "x.0.a": 0.5, "x.1.b": 0.5}


def test_constants_and_domains_of_one_value_are_not_shown_to_the_library() -> None:
    space = {"a": tune.randint(4, 5), "b": tune.choice(["only"]), "c": tune.uniform(0, 1), "d": [1, {}]}
    space |= {"e": tune.uniform(2, 2), "f": tune.quniform(0.5, 0.5, 0.5)}
    for native in (frozenset[str](), KINDS):
        encoding = Encoding(space, native)
        assert list(encoding.domains) == ["c"]
        config = encoding.decode({"c": 0.5})
        assert config == {"a": 4, "b": "only", "c": 0.5, "d": [1, {}], "e": 2.0, "f": 0.5}
        assert list(config) == list(space)
        assert encoding.encode(config) == {"c": 0.5}
    assert Encoding({"x": tune.choice([{"y": tune.choice([1])}]), "z": 3}, KINDS).domains == {}


def test_native_domain_is_left_as_it_is() -> None:
    space = {"lr": tune.loguniform(1e-4, 1), "units": tune.qrandint(8, 64, 8)}
    encoding = Encoding(space, native=frozenset({"loguniform"}))
    assert encoding.domains["lr"] is space["lr"]
    assert encoding.decode({"lr": 0.25, "units": 0.0}) == {"lr": 0.25, "units": 8}


def test_native_condition_shows_each_branch_only_its_own_domains() -> None:
    space = {"x": tune.choice([{"a": tune.uniform(0, 1)}, {"b": tune.uniform(0, 1), "c": 1}])}
    domain = Encoding(space, KINDS).domains["x"]
    # With the branch in the name: HyperOpt refuses a name that two branches share.
    assert [sorted(branch) for branch in domain.categories] == [["branch#", "x.0.a"], ["branch#", "x.1.b"]]


def test_decoding_gives_pythons_own_numbers() -> None:
    # A configuration becomes JSON and typed columns of the store.
    space = {"a": tune.uniform(0, 1), "b": tune.randint(0, 9), "c": tune.qloguniform(1, 10, 1)}
    config = Encoding(space).decode({name: np.float64(0.5) for name in space})
    assert {name: type(value) for name, value in config.items()} == {"a": float, "b": int, "c": float}
    native = Encoding(space, KINDS).decode({"a": np.float64(0.5), "b": np.int64(3), "c": np.float64(2.0)})
    assert {name: type(value) for name, value in native.items()} == {"a": float, "b": int, "c": float}


@pytest.mark.parametrize("native", [frozenset[str](), KINDS], ids=["none native", "all native"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (tune.sample_from(lambda _: 1), "sample_from cannot be encoded"),
        (tune.randn(), "randn cannot be encoded"),
        (tune.qrandn(0, 1, 0.1), "randn cannot be encoded"),
        (tune.grid_search([1, 2]), "holds grid_search"),
        (tune.qrandint(1, 3, 4), "has no value"),
        ((tune.uniform(0, 1), 2), "is a tuple of domains"),
    ],
    ids=["sample_from", "randn", "qrandn", "grid_search", "empty", "tuple"],
)
def test_what_has_no_place_is_named_with_its_path(wrong: Any, said: str, native: frozenset[str]) -> None:
    with pytest.raises(ValueError, match=rf"^net\.head\.1:? .*{said}|^net\.head\.1 {said}"):
        Encoding({"lr": tune.uniform(0, 1), "net": {"head": [2, wrong]}}, native)
    with pytest.raises(ValueError, match=r"^net.*:? "):
        Encoding({"net": tune.choice([{"head": wrong}, 2])}, native)


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"a": 0.5}, KeyError),
        ({"a": 0.5, "b": "x", "c": 1}, KeyError),
        ({"a": 1.5, "b": "x"}, ValueError),
        ({"a": 0.5, "b": "z"}, ValueError),
    ],
)
@pytest.mark.parametrize("native", [frozenset[str](), KINDS], ids=["none native", "all native"])
def test_configuration_of_another_space_is_refused(
    config: Config, error: type[Exception], native: frozenset[str]
) -> None:
    with pytest.raises(error):
        Encoding({"a": tune.uniform(0, 1), "b": tune.choice("xy")}, native).encode(config)
