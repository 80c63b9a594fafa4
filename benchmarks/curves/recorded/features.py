"""Feature vectors of configurations, in which similar ones are near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from ray.tune.search.sample import Categorical

from benchmarks.spaces.encoding import Encoding


class Features:
    """The encoded space: numbers on their own scale as [0, 1], one column a category.

    What a condition leaves out lies in its middle.  Two categories share one column.

    Attributes:
        names: of the columns.
    """

    def __init__(self, space: Mapping[str, Any]) -> None:
        self._encoding = Encoding(space, native=frozenset({"choice"}))
        self.names: list[str] = []
        self._columns: list[tuple[str, Callable[[Any], list[float]] | None]] = []
        for name, domain in self._encoding.domains.items():
            if isinstance(domain, Categorical):
                items = list(domain.categories)
                self._columns.append((name, _coder(items)))
                self.names += [f"{name}={item}" for item in (items[1:] if len(items) == 2 else items)]
            else:
                self._columns.append((name, None))
                self.names.append(name)

    def of(self, config: Mapping[str, Any]) -> npt.NDArray[np.float32]:
        """Return a configuration's vector, shape (columns,).

        Raises:
            KeyError, ValueError: for a configuration that is not of the space.
        """
        values = self._encoding.encode(config)
        vector: list[float] = []
        for name, code in self._columns:
            if code is None:
                vector.append(values[name])
            else:
                vector += code(values[name])
        return np.array(vector, np.float32)


def _coder(items: list[Any]) -> Callable[[Any], list[float]]:
    """Return the function from one of ``items`` to its columns."""
    if len(items) == 2:
        return lambda value: [float(items.index(value))]
    codes = [[float(i == j) for j in range(len(items))] for i in range(len(items))]
    return lambda value: codes[items.index(value)]
