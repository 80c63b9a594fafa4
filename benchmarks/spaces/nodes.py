"""Nodes of an encoded search space: each decodes its value from a library's configuration, and encodes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.spaces.categories import same

BRANCH = "branch#"  # names the branch that a library drew by itself
Values = dict[str, Any]  # what a library sees of a configuration: flat, one value a domain


class Node(Protocol):
    """A part of the space: reads its value out of the library's, and writes it back there."""

    def read(self, values: Mapping[str, Any]) -> Any: ...

    def write(self, value: Any, values: Values) -> None: ...


@dataclass(frozen=True)
class Constant:
    """A fixed value, hidden from the library."""

    value: Any

    def read(self, values: Mapping[str, Any]) -> Any:
        return self.value

    def write(self, value: Any, values: Values) -> None:
        if not same(value, self.value):
            raise ValueError(f"{value!r} is given where the space has only {self.value!r}")


@dataclass(frozen=True)
class Leaf:
    """One parameter of the library and its translation."""

    name: str
    decode: Callable[[Any], Any]
    encode: Callable[[Any], Any]

    def read(self, values: Mapping[str, Any]) -> Any:
        return self.decode(values[self.name])

    def write(self, value: Any, values: Values) -> None:
        values[self.name] = self.encode(value)


@dataclass(frozen=True)
class Tree:
    """A dict of nodes."""

    children: Mapping[Any, Node]

    def read(self, values: Mapping[str, Any]) -> Any:
        return {key: child.read(values) for key, child in self.children.items()}

    def write(self, value: Any, values: Values) -> None:
        if value.keys() != self.children.keys():
            raise KeyError(f"names {list(value)}; expected {list(self.children)}")
        for key, child in self.children.items():
            child.write(value[key], values)


@dataclass(frozen=True)
class Sequence:
    """A list of nodes."""

    children: list[Node]

    def read(self, values: Mapping[str, Any]) -> Any:
        return [child.read(values) for child in self.children]

    def write(self, value: Any, values: Values) -> None:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is given where the space has a list")
        for child, item in zip(self.children, value, strict=True):
            child.write(item, values)


@dataclass(frozen=True)
class Condition:
    """One choice of a branch, next to the domains of all branches."""

    index: Node
    branches: list[Node]

    def read(self, values: Mapping[str, Any]) -> Any:
        return self.branches[self.index.read(values)].read(values)

    def write(self, value: Any, values: Values) -> None:
        index, written = _taken(self.branches, value, [dict(values) for _ in self.branches])
        values.update(written)
        self.index.write(index, values)


@dataclass(frozen=True)
class NativeCondition:
    """The library draws the branch and only that branch's domains, as Tune itself does."""

    name: str
    branches: list[Node]

    def read(self, values: Mapping[str, Any]) -> Any:
        taken = values[self.name]
        return self.branches[taken[BRANCH]].read(taken)

    def write(self, value: Any, values: Values) -> None:
        starts: list[Values] = [{BRANCH: index} for index in range(len(self.branches))]
        values[self.name] = _taken(self.branches, value, starts)[1]


def _taken(branches: list[Node], value: Any, starts: list[Values]) -> tuple[int, Values]:
    """Return which branch ``value`` is of, and ``starts`` of it with the values written."""
    for index, (branch, written) in enumerate(zip(branches, starts, strict=True)):
        try:
            branch.write(value, written)
        except (KeyError, ValueError, AttributeError, TypeError):
            continue  # not of this shape, so of another branch
        return index, written
    raise ValueError(f"{value!r} is in none of the branches")
