"""Search spaces: which kinds of domain they hold, and an encoding for libraries that know floats only."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ray import tune
from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized, Uniform

#: Kinds of domain, as ``kind`` names them.
KINDS = frozenset(
    {"uniform", "loguniform", "quniform", "qloguniform", "randint", "lograndint", "qrandint", "qlograndint"}
    | {"choice", "other"}
)


def kind(domain: Domain) -> str:
    """Return the kind of ``domain``: the name of Tune's function that makes it, or "other"."""
    sampler = domain.get_sampler()
    quantised = isinstance(sampler, Quantized)
    if quantised:
        sampler = sampler.get_sampler()
    if isinstance(domain, Categorical):
        return "choice"
    if not isinstance(domain, Float | Integer) or not isinstance(sampler, Uniform | LogUniform):
        return "other"
    scale = "log" if isinstance(sampler, LogUniform) else ""
    base = "uniform" if isinstance(domain, Float) else "randint"
    return ("q" if quantised else "") + scale + base


def describe(domain: Domain) -> str:
    """Return the call of Tune's that makes ``domain``, such as ``loguniform(1e-10, 1)``."""
    sampler = domain.get_sampler()
    if isinstance(domain, Categorical):
        return f"choice({', '.join(map(str, domain.categories))})"
    if not isinstance(domain, Float | Integer):
        return type(domain).__name__
    arguments = [domain.lower, domain.upper]
    if isinstance(sampler, Quantized):
        arguments.append(sampler.q)
    return f"{kind(domain)}({', '.join(f'{value:g}' for value in arguments)})"


def kinds(space: Mapping[str, Any]) -> frozenset[str]:
    """Return the kinds of domain in a flat or nested search space; constants do not count."""
    found: set[str] = set()
    for value in space.values():
        if isinstance(value, Domain):
            found.add(kind(value))
        elif isinstance(value, Mapping):
            found |= kinds(value)
    return frozenset(found)


def levels(domain: Domain, count: int) -> list[Any]:
    """Return ``count`` values of ``domain`` that split it evenly (on its own scale), at their centres."""
    low, high, decode = _float_coding(domain)
    values = [decode(low + (high - low) * (i + 0.5) / count) for i in range(count)]
    return list(dict.fromkeys(values))


def as_floats(
    space: Mapping[str, Any],
) -> tuple[dict[str, Any], Callable[[Mapping[str, Any]], dict[str, Any]]]:
    """Encode a flat space as uniform floats, for a library that knows nothing else.

    A uniform draw of the encoding has the distribution of the original: log-scaled domains become uniform
    in the logarithm, integers and categories equal slices of an interval.

    Returns:
        the encoded space, and the function that turns its configurations into ones of ``space``.

    Raises:
        ValueError: for a domain that has no such encoding (a nested one, ``sample_from``, ``randn``).
    """
    codings = {name: _float_coding(domain) for name, domain in space.items() if isinstance(domain, Domain)}
    encoded = {
        name: tune.uniform(codings[name][0], codings[name][1]) if name in codings else value
        for name, value in space.items()
    }

    def decode(config: Mapping[str, Any]) -> dict[str, Any]:
        return {name: codings[name][2](value) if name in codings else value for name, value in config.items()}

    return encoded, decode


def _float_coding(domain: Domain) -> tuple[float, float, Callable[[float], Any]]:
    """Return (low, high, decode) of the interval that stands for ``domain``."""
    name = kind(domain)
    sampler = domain.get_sampler()
    if name == "other":
        raise ValueError(f"{domain!r} cannot be encoded as a float; use uniform, randint, choice or a kin")
    if isinstance(domain, Categorical):
        items = list(domain.categories)
        return 0.0, float(len(items)), lambda u: items[min(int(u), len(items) - 1)]
    assert isinstance(domain, Float | Integer)  # what else has a kind
    forward, backward = (math.log, math.exp) if "log" in name else (float, float)
    low, high = forward(domain.lower), forward(domain.upper)
    step = sampler.q if isinstance(sampler, Quantized) else None

    if isinstance(domain, Integer) and step in (None, 1):
        # Tune's randint excludes the upper bound.
        return low, high, lambda u: min(max(int(backward(u)), domain.lower), domain.upper - 1)

    def number(u: float) -> Any:
        value = min(max(backward(u), domain.lower), domain.upper)
        if step is not None:
            value = min(max(round(value / step) * step, domain.lower), domain.upper)
        return int(value) if isinstance(domain, Integer) else float(value)

    return low, high, number
