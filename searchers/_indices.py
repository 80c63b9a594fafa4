"""Categories as indices, which survive libraries whose numpy converts strings and booleans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray import tune
from ray.tune.search.sample import Categorical, Domain

from benchmarks.spaces.domains import nearest

Values = dict[str, Any]


class Indices:
    """The translation between a flat space and the same with its categories numbered.

    Args:
        space: name to domain, as ``spaces.encoding.Encoding`` gives a library's space; no two of its
            categories are equal.
    """

    def __init__(self, space: Mapping[str, Domain]) -> None:
        self._space = dict(space)
        self._categories = {
            name: sorted(domain.categories) if ordered(domain) else list(domain.categories)
            for name, domain in space.items()
            if isinstance(domain, Categorical)
        }

    def domains(self) -> dict[str, Domain]:
        """Return the numbered space; its choices have an attribute ``ordered``, the others are shared."""
        numbered = dict(self._space)
        for name, categories in self._categories.items():
            choice: Any = tune.choice(list(range(len(categories))))
            choice.ordered = ordered(self._space[name])
            numbered[name] = choice
        return numbered

    def write(self, values: Mapping[str, Any]) -> Values:
        """Return ``values`` with an index for each category."""
        return {name: self._index(name, values[name]) for name in self._space}

    def write_some(self, values: Mapping[str, Any]) -> Values:
        """Return the same of only some hyperparameters."""
        return {name: self._index(name, value) for name, value in values.items()}

    def _index(self, name: str, value: Any) -> Any:
        return self._categories[name].index(value) if name in self._categories else value

    def read(self, values: Mapping[str, Any]) -> Values:
        """Return the categories of their indices, and numbers as Python's own, inside of their domain."""
        return {
            name: self._categories[name][int(values[name])]
            if name in self._categories
            else nearest(domain, values[name])
            for name, domain in self._space.items()
        }


def ordered(domain: Domain) -> bool:
    """Return whether ``domain`` chooses among numbers, so that its categories have an order."""
    return isinstance(domain, Categorical) and all(
        isinstance(item, int | float) and not isinstance(item, bool) for item in domain.categories
    )
