"""Plain values of a configuration: what JSON holds, and hints for the values that it cannot."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np

from benchmarks.core.refusal import shown

LARGEST = 2**63  # integers are stored in 64 bits
EXPECTED = "expected ray.tune's domains and None, True, False, numbers, text, lists and dicts"
TRANSLATE = "write a string or an index that the trainable translates"


def _is_array(value: Any) -> bool:
    """Return whether a value is an array of any library."""
    return hasattr(value, "__array__") and not isinstance(value, np.generic)


#: Values that no configuration may hold: a test for them, a noun, and what to write in their place.
_FOREIGN: tuple[tuple[Callable[[Any], bool], str, str], ...] = (
    (inspect.isclass, "the class", "write its name or an index, which the trainable translates"),
    (lambda v: isinstance(v, Enum), "the member", "write its value, which the trainable translates"),
    (_is_array, "the array", "write a list, or an index that the trainable translates"),
    (lambda v: isinstance(v, set | frozenset), "the set", "write a list"),
    (lambda v: isinstance(v, range), "the", "write tune.randint, or a list of its numbers"),
    (callable, "the function", f"{TRANSLATE}, or tune.sample_from if it is to draw"),
)


def plain_value(path: str, value: Any) -> Any:
    """Return a value as one of Python's; NumPy's scalars are converted.

    Raises:
        ValueError: for a value that JSON cannot hold; names its path, and what to write.
    """
    from ray.tune.search.sample import Domain

    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, Domain):
        raise ValueError(f"{path} holds the domain {_described(plain)}, from which nothing is drawn")
    if plain is None or isinstance(plain, bool):
        return plain
    if not isinstance(plain, Enum):
        if isinstance(plain, str):
            return _text(path, plain)
        if isinstance(plain, int):
            return _whole(path, plain)
        if isinstance(plain, float):
            return _finite(path, plain)
    for test, noun, write in _FOREIGN:
        if test(value):
            called = getattr(value, "__qualname__", None) or shown(value)
            raise ValueError(f"{path} holds {noun} {called}; {EXPECTED}: {write}")
    kind = type(value).__name__
    raise ValueError(f"{path} holds {shown(value)} of type {kind}; {EXPECTED}: {TRANSLATE}")


def _text(path: str, value: str) -> str:
    """Return text that UTF-8 can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{path} holds {shown(value)}; expected text without lone surrogates") from None
    return str(value)


def _whole(path: str, value: int) -> int:
    """Return an integer of 64 bits."""
    if not -LARGEST <= value < LARGEST:
        raise ValueError(
            f"{path} holds {shown(value)}; expected an integer of 64 bits: write a string or a float"
        )
    return int(value)


def _finite(path: str, value: float) -> float:
    """Return a finite float."""
    if not math.isfinite(value):
        raise ValueError(
            f"{path} holds {value}; expected a finite number: write None or a string that the trainable "
            "translates"
        )
    return float(value)


def _described(domain: Any) -> str:
    """Return a domain in words."""
    from benchmarks.spaces.domains import describe

    return describe(domain)
