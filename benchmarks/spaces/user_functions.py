"""Spaces that draw by a user's function (``sample_from``): drawing from them, and checking the values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from benchmarks.core.refusal import ask
from benchmarks.core.seeding import OwnGenerators
from benchmarks.spaces.acceptance import accepted_value
from benchmarks.spaces.grid_values import as_choices, is_list

DRAWS = 8  # configurations that are checked


def check_draws(space: Mapping[str, Any]) -> None:
    """Draw a few configurations and raise ValueError for what a ``sample_from`` gives besides plain values.

    Raises:
        SpecError: if the function raises an error itself.
    """
    with OwnGenerators(0):  # what the function draws from is given back
        for seed in range(DRAWS):
            config = ask("sample_from", partial(drawn, space, seed))
            try:
                accepted_value("", config, 0, domains=False)
            except ValueError as error:
                raise ValueError(f"has a sample_from that gave no plain value: {error}") from error


def drawn(space: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return a configuration as Tune draws it; what a ``sample_from`` raises is not caught."""
    from ray.tune.search.variant_generator import generate_variants

    variants = generate_variants({"config": as_choices(space)}, random_state=np.random.default_rng(seed))
    try:
        config: dict[str, Any] = next(iter(variants))[1]["config"]
    except ValueError as error:  # Ray's, of an error of the function's
        raise error.__context__ or error from None
    return config


def draws_by_function(space: Any) -> bool:
    """Return whether a space has a ``sample_from``."""
    from ray.tune.search.sample import Function

    parts = getattr(space, "categories", space)
    values = parts.values() if isinstance(parts, Mapping) else parts if is_list(parts) else ()
    return isinstance(space, Function) or any(map(draws_by_function, values))
