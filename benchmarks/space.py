"""Search spaces: the kinds of domain, the way back into one, and an encoding that any library can draw.

Quantised domains follow Tune's own sampler: integers are drawn evenly among the multiples of the step that
lie inside, floats are rounded to the nearest one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ray import tune
from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized, Uniform


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


def kinds(space: Mapping[str, Any]) -> frozenset[str]:
    """Return the kinds of domain in a flat or nested search space; constants do not count."""
    found: set[str] = set()
    for value in space.values():
        if isinstance(value, Domain):
            found.add(kind(value))
        elif isinstance(value, Mapping):
            found |= kinds(value)
    return frozenset(found)


def describe(domain: Domain) -> str:
    """Return the call of Tune's that makes ``domain``, such as ``loguniform(1e-10, 1)``."""
    if isinstance(domain, Categorical):
        return f"choice({', '.join(map(str, domain.categories))})"
    if not isinstance(domain, Float | Integer):
        return type(domain).__name__
    step = _step(domain)
    arguments = [domain.lower, domain.upper] + ([] if step is None else [step])
    return f"{kind(domain)}({', '.join(f'{value:g}' for value in arguments)})"


def cardinality(domain: Domain) -> int | None:
    """Return how many values ``domain`` has; None if there is no end to them."""
    if isinstance(domain, Categorical):
        return len(domain.categories)
    if kind(domain) in ("uniform", "loguniform", "other"):
        return None
    low, high = _indices(domain)
    return high - low + 1


def nearest(domain: Domain, value: Any) -> Any:
    """Return the value of a numeric ``domain`` that is nearest to ``value``.

    Raises:
        ValueError: for a category that is none of the domain's; categories have no distance.
    """
    if isinstance(domain, Categorical):
        if value not in domain.categories:
            raise ValueError(f"{value!r} is none of the categories {list(domain.categories)}")
        return value
    if kind(domain) in ("uniform", "loguniform"):
        return float(min(max(value, domain.lower), domain.upper))  # type: ignore[attr-defined]
    if kind(domain) == "other":
        return value
    low, high = _indices(domain)
    step = _step(domain) or 1
    index = min(max(round(value / step), low), high)
    return index * step if isinstance(domain, Integer) else float(index * step)


def levels(domain: Domain, count: int) -> list[Any]:
    """Return at most ``count`` values that split ``domain`` evenly on its own scale, at their centres."""
    decode = _decoder(domain)
    values: list[Any] = []
    for index in range(count):
        value = decode((index + 0.5) / count)
        if value not in values:  # compared, not hashed: categories may be lists
            values.append(value)
    return values


def as_floats(
    space: Mapping[str, Any], native: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], Callable[[Mapping[str, Any]], dict[str, Any]]]:
    """Encode a space for a library that honours only the ``native`` kinds of domain.

    Every other domain becomes a float that is uniform on [0, 1] and whose decoding has the distribution of
    the original: uniform in the logarithm, or an equal slice for each integer or category.  A domain of one
    value becomes a constant.

    Returns:
        the encoded space, and the function that turns its configurations into ones of ``space``.

    Raises:
        ValueError: for a domain that cannot be encoded (``sample_from``, ``randn``), or a nested one that
            needs it.
    """
    encoded: dict[str, Any] = {}
    decoders: dict[str, Callable[[float], Any]] = {}
    constants: dict[str, Any] = {}
    for name, domain in space.items():
        if isinstance(domain, Mapping) and not kinds(domain) <= native:
            raise ValueError(
                f"{name} is nested, and holds {sorted(kinds(domain) - native)}; give a flat space"
            )
        if not isinstance(domain, Domain):
            encoded[name] = domain
        elif cardinality(domain) == 1:
            [constants[name]] = levels(domain, 1)
        elif kind(domain) in native:
            encoded[name] = domain
        else:
            encoded[name], decoders[name] = tune.uniform(0.0, 1.0), _decoder(domain)

    def decode(config: Mapping[str, Any]) -> dict[str, Any]:
        decoded = {
            name: decoders[name](value) if name in decoders else value for name, value in config.items()
        }
        decoded |= constants
        return {name: decoded[name] for name in space if name in decoded}

    return encoded, decode


def _step(domain: Domain) -> Any:
    sampler = domain.get_sampler()
    return sampler.q if isinstance(sampler, Quantized) else None


def _indices(domain: Any) -> tuple[int, int]:
    """Return the first and last multiple of the step that ``domain`` can give (step 1 for plain integers)."""
    step = _step(domain) or 1
    last = math.floor(domain.upper / step)
    if isinstance(domain, Integer) and step == 1:
        last -= 1  # Tune's integers exclude the upper bound, unless there is a step
    return math.ceil(domain.lower / step), last


def _decoder(domain: Any) -> Callable[[float], Any]:
    """Return the function from [0, 1] onto ``domain`` that turns a uniform draw into one of the domain."""
    name = kind(domain)
    if name == "other":
        raise ValueError(f"{domain!r} cannot be encoded as a float; use uniform, randint, choice or a kin")
    if isinstance(domain, Categorical):
        items = list(domain.categories)
        return lambda u: items[min(int(u * len(items)), len(items) - 1)]
    if name in ("uniform", "loguniform"):
        low, high = domain.lower, domain.upper
    else:
        low, high = _indices(domain)
    step = _step(domain) or 1
    past = 1 if isinstance(domain, Integer) else 0  # each integer has the slice up to the next

    def scale(u: float) -> float:
        if "log" in name:
            return float(low * ((high + past) / low) ** u)
        return float(low + (high + past - low) * u)

    if isinstance(domain, Integer):
        return lambda u: min(math.floor(scale(u)), high) * step
    if name.startswith("q"):
        return lambda u: float(min(max(round(scale(u)), low), high) * step)
    return lambda u: float(min(max(scale(u), low), high))
