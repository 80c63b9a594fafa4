"""McNemar's exact test, for pairs in blocks: whether something happens on one side more often.

Of pairs in which it happens on one side alone, who of the pair is which is a matter of names if nothing has
changed: each is as probable one way as the other, and their number has a binomial distribution (McNemar 1947;
exact: Cochran 1950).  Pairs that share their seeds happen together; they are a block, and names are exchanged
in whole blocks.  With one pair a block it is the well-known sign test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from results.statistics.signed_rank import signed_rank_distribution


def mcnemar_p(excess: ArrayLike) -> float:
    """Return the one-sided p of "no more often on the second side"; small: it is more often there.

    Args:
        excess: shape (blocks,), whole numbers: in how many pairs of the block it happened on the second
            side alone, minus in how many on the first alone.

    Returns:
        The share of all exchanges of names in blocks in which the sum is as high as observed; 1 if it never
        happened on one side alone.

    Raises:
        ValueError: if the numbers are not whole, or their shape is another.
    """
    values = np.asarray(excess, dtype=np.float64)
    if values.ndim != 1 or not (np.isfinite(values).all() and (values == np.rint(values)).all()):
        raise ValueError(f"excess of shape {values.shape}; expected whole numbers, one a block")
    counts = values.astype(np.int64)
    sizes = np.abs(counts[counts != 0])
    chance = signed_rank_distribution(sizes)
    return min(1.0, float(chance[int(counts[counts > 0].sum()) :].sum()))
