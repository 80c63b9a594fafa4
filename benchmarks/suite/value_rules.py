"""Rules of values: text, names, numbers, choices, tuples, sets, mappings and functions that a spec may hold.

A rule returns the value as the spec stores it, or raises ValueError with the end of the line: the value, the
expected one, and what to write.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from numbers import Integral, Real
from typing import Any

from benchmarks.core.refusal import nearest, shown, wrong
from benchmarks.suite.targets import accepts

FieldRule = Callable[[Any], Any]
MOST_NAME = 100  # bytes: names of three parts stand in the name of one file
PUNCTUATION = "-_.+:"  # what a name may hold besides letters and digits, so that it is its own glob


def text(value: Any) -> str:
    """Return a text of one line; blanks and line breaks become single blanks."""
    if not isinstance(value, str):
        raise wrong(value, "text")
    if any(unicodedata.category(c).startswith("C") and not c.isspace() for c in value):
        raise wrong(value, "text without control characters and lone surrogates")
    return " ".join(value.split())


def name(value: Any) -> str:
    """Return a name that works on a command line, as a glob of itself, and in a file's name."""
    expected = f"a name of letters, digits and {' '.join(PUNCTUATION)}, not beginning with - or ."
    if not isinstance(value, str):
        raise wrong(value, expected)
    plain = all(c in PUNCTUATION or unicodedata.category(c)[0] in "LMN" for c in value)
    if not value or not plain or value[0] in "-.":
        usable = "".join(c if c in PUNCTUATION or c.isalnum() else "-" for c in value).strip("-.")
        raise wrong(value, expected, repr(usable) if usable else "")
    if len(value.encode()) > MOST_NAME:
        raise wrong(value, f"at most {MOST_NAME} bytes")
    return str(value)


def flag(value: Any) -> bool:
    """Return True or False; numbers and other truthy values are refused."""
    if not isinstance(value, bool):
        raise wrong(value, "True or False")
    return value


def whole(value: Any, least: int, most: int) -> int:
    """Return a whole number in a range."""
    whole_one = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole_one or not least <= int(value) <= most:
        raise wrong(value, f"a whole number from {least} to {most}")
    return int(value)


def positive(value: Any) -> float:
    """Return a finite number above 0."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    try:
        number = float(value) if is_number else math.nan
    except OverflowError:
        number = math.inf
    if not 0 < number < math.inf:
        raise wrong(value, "a finite number above 0")
    return number


def one_of(value: Any, choices: tuple[str, ...]) -> str:
    """Return one of a few words."""
    if not isinstance(value, str) or value not in choices:
        near = [choice for choice in choices if isinstance(value, str) and value.startswith(choice)]
        raise wrong(value, " or ".join(map(repr, choices)), repr(near[0]) if near else "")
    return value


def optional(value: Any, rule: FieldRule) -> Any:
    """Return None, or what the rule makes of the value."""
    return None if value is None else rule(value)


def tuple_of(value: Any, rule: FieldRule, least: int = 0) -> tuple[Any, ...]:
    """Return a tuple of what the rule makes of each item, each once; a single text is refused."""
    if isinstance(value, str):
        raise wrong(value, "a tuple of names", f"({value!r},)")
    if not isinstance(value, list | tuple) or len(value) < least:
        raise wrong(value, f"a tuple of {'at least one name' if least else 'names'}")
    return tuple(dict.fromkeys(_each(value, rule)))


def members(value: Any, kind: type[StrEnum]) -> frozenset[Any]:
    """Return a set of an enumeration's members, which may be given by their values."""
    if isinstance(value, str | Mapping) or not isinstance(value, Collection):
        raise wrong(
            value, f"a set of {kind.__name__}", f"frozenset({{{kind.__name__}.{next(iter(kind)).name}}})"
        )
    return frozenset(_each(value, lambda item: member(item, kind)))


def member(value: Any, kind: type[StrEnum]) -> Any:
    """Return the member of an enumeration that this is, or has this value."""
    if not isinstance(value, str) or value not in list(kind):
        raise ValueError(f"holds {shown(value)}, no {kind.__name__}; {nearest(str(value), kind)}")
    return kind(value)


def mapping(value: Any, key: FieldRule) -> dict[Any, str]:
    """Return a dict from what the rule makes of each key to a text."""
    if not isinstance(value, Mapping):
        raise wrong(value, "a dict")
    return dict(zip(_each(value, key), _each(value.values(), _sentence), strict=True))


def _sentence(value: Any) -> str:
    if not text(value):
        raise wrong(value, "a reason, a sentence")
    return text(value)


def _each(items: Collection[Any], rule: FieldRule) -> list[Any]:
    """Return the rule's value of each item; an error of one is reported for the whole."""
    made = []
    for item in items:
        try:
            made.append(rule(item))
        except ValueError as error:
            message = str(error)
            raise ValueError(
                f"holds {message.removeprefix('is ')}" if message.startswith("is ") else message
            ) from error
    return made


def function(value: Any, *takes: str) -> Callable[..., Any]:
    """Return a function that takes these arguments."""
    expected = f"a function of {', '.join(takes) or 'no arguments'}"
    if not callable(value):
        raise wrong(value, expected)
    if not accepts(value, *takes):
        raise wrong(value, expected)
    taken: Callable[..., Any] = value
    return taken
