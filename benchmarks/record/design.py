"""Designs of recordings: the corners of a search space and a space-filling sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from benchmarks.core.seeding import canonical, derive
from benchmarks.spaces.encoding import Encoding

MOST_CORNERS = 64


class Design(NamedTuple):
    """Configurations, of which the first ``corners`` are corners of the space and the others random."""

    configs: list[dict[str, Any]]
    corners: int


def design(trainable: str, space: Mapping[str, Any], count: int) -> Design:
    """Return corners of ``space`` and then scrambled Sobol points in it, ``count`` or a few more in all.

    All 2^d corners if they are at most 64, else 64 drawn among them; a configuration that comes twice, since
    a space has few values or a condition hides the difference, is kept once.  A longer design begins with the
    shorter one, and a trainable always has the same design.

    Raises:
        ValueError: for a space that has no encoding (``sample_from``), with the path of what has none.
    """
    from scipy.stats import qmc

    encoding = Encoding(space)
    names, seed = list(encoding.domains), derive("design", trainable)
    if not names:
        return Design([encoding.decode({})], 0)
    sobol = qmc.Sobol(len(names), rng=np.random.default_rng(seed))
    corners = _distinct(encoding, _corners(len(names), seed))
    points = map(tuple, sobol.random_base2(max(1, (count - 1).bit_length()))[:count].tolist())
    return Design(list((corners | _distinct(encoding, points)).values()), len(corners))


def _distinct(encoding: Encoding, points: Iterable[tuple[float, ...]]) -> dict[str, dict[str, Any]]:
    configs = (encoding.decode(dict(zip(encoding.domains, point, strict=True))) for point in points)
    return {canonical(config): config for config in configs}


def _corners(dimensions: int, seed: int) -> list[tuple[float, ...]]:
    if 2**dimensions <= MOST_CORNERS:
        return list(product((0.0, 1.0), repeat=dimensions))
    draws = np.random.default_rng(derive("corners", seed)).integers(0, 2, (MOST_CORNERS, dimensions))
    return [tuple(map(float, corner)) for corner in draws]
