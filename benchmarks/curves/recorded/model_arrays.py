"""The fitted model of a recorded table as arrays: the file ``model.npz``, or the card of version 0.1."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from benchmarks.curves.recorded.surface import Floats

COST = "coefficients"  # of the cost model, in a card of version 0.1


@dataclass(frozen=True)
class ModelArrays:
    """The numbers behind the curves and the costs between the recorded configurations.

    Attributes:
        lengths: shape (columns,), length scales of the surface.
        noise: shape (), variance that the surface does not explain.
        mean: shape (metrics * epochs,), of the transformed curves.
        spread: shape (metrics * epochs,), their standard deviation.
        components: shape (k, metrics * epochs), principal components.
        cost: shape (1 + 2 * columns,), of log seconds: constant, linear and squared terms.
    """

    lengths: Floats
    noise: npt.NDArray[np.float64]
    mean: Floats
    spread: Floats
    components: Floats
    cost: npt.NDArray[np.float64]

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Self:
        """Return the arrays that a card of version 0.1 holds.

        Raises:
            KeyError: if it lacks one.
            ValueError: if one is not numeric.
        """
        values = {**card["model"], "cost": card["cost"][COST]}
        return cls(**{f.name: np.array(values[f.name], _type(f.name)) for f in fields(cls)})

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the arrays that ``to_bytes`` has written.

        Raises:
            ValueError: if they are not there.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return cls(**{f.name: arrays[f.name].astype(_type(f.name)) for f in fields(cls)})
        except (KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(str(error)) from error

    @staticmethod
    def taken_out(card: Mapping[str, Any]) -> dict[str, Any]:
        """Return a card of version 0.1 without the arrays."""
        model = {name: value for name, value in card["model"].items() if name in ("columns", "scales")}
        cost = {name: value for name, value in card["cost"].items() if name != COST}
        return {**card, "model": model, "cost": cost}

    def to_bytes(self) -> bytes:
        """Return the content of a file with the arrays; equal arrays give equal bytes."""
        content = io.BytesIO()
        np.savez(content, **asdict(self))
        return content.getvalue()


def _type(name: str) -> type[np.floating[Any]]:
    return np.float64 if name in ("noise", "cost") else np.float32
