"""An encoding of search spaces that any library can draw from: flat, with the domains that it honours itself.

Nested dicts and lists become flat names; a choice between dicts with domains of their own (a *condition*)
becomes one choice of a branch beside the domains of all branches; what the library would silently change
becomes a float on [0, 1] whose decoding has the distribution of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from ray import tune
from ray.tune.search.sample import Categorical, Domain

from benchmarks.space import cardinality, fraction, from_fraction, kind, levels

_BRANCH = "branch#"  # names the branch that a library drew by itself
Values = dict[str, Any]  # what a library sees of a configuration: flat, one value a domain


class _Node(Protocol):
    """A part of the space: reads its value out of the library's, and writes it back there."""

    def read(self, values: Mapping[str, Any]) -> Any: ...

    def write(self, value: Any, values: Values) -> None: ...


class Encoding:
    """The two-way translation between ``space`` and what a library sees of it.

    Args:
        space: Tune's search-space dict: domains, constants, dicts and lists of these, choices between dicts.
        native: the kinds of domain (see ``benchmarks.space.kind``) that the library honours itself.

    Attributes:
        domains: the library's space, name to domain; empty if ``space`` leaves nothing to choose.

    Raises:
        ValueError: for a domain that has no encoding as a number (``sample_from``, ``randn``) and for
            ``grid_search``.
    """

    def __init__(self, space: Mapping[str, Any], native: frozenset[str] = frozenset()) -> None:
        self._native = native
        self.domains: Values = {}
        self._root = self._node("", space, self.domains)

    def decode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the configuration that these values of the library's stand for."""
        config: dict[str, Any] = self._root.read(values)
        return config

    def encode(self, config: Mapping[str, Any]) -> Values:
        """Return the library's values of a configuration; ``decode`` turns them back into it.

        Domains of a branch that the configuration does not take get their middle.

        Raises:
            KeyError: if the configuration lacks a name of the space.
            ValueError: if it holds a category that the space does not.
        """
        values = {name: levels(domain, 1)[0] for name, domain in self.domains.items()}
        self._root.write(config, values)
        return values

    def draw(self, generator: np.random.Generator) -> dict[str, Any]:
        """Return a random configuration; needs an encoding without native kinds."""
        return self.decode({name: float(generator.random()) for name in self.domains})

    def _node(self, path: str, value: Any, domains: Values) -> _Node:
        if isinstance(value, Mapping) and "grid_search" not in value:
            return _Tree({key: self._node(_join(path, key), item, domains) for key, item in value.items()})
        if isinstance(value, list) and any(_has_domain(item) for item in value):
            return _Sequence([self._node(_join(path, i), item, domains) for i, item in enumerate(value)])
        if not _has_domain(value):
            return _Constant(value)
        if not isinstance(value, Domain):
            raise ValueError(f"{path} holds grid_search, which fixes the number of trials; use choice")
        if kind(value) == "conditional":
            return self._condition(path, value, domains)
        return self._leaf(path, value, domains)

    def _leaf(self, path: str, domain: Any, domains: Values) -> _Node:
        if cardinality(domain) == 1:
            return _Constant(levels(domain, 1)[0])
        name = path
        while name in domains:  # "a.b" beside {"a": {"b": ...}}
            name += "'"
        if kind(domain) not in self._native:
            domains[name] = tune.uniform(0.0, 1.0)
            return _Leaf(name, from_fraction(domain), fraction(domain))
        if isinstance(domain, Categorical) and not all(
            isinstance(item, str | int | float) for item in domain.categories
        ):  # most libraries lose what is no plain value
            items = list(domain.categories)
            domains[name] = tune.choice(list(range(len(items))))
            return _Leaf(name, items.__getitem__, items.index)
        domains[name] = domain
        return _Leaf(name, _same, _same)

    def _condition(self, path: str, domain: Any, domains: Values) -> _Node:
        count = len(domain.categories)
        if "conditional" in self._native:
            inner: list[Values] = [{_BRANCH: index} for index in range(count)]
            branches = [self._node(path, item, inner[index]) for index, item in enumerate(domain.categories)]
            domains[path] = tune.choice(inner)
            return _NativeCondition(path, branches)
        index = self._leaf(path, tune.choice(list(range(count))), domains)
        return _Condition(
            index,
            [self._node(_join(path, number), item, domains) for number, item in enumerate(domain.categories)],
        )


class _Constant:
    def __init__(self, value: Any) -> None:
        self._value = value

    def read(self, values: Mapping[str, Any]) -> Any:
        return self._value

    def write(self, value: Any, values: Values) -> None:
        if value != self._value:
            raise ValueError(f"{value!r} is given where the space has the constant {self._value!r}")


class _Leaf:
    def __init__(self, name: str, decode: Callable[[Any], Any], encode: Callable[[Any], Any]) -> None:
        self._name, self._decode, self._encode = name, decode, encode

    def read(self, values: Mapping[str, Any]) -> Any:
        return self._decode(values[self._name])

    def write(self, value: Any, values: Values) -> None:
        values[self._name] = self._encode(value)


class _Tree:
    def __init__(self, children: dict[str, _Node]) -> None:
        self._children = children

    def read(self, values: Mapping[str, Any]) -> Any:
        return {key: child.read(values) for key, child in self._children.items()}

    def write(self, value: Any, values: Values) -> None:
        if value.keys() != self._children.keys():
            raise KeyError(f"names {sorted(value)}; expected {sorted(self._children)}")
        for key, child in self._children.items():
            child.write(value[key], values)


class _Sequence:
    def __init__(self, children: list[_Node]) -> None:
        self._children = children

    def read(self, values: Mapping[str, Any]) -> Any:
        return [child.read(values) for child in self._children]

    def write(self, value: Any, values: Values) -> None:
        for child, item in zip(self._children, value, strict=True):
            child.write(item, values)


class _Condition:
    """One choice of a branch; the domains of all branches stand beside it."""

    def __init__(self, index: _Node, branches: list[_Node]) -> None:
        self._index, self._branches = index, branches

    def read(self, values: Mapping[str, Any]) -> Any:
        return self._branches[self._index.read(values)].read(values)

    def write(self, value: Any, values: Values) -> None:
        index, written = _taken(self._branches, value, [dict(values) for _ in self._branches])
        values.update(written)
        self._index.write(index, values)


class _NativeCondition:
    """The library draws the branch and only that branch's domains, as Tune itself does."""

    def __init__(self, name: str, branches: list[_Node]) -> None:
        self._name, self._branches = name, branches

    def read(self, values: Mapping[str, Any]) -> Any:
        taken = values[self._name]
        return self._branches[taken[_BRANCH]].read(taken)

    def write(self, value: Any, values: Values) -> None:
        starts: list[Values] = [{_BRANCH: index} for index in range(len(self._branches))]
        values[self._name] = _taken(self._branches, value, starts)[1]


def _taken(branches: list[_Node], value: Any, starts: list[Values]) -> tuple[int, Values]:
    """Return which branch ``value`` is of, and ``starts`` of it with the values written."""
    for index, (branch, written) in enumerate(zip(branches, starts, strict=True)):
        try:
            branch.write(value, written)
        except (KeyError, ValueError, AttributeError, TypeError):
            continue  # not of this shape, so of another branch
        return index, written
    raise ValueError(f"{value!r} is in none of the branches")


def _has_domain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "grid_search" in value or any(_has_domain(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_domain(item) for item in value)
    return isinstance(value, Domain)


def _join(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _same(value: Any) -> Any:
    return value
