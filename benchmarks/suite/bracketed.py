"""Names with values in brackets: ``asha[reduction_factor=2|4,grace_period=1]``, and lists of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

_BRACKETED = re.compile(r"(?P<base>[^\[\]]+|.*[^\[\]]\])\[(?P<values>[^\[\]]*=[^\[\]]*)\]", re.DOTALL)
_NO_VALUE = re.compile(r"[\s,|=\[\]]")


class Malformed(ValueError):
    """Brackets that hold something else than values; one line."""


def split(text: str) -> tuple[str, str]:
    """Return the name before the brackets and what is within them; "" where there are none.

    Brackets without ``=`` are a glob's.
    """
    match = _BRACKETED.fullmatch(text.strip())
    return (match["base"].strip(), match["values"]) if match else (text, "")


def values_of(within: str) -> dict[str, list[str]]:
    """Return the values that brackets give each name: ``a=1|2, b=x`` gives a two and b one.

    Raises:
        Malformed: if they hold something else, or one name twice.
    """
    values: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in within.split(","))):
        name, equals, text = (word.strip() for word in part.partition("="))
        given = [word.strip() for word in text.split("|")]
        if not equals or not name or not all(given):
            raise Malformed(f"[{within}] holds {part!r}; expected name=value, or name=value|value")
        if name in values:
            raise Malformed(f"[{within}] gives {name} twice; write {name}=value|value for both")
        values[name] = given
    return values


def each(values: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Yield one value for each name, in all combinations."""
    for chosen in product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def joined(base: str, values: Mapping[str, str]) -> str:
    """Return the name with its values, in the order of their names; the name alone if there are none.

    Raises:
        Malformed: for a value that cannot stand in brackets.
    """
    for name, value in values.items():
        if not value or _NO_VALUE.search(value):
            raise Malformed(f"{name} is {value!r}, which cannot stand in brackets: no blank , | = [ or ]")
    inner = ",".join(f"{name}={value}" for name, value in sorted(values.items()))
    return f"{base}[{inner}]" if inner else base
