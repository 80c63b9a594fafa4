"""Configurations from a table: flat names, text in place of categories, whole numbers in place of floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune

from benchmarks.spaces.assembly import Lacking, assembled
from benchmarks.spaces.encoding import Encoding

SPACE = {
    "lr": tune.loguniform(1e-4, 1),
    "momentum": tune.quniform(0, 1, 0.25),
    "net": {"width": tune.qrandint(8, 64, 8), "kind": tune.choice(["flat", "deep"]), "bias": True},
    "batch": tune.choice([16, 32, 64]),
    "warm": tune.choice([True, False]),
    "head": tune.choice([{"depth": tune.randint(1, 5)}, {"depth": 1}]),
}
configs = st.integers(0, 2**32 - 1).map(lambda seed: Encoding(SPACE).draw(np.random.default_rng(seed)))


@given(configs)
def test_a_configuration_comes_back_from_flat_columns_of_text_and_floats(config: dict[str, Any]) -> None:
    columns = {
        "lr": config["lr"],
        "momentum": int(config["momentum"]) if config["momentum"] in (0, 1) else config["momentum"],
        "net/width": float(config["net"]["width"]),  # a column with a gap is one of floats
        "net/kind": config["net"]["kind"],
        "batch": float(config["batch"]),
        "warm": str(config["warm"]),
        "head": config["head"],
        "seconds": 12.5,
    }
    assert assembled(SPACE, columns) == config


@given(configs)
def test_a_configuration_is_itself(config: dict[str, Any]) -> None:
    assert assembled(SPACE, config) == config


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lr": 2.0}, "lr = 2.0 is none of loguniform"),
        ({"lr": "fast"}, "lr = 'fast' is none of"),
        ({"batch": 48}, "batch = 48 is none of choice"),
        ({"warm": 1}, "warm = 1 is none of choice"),
        ({"net": {"width": 12, "kind": "flat"}}, "net/width = 12 is none of qrandint"),
        ({"head": {"depth": 9}}, "head = .* is none of choice"),
    ],
)
def test_a_value_that_is_none_of_its_domain_is_named(change: dict[str, Any], said: str) -> None:
    config = Encoding(SPACE).draw(np.random.default_rng(0))
    with pytest.raises(ValueError, match=said):
        assembled(SPACE, config | change)


def test_a_value_that_is_missing_is_named_by_its_path() -> None:
    config = Encoding(SPACE).draw(np.random.default_rng(0))
    del config["net"]
    with pytest.raises(Lacking) as lacking:
        assembled(SPACE, config)
    assert lacking.value.name == "net/width"
