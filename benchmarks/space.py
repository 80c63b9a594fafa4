"""Search spaces: the kinds of domain, the way back into one, and each domain as a share of [0, 1].

Quantised domains follow Tune's own sampler: integers are drawn evenly among the multiples of the step that
lie inside, floats are rounded to the nearest one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized, Uniform

#: The kinds that have an encoding as a number.
KINDS = frozenset(
    {"uniform", "loguniform", "quniform", "qloguniform", "randint", "lograndint", "qrandint", "qlograndint"}
    | {"choice", "conditional"}
)
ENDLESS = ("uniform", "loguniform", "other")


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
    if isinstance(space, Mapping) and "grid_search" in space:
        return frozenset({"other"})
    parts = space.values() if isinstance(space, Mapping) else getattr(space, "categories", space)
    nested = isinstance(space, Mapping | Categorical | list | tuple)
    inner = frozenset[str]().union(*map(kinds, parts)) if nested else frozenset[str]()
    if isinstance(space, Categorical):
        return inner | {"conditional" if inner else "choice"}
    return frozenset({kind(space)}) if isinstance(space, Domain) else inner


def describe(space: Any) -> str:
    """Return the call of Tune's that makes a domain, such as ``loguniform(1e-10, 1)``, however deep."""
    if isinstance(space, Categorical):
        return f"choice({', '.join(map(describe, space.categories))})"
    if isinstance(space, Mapping):
        return "{" + ", ".join(f"{key}: {describe(value)}" for key, value in space.items()) + "}"
    if isinstance(space, list | tuple):
        return f"[{', '.join(map(describe, space))}]"
    if not isinstance(space, Domain):
        return str(space)
    if not isinstance(space, Float | Integer) or kind(space) == "other":
        return "randn" if isinstance(space, Float) else "sample_from"
    arguments = [space.lower, space.upper] + ([_step(space)] if _step(space) else [])
    return f"{kind(space)}({', '.join(f'{value:g}' for value in arguments)})"


def cardinality(domain: Domain) -> int | None:
    """Return how many values ``domain`` has; None if there is no end to them.

    Raises:
        ValueError: if it has none: no multiple of the step lies within its bounds.
    """
    if isinstance(domain, Categorical):
        return None if kind(domain) == "conditional" else len(domain.categories)
    if kind(domain) in ENDLESS:
        return 1 if kind(domain) != "other" and domain.lower == domain.upper else None  # type: ignore[attr-defined]
    low, high = _indices(domain)
    return high - low + 1


def nearest(domain: Domain, value: Any) -> Any:
    """Return the value of a numeric ``domain`` that is nearest to ``value``.

    Raises:
        ValueError: for a category that is none of the domain's; categories have no distance.
    """
    return to_nearest(domain)(value)


def to_nearest(domain: Any) -> Callable[[Any], Any]:
    """Return the function that ``nearest`` calls, for many values of one domain."""
    if isinstance(domain, Categorical):
        items = list(domain.categories)

        def same(value: Any) -> Any:
            if value not in items:
                raise ValueError(f"{value!r} is none of the categories {items}")
            return value

        return same
    if kind(domain) in ("uniform", "loguniform"):
        lower, upper = domain.lower, domain.upper
        return lambda value: float(min(max(value, lower), upper))
    if kind(domain) == "other":
        return lambda value: value
    low, high = _indices(domain)
    step, number = _step(domain) or 1, int if isinstance(domain, Integer) else float
    return lambda value: number(min(max(round(value / step), low), high) * step)


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
        ValueError: for a domain that cannot be encoded (``sample_from``, ``randn``), or has no value.
    """
    if isinstance(domain, Categorical):
        items = list(domain.categories)
        return lambda u: items[min(int(u * len(items)), len(items) - 1)]
    low, high, end = _ends(domain)
    step, log = _step(domain) or 1, "log" in kind(domain)

    def place(u: float) -> float:
        return float(low * (end / low) ** u if log else low + (end - low) * u)

    if isinstance(domain, Integer):
        return lambda u: int(min(math.floor(place(u)), high) * step)
    if _step(domain):
        return lambda u: float(round(place(u)) * step)
    return lambda u: float(min(max(place(u), low), high))


def fraction(domain: Any) -> Callable[[Any], float]:
    """Return the inverse of ``from_fraction``: the middle of a value's slice of [0, 1].

    Raises:
        ValueError: for a domain that cannot be encoded, or has no value; the function returned, for a value
            that is none of the domain's.
    """
    if isinstance(domain, Categorical):
        items = list(domain.categories)
        return lambda value: (items.index(value) + 0.5) / len(items)
    low, _, end = _ends(domain)
    step, whole, log = _step(domain), isinstance(domain, Integer), "log" in kind(domain)
    slack = 1e-9 * (step or (0 if whole else low if log else end - low))
    closest, unit, middle = to_nearest(domain), step or 1, 0.5 if whole else 0
    width = math.log(end / low) if log else end - low

    def share(value: Any) -> float:
        near = closest(value) if _is_number(value, whole) else None
        if near is None or not abs(near - value) <= slack:  # NaN neither
            raise ValueError(f"{value!r} is no value of {describe(domain)}")
        at = (round(near / unit) if step else near) + middle
        return math.log(at / low) / width if log else (at - low) / width

    return share


def _is_number(value: Any, whole: bool) -> bool:
    if type(value) is (int if whole else float):  # nearly always, and asked thousands of times a second
        return True
    return isinstance(value, Real) and isinstance(value, Integral) == whole and not isinstance(value, bool)


def _step(domain: Domain) -> Any:
    sampler = domain.get_sampler()
    return sampler.q if isinstance(sampler, Quantized) else None


def _indices(domain: Any) -> tuple[int, int]:
    """Return the first and last multiple of the step that ``domain`` can give (step 1 for plain integers)."""
    step = _step(domain) or 1
    first, last = _rounded(domain.lower / step, math.ceil), _rounded(domain.upper / step, math.floor)
    if isinstance(domain, Integer) and step == 1:
        last -= 1  # Tune's integers exclude the upper bound, unless there is a step
    if first > last:
        raise ValueError(f"{describe(domain)} has no value: no multiple of its step lies in it")
    return first, last


def _rounded(ratio: float, inwards: Callable[[float], int]) -> int:
    """Return ``ratio`` as a whole number; 0.3 / 0.1 is 2.9999999999999996 and means 3."""
    return round(ratio) if math.isclose(ratio, round(ratio)) else inwards(ratio)


def _ends(domain: Any) -> tuple[Any, Any, Any]:
    """Return the first and last value of ``domain`` in steps, and where the slice of the last one ends."""
    if kind(domain) == "other":
        raise ValueError(
            f"{describe(domain)} cannot be encoded as a float; use uniform, randint, choice or a kin"
        )
    if kind(domain) in ("uniform", "loguniform"):
        return domain.lower, domain.upper, domain.upper
    first, last = _indices(domain)
    return first, last, last + 1 if isinstance(domain, Integer) else last
