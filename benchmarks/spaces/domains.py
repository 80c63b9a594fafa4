"""Domains: their kinds, projection of values onto them, and their mapping to [0, 1].

Quantised domains follow Tune's own sampler: integers are drawn evenly among the multiples of the step that
lie inside, floats are rounded to the nearest one.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Float, Integer, LogUniform, Quantized, Uniform

from benchmarks.spaces.categories import distinct, distinguishable, plain, positions
from benchmarks.spaces.scales import EXACT, narrow, share_of, share_of_whole, value_at, whole_at

#: The kinds that have an encoding as a number.
KINDS = frozenset(
    {"uniform", "loguniform", "quniform", "qloguniform", "randint", "lograndint", "qrandint", "qlograndint"}
    | {"choice", "conditional"}
)
ENDLESS = ("uniform", "loguniform", "other")
TINIEST = 1e-30  # what an ordinary float domain is at least wide; its bounds are within the inverse
LARGEST_WHOLE = 2**53  # every whole number up to here is also a double


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
    short = [f"{value:g}" for value in arguments]
    if short[0] == short[1] or isinstance(space, Integer):  # six digits are too few for it
        short = [repr(plain(value)) for value in arguments]
    return f"{kind(space)}({', '.join(short)})"


def cardinality(domain: Domain) -> int | None:
    """Return the number of values of ``domain``; None if it is infinite.

    Raises:
        ValueError: if it has none: no multiple of the step lies within its bounds.
    """
    if isinstance(domain, Categorical):
        return None if kind(domain) == "conditional" else len(domain.categories)
    if kind(domain) in ENDLESS:
        return 1 if kind(domain) != "other" and domain.lower == domain.upper else None  # type: ignore[attr-defined]
    low, high = _indices(domain)
    return high - low + 1


def ordinary(domain: Domain) -> bool:
    """Return whether the arithmetic of libraries, Tune's own included, is safe on ``domain``.

    It squares, divides and rounds to digits.  So floats must be within +-1e30 and at least 1e-30 wide (at
    least 1e-30 themselves, on a logarithmic scale), and not narrower than a millionth of their bounds; whole
    numbers must be within +-2**53; no two categories may be equal, or have the same text.
    """
    if isinstance(domain, Categorical):
        return distinguishable(domain.categories)
    if not isinstance(domain, Float | Integer) or kind(domain) == "other":
        return True
    low, high = domain.lower, domain.upper
    largest = max(abs(low), abs(high))
    if isinstance(domain, Integer):
        return bool(largest <= LARGEST_WHOLE)
    smallest = low if "log" in kind(domain) else high - low
    return bool(largest <= 1 / TINIEST and smallest >= TINIEST and not narrow(low, high))


def is_float(part: Any) -> bool:
    """Return whether a part of a space is a float with bounds that is also ``ordinary``."""
    return isinstance(part, Float) and kind(part) != "other" and ordinary(part)


def nearest(domain: Domain, value: Any) -> Any:
    """Return the value of a numeric ``domain`` that is nearest to ``value``.

    Raises:
        ValueError: for a category that is none of the domain's, since categories have no distance; for NaN.
    """
    return to_nearest(domain)(value)


def to_nearest(domain: Any) -> Callable[[Any], Any]:
    """Return the function that ``nearest`` calls, for many values of one domain."""
    if isinstance(domain, Categorical):
        items, position = list(domain.categories), positions(domain.categories)
        return lambda value: items[position(value)]
    if kind(domain) == "other":
        return lambda value: value
    lower, upper = domain.lower, domain.upper

    def bounded(value: Any) -> Any:
        if value != value:
            raise ValueError(f"NaN is near to no value of {describe(domain)}")
        return min(max(value, lower), upper)

    if kind(domain) in ("uniform", "loguniform"):
        return lambda value: float(bounded(value))
    low, high = _indices(domain)
    step, number = _step(domain) or 1, int if isinstance(domain, Integer) else float
    return lambda value: number(min(max(_nearest_index(bounded(value), step), low), high) * step)


def _nearest_index(value: Any, step: Any) -> int:
    if isinstance(value, Integral) and isinstance(step, Integral) and abs(int(value)) > EXACT:
        return (2 * int(value) + int(step)) // (2 * int(step))
    index: int = round(value / step)
    return index


def levels(domain: Domain, count: int) -> list[Any]:
    """Return at most ``count`` values that split ``domain`` evenly on its own scale, at their centres."""
    decode = from_fraction(domain)
    return distinct(decode((index + 0.5) / count) for index in range(count))


def from_fraction(domain: Any) -> Callable[[float], Any]:
    """Return the function from [0, 1] onto ``domain`` that turns a uniform draw into one of the domain.

    Uniform in the logarithm where the domain is; an equal slice for each integer or category, told apart by
    position.  It never falls as the share grows.

    Raises:
        ValueError: for a domain that cannot be encoded (``sample_from``, ``randn``), or has no value.
    """
    if isinstance(domain, Categorical):
        items = [plain(item) for item in domain.categories]
        return lambda u: items[min(int(u * len(items)), len(items) - 1)]
    low, high = _ends(domain)
    step, log = _step(domain) or 1, "log" in kind(domain)
    if isinstance(domain, Integer):
        index = whole_at(low, high, log=log)
        return lambda u: int(index(u) * step)
    value = value_at(low, high, log=log)
    if _step(domain):
        return lambda u: float(round(float(value(u))) * step)
    return lambda u: min(max(float(value(u)), low), high)


def fraction(domain: Any) -> Callable[[Any], float]:
    """Return the inverse of ``from_fraction``: the middle of a value's slice of [0, 1].

    Raises:
        ValueError: for a domain that cannot be encoded, or has no value; the function returned, for a value
            that is none of the domain's.
    """
    if isinstance(domain, Categorical):
        count, position = len(domain.categories), positions(domain.categories)
        return lambda value: (position(value) + 0.5) / count
    low, high = _ends(domain)
    step, whole, log = _step(domain), isinstance(domain, Integer), "log" in kind(domain)
    slack = 1e-9 * step if step else 0 if whole else 1e-9 * low if log else 1e-9 * high - 1e-9 * low
    closest, unit = to_nearest(domain), step or 1
    middle = share_of_whole(low, high, log=log) if whole else share_of(low, high, log=log)

    def share(value: Any) -> float:
        near = closest(value) if _is_number(value, whole) else None
        if near is None or not abs(near - value) <= slack:
            raise ValueError(f"{value!r} is not a value of {describe(domain)}")
        return middle(_nearest_index(near, unit) if step or whole else near)

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
    _check_bounds(domain)
    step = _step(domain) or 1
    if isinstance(domain, Integer):
        first, last = math.ceil(Fraction(domain.lower) / step), math.floor(Fraction(domain.upper) / step)
        if step == 1:
            last -= 1  # Tune's integers exclude the upper bound, unless there is a step
    else:
        lower, upper = float(domain.lower) / step, float(domain.upper) / step
        if max(abs(lower), abs(upper)) > EXACT:
            raise ValueError(
                f"{describe(domain)} has a step that doubles cannot tell apart at its bounds; leave it out"
            )
        first, last = _rounded(lower, math.ceil), _rounded(upper, math.floor)
    if first > last:
        raise ValueError(f"{describe(domain)} has no value: no multiple of its step lies in it")
    return first, last


def _rounded(ratio: float, inwards: Callable[[float], int]) -> int:
    """Return ``ratio`` as a whole number; 0.3 / 0.1 is 2.9999999999999996 and means 3."""
    return round(ratio) if math.isclose(ratio, round(ratio)) else inwards(ratio)


def _ends(domain: Any) -> tuple[Any, Any]:
    """Return the first and last value of ``domain``, in steps where it has them."""
    if kind(domain) == "other":
        raise ValueError(
            f"{describe(domain)} cannot be encoded as a float; use uniform, randint, choice or a kin"
        )
    if kind(domain) in ("uniform", "loguniform"):
        _check_bounds(domain)
        return float(domain.lower), float(domain.upper)
    return _indices(domain)


def _check_bounds(domain: Any) -> None:
    lower, upper = domain.lower, domain.upper
    largest = sys.float_info.max
    if not (-largest <= lower <= largest and -largest <= upper <= largest):
        raise ValueError(f"{kind(domain)} has a bound beyond 1.8e308, the largest double")
    if lower > upper:
        raise ValueError(f"{describe(domain)} has no value: its lower bound is above its upper one")
    if "log" in kind(domain) and lower <= 0:
        raise ValueError(f"{describe(domain)} has a logarithmic scale, and a lower bound that is not above 0")
