"""Search spaces that can be accepted: what they may hold, and what to write in place of what they may not.

A configuration is stored as JSON and is what every seed is derived from, so a space holds what JSON does:
None, True and False, 64-bit integers, finite floats, text, lists and dicts of these, and Tune's domains of
them.  NumPy's scalars become Python's.  A tuple is accepted, reaches the trainable as one, and is stored as a
list.
"""

from __future__ import annotations

import copy
import inspect
import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from numbers import Integral, Real
from typing import Any

import numpy as np

from benchmarks.core.refusal import ask, nearest, shown
from benchmarks.core.seeding import OwnGenerators, canonical
from benchmarks.spaces.grid_values import GRID, as_choices, grids, is_list, joined, with_categories

DEEPEST = 32  # dicts and lists within each other
LARGEST = 2**63  # integers are stored in 64 bits
EXPECTED = "expected ray.tune's domains and None, True, False, numbers, text, lists and dicts"
TRANSLATE = "write a string or an index that the trainable translates"
DRAWS = 8  # configurations that are looked at where a function of the user's makes values


def accepted(space: Any) -> dict[str, Any]:
    """Return a search space with NumPy's scalars as Python's and its dicts as plain ones.

    Raises:
        ValueError: for what no configuration may hold; names the parameter by its path.
    """
    if not isinstance(space, Mapping):
        raise ValueError(f"is {shown(space)}; expected a dict of ray.tune's domains and constants")
    if GRID in space:
        raise ValueError(f"is a {GRID} without a name; write {{'name': tune.{GRID}([...])}}")
    for key in space:
        if isinstance(key, str) and key.startswith("__"):
            raise ValueError(f"has the name {key!r}; names that begin with __ are Tune's own")
    kept: dict[str, Any] = _value("", space, 0)
    return kept


def check_mutable(space: Mapping[str, Any], mutable: tuple[str, ...]) -> None:
    """Raise ValueError for a name that is no hyperparameter which may change while a trial trains."""
    from ray.tune.search.sample import Domain

    for name in mutable:
        found, domain = name in space, space.get(name)
        if isinstance(domain, Domain) and not (why := _why_fixed(domain)):
            continue
        if isinstance(domain, Domain):
            reason = why
        elif found and isinstance(domain, Mapping) and GRID not in domain:
            reason = (
                "is a dict; only hyperparameters at the top of the space can change: write its parts there"
            )
        elif found:
            reason = "is a grid_search" if isinstance(domain, Mapping) else f"is the constant {shown(domain)}"
            reason += " and has nothing to change to; leave it out or write a domain"
        elif inner := [path for path in _paths(space) if name in (path, path.replace(".", "/"))]:
            reason = (
                f"lies within {inner[0].partition('.')[0]}; only hyperparameters at the top of the space can "
            )
            reason += "change: write it there"
        else:
            reason = f"is no hyperparameter of the space; {nearest(name, space)}"
        raise ValueError(f"holds {name!r}, which {reason}")


def _why_fixed(domain: Any) -> str:
    from ray.tune.search.sample import Function

    from benchmarks.spaces.domains import kind

    if isinstance(domain, Function):
        return "is a sample_from; a function gives no values to change to"
    parts = getattr(domain, "categories", ())
    if kind(domain) == "conditional" or any(isinstance(part, Mapping) for part in parts):
        return "is a choice of dicts, whose parts cannot change by themselves; leave it out"
    return ""


def _paths(space: Mapping[str, Any], start: str = "") -> Iterator[str]:
    """Yield the paths of all that dicts within dicts hold."""
    for key, value in space.items():
        yield f"{start}{key}"
        if isinstance(value, Mapping):
            yield from _paths(value, f"{start}{key}.")


def check_draws(space: Mapping[str, Any]) -> None:
    """Draw a few configurations and raise ValueError for what a ``sample_from`` gives besides plain values.

    Raises:
        SpecError: if the function raises an error itself.
    """
    with OwnGenerators(0):  # what the function draws from is given back
        for seed in range(DRAWS):
            config = ask("sample_from", partial(drawn, space, seed))
            try:
                _value("", config, 0, domains=False)
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


def _value(path: str, value: Any, depth: int, domains: bool = True) -> Any:
    """Return a part of a space as it is kept."""
    from ray.tune.search.sample import Domain

    if depth > DEEPEST:
        raise ValueError(f"is nested more than {DEEPEST} deep, at {shown(path)}")
    if isinstance(value, Domain) and domains:
        return _domain(path, value, depth)
    if isinstance(value, Mapping):
        if GRID in value and domains:
            return {GRID: _levels(path, value, depth)}
        return {_key(path, k): _value(joined(path, k), v, depth + 1, domains) for k, v in value.items()}
    if is_list(value):
        if isinstance(value, tuple) and domains and (inner := grids(value, path) or _domains(value)):
            raise ValueError(
                f"has domains in the tuple {path} ({inner[0]}), where Tune finds none; write a list"
            )
        kept = [_value(joined(path, i), item, depth + 1, domains) for i, item in enumerate(value)]
        return tuple(kept) if isinstance(value, tuple) else kept
    return _scalar(path, value)


def _domains(value: Any) -> list[str]:
    from benchmarks.spaces.domains import kinds

    return sorted(kinds(value))


def _key(path: str, key: Any) -> str:
    where = f"in {path}" if path else "in it"
    if not isinstance(key, str):
        raise ValueError(
            f"has the key {shown(key)} {where}; expected names, which are text: write {str(key)!r}"
        )
    if not key or any(unicodedata.category(c).startswith("C") for c in key):
        raise ValueError(
            f"has the name {shown(key)} {where}; expected text without control characters and lone surrogates"
        )
    return str(key)


def _levels(path: str, grid: Mapping[str, Any], depth: int) -> list[Any]:
    values = grid[GRID]
    if len(grid) > 1 or not isinstance(values, list) or not values:
        raise ValueError(f"has a {GRID} at {path} that is no list of values; write tune.{GRID}([...])")
    return [_value(joined(path, i), item, depth + 1) for i, item in enumerate(values)]


def _is_array(value: Any) -> bool:
    return hasattr(value, "__array__") and not isinstance(value, np.generic)


#: What people put into a space that no configuration may hold: its test, what it is, what to write.
_FOREIGN: tuple[tuple[Callable[[Any], bool], str, str], ...] = (
    (inspect.isclass, "the class", "write its name or an index, which the trainable translates"),
    (lambda v: isinstance(v, Enum), "the member", "write its value, which the trainable translates"),
    (_is_array, "the array", "write a list, or an index that the trainable translates"),
    (lambda v: isinstance(v, set | frozenset), "the set", "write a list"),
    (lambda v: isinstance(v, range), "the", "write tune.randint, or a list of its numbers"),
    (callable, "the function", f"{TRANSLATE}, or tune.sample_from if it is to draw"),
)


def _scalar(path: str, value: Any) -> Any:
    """Return a plain value; NumPy's scalars as Python's."""
    from ray.tune.search.sample import Domain

    kept = value.item() if isinstance(value, np.generic) else value
    if isinstance(kept, Domain):
        raise ValueError(f"{path} holds the domain {_described(kept)}, which nobody draws from")
    if kept is None or isinstance(kept, bool):
        return kept
    if not isinstance(kept, Enum):
        if isinstance(kept, str):
            return _text(path, kept)
        if isinstance(kept, int):
            return _whole(path, kept)
        if isinstance(kept, float):
            return _finite(path, kept)
    for test, noun, write in _FOREIGN:
        if test(value):
            called = getattr(value, "__qualname__", None) or shown(value)
            raise ValueError(f"{path} holds {noun} {called}; {EXPECTED}: {write}")
    kind = type(value).__name__
    raise ValueError(f"{path} holds {shown(value)} of type {kind}; {EXPECTED}: {TRANSLATE}")


def _text(path: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{path} holds {shown(value)}; expected text without lone surrogates") from None
    return str(value)


def _whole(path: str, value: int) -> int:
    if not -LARGEST <= value < LARGEST:
        raise ValueError(
            f"{path} holds {shown(value)}; expected an integer of 64 bits: write a string or a float"
        )
    return int(value)


def _finite(path: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(
            f"{path} holds {value}; expected a finite number: write None or a string that the trainable "
            "translates"
        )
    return float(value)


def _domain(path: str, domain: Any, depth: int) -> Any:
    """Return a domain as it is kept, of Python's numbers; its bounds and its step must leave it a value."""
    from ray.tune.search.sample import Categorical, Float, Integer, LogUniform, Normal, Quantized

    from benchmarks.spaces.domains import cardinality

    if isinstance(domain, Categorical):
        if domain.is_grid():  # Tune's other way to write one
            return {GRID: _levels(path, {GRID: list(domain.categories)}, depth)}
        return with_categories(domain, _categories(path, list(domain.categories), depth))
    if not isinstance(domain, Float | Integer):
        return domain
    numeric: Any = _of_plain_numbers(domain)  # Ray's functions have no types
    sampler, step = numeric.get_sampler(), None
    if isinstance(sampler, Quantized):
        sampler, step = sampler.get_sampler(), sampler.q
    whole = isinstance(domain, Integer)
    normal = isinstance(sampler, Normal)
    bounds = [sampler.mean, sampler.sd] if normal else [numeric.lower, numeric.upper]
    given: list[Any] = bounds + ([] if step is None else [step])
    for bound in given:
        if isinstance(bound, bool) or not isinstance(bound, Integral if whole else Real) or not _fits(bound):
            kind = "whole numbers of 64 bits" if whole else "finite numbers"
            raise ValueError(f"{path} has the bound or step {shown(bound)}; expected {kind}")
    low, high = bounds
    if step is not None and step <= 0:
        raise ValueError(f"{path} has the step {shown(step)}; expected one above 0")
    if normal:  # Ray sees to the deviation
        return numeric
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


def _of_plain_numbers(domain: Any) -> Any:
    """Return a numeric domain like this one whose bounds, step and moments are Python's own."""
    from ray.tune.search.sample import Quantized

    made = copy.copy(domain)
    made.lower, made.upper = _plain(domain.lower), _plain(domain.upper)
    sampler: Any = copy.copy(domain.sampler)
    made.sampler = sampler
    if isinstance(sampler, Quantized):
        sampler.q = _plain(sampler.q)
        sampler.sampler = sampler = copy.copy(sampler.sampler)
    for name in ("mean", "sd"):
        if hasattr(sampler, name):
            setattr(sampler, name, _plain(getattr(sampler, name)))
    return made


def _plain(number: Any) -> Any:
    """Return a number, NumPy's or a fraction say, as Python's; what is no number as it is."""
    if type(number) in (int, float, bool) or not isinstance(number, Real):
        return number
    try:
        return int(number) if isinstance(number, Integral) else float(number)
    except OverflowError:
        return math.inf


def _fits(bound: Any) -> bool:
    return -LARGEST <= int(bound) < LARGEST if isinstance(bound, Integral) else math.isfinite(bound)


def _categories(path: str, items: list[Any], depth: int) -> list[Any]:
    if not items:
        raise ValueError(f"{path} is a choice of nothing; write its categories")
    plain = [isinstance(item, Mapping) or is_list(item) for item in items]
    kept = [
        _value(joined(path, i) if nested else path, item, depth + 1)
        for i, (item, nested) in enumerate(zip(items, plain, strict=True))
    ]
    tuples = [item for item in kept if isinstance(item, tuple)]
    lists = {canonical(item): item for item in kept if isinstance(item, list) and not _domains(item)}
    for one in tuples:
        if other := lists.get(canonical(one)):
            raise ValueError(
                f"{path} has the categories {one} and {other}, which are stored alike; write one only"
            )
    return kept


def _described(domain: Any) -> str:
    from benchmarks.spaces.domains import describe

    return describe(domain)


def draws_by_function(space: Any) -> bool:
    """Say whether a space has a ``sample_from``."""
    from ray.tune.search.sample import Function

    parts = getattr(space, "categories", space)
    values = parts.values() if isinstance(parts, Mapping) else parts if is_list(parts) else ()
    return isinstance(space, Function) or any(map(draws_by_function, values))
