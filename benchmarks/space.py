"""Search spaces: the kinds of domain, the way back into one, and each domain as a share of [0, 1].

Quantised domains follow Tune's own sampler: integers are drawn evenly among the multiples of the step that
lie inside, floats are rounded to the nearest one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized, Uniform

#: The kinds that have an encoding as a number.
KINDS = frozenset(
    {"uniform", "loguniform", "quniform", "qloguniform", "randint", "lograndint", "qrandint", "qlograndint"}
    | {"choice", "conditional"}
)


def kind(domain: Domain) -> str:
    """Return the kind of ``domain``: the name of Tune's function that makes it, or "other".

    A choice between dicts that hold domains of their own is "conditional".
    """
    sampler = domain.get_sampler()
    quantised = isinstance(sampler, Quantized)
    if quantised:
        sampler = sampler.get_sampler()
    if isinstance(domain, Categorical):
        return "conditional" if kinds(list(domain.categories)) else "choice"
    if not isinstance(domain, Float | Integer) or not isinstance(sampler, Uniform | LogUniform):
        return "other"
    scale = "log" if isinstance(sampler, LogUniform) else ""
    base = "uniform" if isinstance(domain, Float) else "randint"
    return ("q" if quantised else "") + scale + base


def kinds(space: Any) -> frozenset[str]:
    """Return the kinds of domain in a search space, however deep; constants do not count.

    A ``grid_search`` counts as "other": it fixes the number of trials, which is the budget's to say.
    """
    if isinstance(space, Mapping):
        if "grid_search" in space:
            return frozenset({"other"})
        return frozenset[str]().union(*(kinds(value) for value in space.values()))
    if isinstance(space, list):
        return frozenset[str]().union(*(kinds(value) for value in space))
    if isinstance(space, Categorical):
        inner = kinds(list(space.categories))
        return inner | {"conditional" if inner else "choice"}
    return frozenset({kind(space)}) if isinstance(space, Domain) else frozenset()


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
    if kind(domain) == "conditional":
        return None
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
    decode = from_fraction(domain)
    values: list[Any] = []
    for index in range(count):
        value = decode((index + 0.5) / count)
        if value not in values:  # compared, not hashed: categories may be lists
            values.append(value)
    return values


def from_fraction(domain: Any) -> Callable[[float], Any]:
    """Return the function from [0, 1] onto ``domain`` that turns a uniform draw into one of the domain.

    Uniform in the logarithm where the domain is; an equal slice for each integer or category.

    Raises:
        ValueError: for a domain that cannot be encoded (``sample_from``, ``randn``).
    """
    name = kind(domain)
    if name == "other":
        raise ValueError(f"{domain!r} cannot be encoded as a float; use uniform, randint, choice or a kin")
    if isinstance(domain, Categorical):
        items = list(domain.categories)
        return lambda u: items[min(int(u * len(items)), len(items) - 1)]
    low, high, past = _ends(domain)
    step = _step(domain) or 1

    def scale(u: float) -> float:
        if "log" in name:
            return float(low * ((high + past) / low) ** u)
        return float(low + (high + past - low) * u)

    if isinstance(domain, Integer):
        return lambda u: int(min(math.floor(scale(u)), high) * step)
    if name.startswith("q"):
        return lambda u: float(min(max(round(scale(u)), low), high) * step)
    return lambda u: float(min(max(scale(u), low), high))


def fraction(domain: Any) -> Callable[[Any], float]:
    """Return the inverse of ``from_fraction``: the middle of a value's slice of [0, 1].

    Raises:
        ValueError: for a domain that cannot be encoded; the function returned, for a value outside.
    """
    name = kind(domain)
    if name == "other":
        raise ValueError(f"{domain!r} cannot be encoded as a float; use uniform, randint, choice or a kin")
    if isinstance(domain, Categorical):
        items = list(domain.categories)
        return lambda value: (items.index(value) + 0.5) / len(items)
    low, high, past = _ends(domain)
    step = _step(domain) or 1

    def place(value: Any) -> float:
        at = value / step + (0.5 if past else 0)
        if name.startswith("q") and not past:
            at = round(at)
        share = (
            math.log(at / low) / math.log((high + past) / low)
            if "log" in name
            else (at - low) / (high + past - low)
        )
        if not -1e-9 <= share <= 1 + 1e-9:
            raise ValueError(f"{value!r} lies outside of {describe(domain)}")
        return min(max(share, 0.0), 1.0)

    return place


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


def _ends(domain: Any) -> tuple[Any, Any, int]:
    """Return the ends of ``domain`` in steps, and 1 if the last value has a slice of its own past its end."""
    if kind(domain) in ("uniform", "loguniform"):
        return domain.lower, domain.upper, 0
    return *_indices(domain), 1 if isinstance(domain, Integer) else 0
