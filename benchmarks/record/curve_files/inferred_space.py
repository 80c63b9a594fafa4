"""Inference of a search space from columns of values, and its text in Python, to be read and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from ray import tune
from ray.tune.search.sample import Categorical, Domain

from benchmarks.record.curve_files.rows import CurveFileError, number_in
from benchmarks.spaces.domains import kind

FEW = 10  # distinct numbers, up to which they are a choice
MOST_TEXTS = 64  # categories of a text column
DECADES = 100.0  # ratio of largest and smallest, from which a range of numbers above 0 is logarithmic
DIGITS = 3  # of inferred bounds, rounded outwards
FLAGS = {"true": True, "false": False}


def inferred_domain(name: str, cells: Sequence[Any], places: Sequence[str]) -> Any:
    """Return the domain of a hyperparameter, or its one value, from the cells of a column.

    Texts are a choice; at most ten distinct numbers too, unless they are evenly spaced integers.  Other
    integers are ``randint`` (``qrandint`` with a step) or ``lograndint``, other numbers ``uniform`` or
    ``loguniform``; logarithmic if all are above 0 and the largest is 100 times the smallest.

    Raises:
        CurveFileError: for a number that is missing or not finite, for too many texts.
    """
    distinct = list(dict.fromkeys(str(cell).strip() for cell in cells))
    try:
        values = [number_in(text) for text in distinct]
    except ValueError:
        return _of_texts(name, distinct, places)
    for text, value in zip(distinct, values, strict=True):
        if value is None or not abs(value) < float("inf"):
            place = places[[str(cell).strip() for cell in cells].index(text)]
            raise CurveFileError(
                f"{place}: {name} is {text!r}; expected a number in each row, or leave the column out with "
                f"--ignore {name}"
            )
    found = sorted({value for value in values if value is not None})
    return _of_whole([int(v) for v in found]) if all(v.is_integer() for v in found) else _of_floats(found)


def _of_texts(name: str, texts: list[str], places: Sequence[str]) -> Any:
    if len(texts) > MOST_TEXTS:
        raise CurveFileError(
            f"column {name!r} has {len(texts):,} different texts, in {places[0]} {texts[0][:40]!r}; "
            f"leave it out with --ignore {name}, or say what it is with --space"
        )
    if {text.lower() for text in texts} <= set(FLAGS):
        flags = sorted({FLAGS[text.lower()] for text in texts})
        return tune.choice(flags) if len(flags) > 1 else flags[0]
    return tune.choice(sorted(texts)) if len(texts) > 1 else texts[0]


def _of_whole(found: list[int]) -> Any:
    low, high = found[0], found[-1]
    if len(found) == 1:
        return low
    step = found[1] - low
    even = len(found) > 2 and found == list(range(low, high + 1, step))
    if even and low % step == 0:
        return tune.randint(low, high + 1) if step == 1 else tune.qrandint(low, high, step)
    if len(found) <= FEW:
        return tune.choice(found)
    return (
        tune.lograndint(low, high + 1) if low > 0 and high >= DECADES * low else tune.randint(low, high + 1)
    )


def _of_floats(found: list[float]) -> Any:
    if len(found) == 1:
        return found[0]
    if len(found) <= FEW:
        return tune.choice(found)
    low, high = _outwards(found[0], ROUND_FLOOR), _outwards(found[-1], ROUND_CEILING)
    return tune.loguniform(low, high) if low > 0 and high >= DECADES * low else tune.uniform(low, high)


def _outwards(value: float, rounding: str) -> float:
    """Return a bound of few digits that does not cut off ``value``."""
    exact = Decimal(repr(value))
    if not exact:
        return 0.0
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - DIGITS + 1), rounding=rounding))


def space_text(space: Mapping[str, Any]) -> str:
    """Return a flat space as lines of Python: ``SPACE = {...}``; ``tune`` is ray.tune."""
    entries = [f'    "{name}": {domain_text(part)},' for name, part in space.items()]
    return "\n".join(["SPACE = {", *entries, "}"])


def domain_text(part: Any) -> str:
    """Return the call that makes a domain, or the constant, with all digits of its numbers."""
    if isinstance(part, Categorical):
        return f"tune.choice([{', '.join(map(domain_text, part.categories))}])"
    if not isinstance(part, Domain):
        return repr(part) if not isinstance(part, str) else _quoted(part)
    numeric: Any = part
    sampler = numeric.get_sampler()
    step = [sampler.q] if kind(part).startswith("q") else []
    return f"tune.{kind(part)}({', '.join(repr(number) for number in [numeric.lower, numeric.upper, *step])})"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text.isprintable() else repr(text)
