"""Units in which values near the ends of the double range can be squared."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

#: Squares of what lies between, and their sums, are ordinary numbers.
LEAST, MOST = 1e-120, 1e120


def unit(values: ArrayLike) -> float:
    """Return what to divide values by before they are squared; 1 for all ordinary ones.

    A power of two, so that nothing is rounded.  What is not finite does not count.
    """
    array = np.abs(np.asarray(values, dtype=np.float64))
    largest = float(array[np.isfinite(array)].max(initial=0.0))
    if largest == 0 or LEAST < largest < MOST:
        return 1.0
    return float(2.0 ** np.clip(np.frexp(largest)[1], -1020, 1020))
