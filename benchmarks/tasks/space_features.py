"""Features of a task's search space: its dimensions and the kinds of its hyperparameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ray.tune.search.sample import Categorical, Domain

from benchmarks.spaces.domains import cardinality, kind


class SpaceFeatures(NamedTuple):
    """The hyperparameters of a space, those of every branch of a condition included.

    Attributes:
        dimensions: all of them; a condition is one too.
        log_floats, linear_floats: floats by their scale, quantised ones too.
        integers: on either scale.
        categories: choices between values.
        conditions: choices between groups of hyperparameters.
    """

    dimensions: int
    log_floats: int
    linear_floats: int
    integers: int
    categories: int
    conditions: int


def space_features(space: Mapping[str, Any]) -> SpaceFeatures:
    """Return the features of a space; a domain with a single value is none of its dimensions."""
    found = Counter(_kinds(space))
    return SpaceFeatures(found.total(), *(found[name] for name in SpaceFeatures._fields[1:]))


def _kinds(space: Any) -> Iterator[str]:
    """Yield the feature that counts each hyperparameter; "other" for what has no encoding."""
    if isinstance(space, Domain):
        if not _is_constant(space):
            yield _kind(space)
        inner = list(space.categories) if isinstance(space, Categorical) else []
    elif isinstance(space, Mapping):
        inner = list(space.values())
    else:
        inner = list(space) if isinstance(space, list | tuple) else []
    for part in inner:
        yield from _kinds(part)


def _is_constant(domain: Domain) -> bool:
    return kind(domain) != "other" and cardinality(domain) == 1


def _kind(domain: Domain) -> str:
    name = kind(domain)
    if name in ("choice", "conditional"):
        return "categories" if name == "choice" else "conditions"
    if name.endswith("uniform"):
        return "log_floats" if "log" in name else "linear_floats"
    return "integers" if name.endswith("randint") else "other"
