"""Bounds, steps and moments of numeric domains: checked, and converted to Python's numbers."""

from __future__ import annotations

import copy
import math
from numbers import Integral, Real
from typing import Any

from benchmarks.core.refusal import shown
from benchmarks.spaces.plain_values import LARGEST


def numeric_domain(path: str, domain: Any) -> Any:
    """Return a Float or Integer domain with Python's numbers; its bounds and its step must leave it a value.

    Raises:
        ValueError: for bounds, a step or moments that it cannot have.
    """
    from ray.tune.search.sample import Integer, LogUniform, Normal, Quantized

    from benchmarks.spaces.domains import cardinality

    numeric: Any = _of_plain_numbers(domain)  # Ray's functions have no types
    sampler, step = numeric.get_sampler(), None
    if isinstance(sampler, Quantized):
        sampler, step = sampler.get_sampler(), sampler.q
    whole, normal = isinstance(domain, Integer), isinstance(sampler, Normal)
    bounds = [sampler.mean, sampler.sd] if normal else [numeric.lower, numeric.upper]
    _check_numbers(path, [*bounds, *([] if step is None else [step])], whole)
    if step is not None and step <= 0:
        raise ValueError(f"{path} has the step {shown(step)}; expected one above 0")
    if normal:  # Ray sees to the deviation
        return numeric
    low, high = bounds
    if low > high or (whole and low == high and step is None):
        upper = "above" if whole and step is None else "not below"
        raise ValueError(
            f"{path} has the bounds {shown(low)} and {shown(high)}; the upper must be {upper} the lower"
        )
    if isinstance(sampler, LogUniform) and low <= 0:
        raise ValueError(
            f"{path} has the lower bound {shown(low)} on a logarithmic scale; expected one above 0"
        )
    try:
        cardinality(numeric)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return numeric


def _check_numbers(path: str, numbers: list[Any], whole: bool) -> None:
    """Raise ValueError unless all are finite, and integers of 64 bits where ``whole``."""
    for number in numbers:
        kind = Integral if whole else Real
        if isinstance(number, bool) or not isinstance(number, kind) or not _fits(number):
            expected = "whole numbers of 64 bits" if whole else "finite numbers"
            raise ValueError(f"{path} has the bound or step {shown(number)}; expected {expected}")


def _of_plain_numbers(domain: Any) -> Any:
    """Return a numeric domain like this one whose bounds, step and moments are Python's own."""
    from ray.tune.search.sample import Quantized

    converted = copy.copy(domain)
    converted.lower, converted.upper = _plain(domain.lower), _plain(domain.upper)
    sampler: Any = copy.copy(domain.sampler)
    converted.sampler = sampler
    if isinstance(sampler, Quantized):
        sampler.q = _plain(sampler.q)
        sampler.sampler = sampler = copy.copy(sampler.sampler)
    for name in ("mean", "sd"):
        if hasattr(sampler, name):
            setattr(sampler, name, _plain(getattr(sampler, name)))
    return converted


def _plain(number: Any) -> Any:
    """Return a number, NumPy's or a fraction say, as Python's; anything else as it is."""
    if type(number) in (int, float, bool) or not isinstance(number, Real):
        return number
    try:
        return int(number) if isinstance(number, Integral) else float(number)
    except OverflowError:
        return math.inf


def _fits(bound: Any) -> bool:
    """Return whether a number is finite, and of 64 bits if it is an integer."""
    return -LARGEST <= int(bound) < LARGEST if isinstance(bound, Integral) else math.isfinite(bound)
