"""Assembly of a configuration from values that a table has of it: flat names, strings, wrong number types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Float, Integer

from benchmarks.spaces.domains import describe, kind, kinds
from benchmarks.spaces.membership import inside, outside


class Lacking(Exception):
    """A hyperparameter of the space for which there is no value.

    Attributes:
        name: of the hyperparameter, with a slash between the names of nested dicts.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}")
        self.name = name


def assembled(space: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of ``space`` that has these values.

    >>> from ray import tune
    >>> space = {"lr": tune.loguniform(1e-4, 1), "layers": tune.choice([1, 2]), "data": "mnist"}
    >>> assembled(space, {"lr": 1, "layers": "2", "seconds": 3.5})
    {'lr': 1.0, 'layers': 2, 'data': 'mnist'}

    Args:
        values: name to value, nested as the space is, or flat as ``{"optimizer/lr": 0.1}``.  Constants of the
            space may be missing, and other names may be there.

    Raises:
        Lacking: if a hyperparameter has no value.
        ValueError: if a value is none of its domain; says which.
    """
    config: dict[str, Any] = _filled(space, values, ())
    return config


def _filled(space: Any, values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    if isinstance(space, Mapping):
        return {key: _filled(part, values, (*path, str(key))) for key, part in space.items()}
    if not isinstance(space, Domain) and not kinds(space):
        return space
    value = _value(values, path)
    name = "/".join(path)
    if not isinstance(space, Domain):  # a list with domains in it
        wrong = outside(space, value, name)
    else:
        value = typed(space, value)
        wrong = [] if inside(space, value) else [f"{name} = {value!r} is none of {describe(space)}"]
    if wrong:
        raise ValueError(wrong[0])
    return value


def _value(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """Return the value at a path of names, some of which may be joined."""
    for length in range(len(path), 0, -1):
        name, rest = "/".join(path[:length]), path[length:]
        if name in values:
            if not rest:
                return values[name]
            if isinstance(values[name], Mapping):
                return _value(values[name], rest)
    raise Lacking("/".join(path))


def typed(domain: Domain, value: Any) -> Any:
    """Return a value as the type of its domain, if it is the same number or has the same text."""
    if isinstance(domain, Categorical):
        return value if inside(domain, value) or kind(domain) == "conditional" else _category(domain, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(domain, Integer):
        return int(value) if float(value).is_integer() else value
    return float(value) if isinstance(domain, Float) else value


def _category(domain: Categorical, value: Any) -> Any:
    """Return the category that is written like ``value``, or is the same number; else ``value``."""
    for category in domain.categories:
        if str(category) == str(value):
            return category
    for category in domain.categories:
        number = isinstance(category, int | float) and not isinstance(category, bool)
        if number and isinstance(value, int | float) and category == value:
            return category
    return value
