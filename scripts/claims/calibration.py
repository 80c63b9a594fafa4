"""Simulation of tables in which no difference is real: how many hold a false "surely", or a false verdict.

python -m scripts.claims.calibration    writes docs/claims/calibration.md
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import cache

import numpy as np

from benchmarks.core.seeding import derive
from results.types import Floats
from scripts.claims.cells import ERROR, Cells, Key, Sample, coverage, simultaneous
from scripts.claims.page import DOCS, markdown

N = 30  # repetitions
TABLES, CELLS = 1000, 40_000  # simulated at most, of a kind and a size
SIZES = (19, 90, 180)  # intervals that a claim's tables have
Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]


def normal(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return scores with normal noise."""
    return chance.normal(size=shape)


def skewed(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return scores with a long tail of losses."""
    return -chance.lognormal(sigma=1.5, size=shape)


def failing(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return scores of which 8 % are complete failures."""
    return np.where(chance.random(shape) < 0.08, -50.0, chance.normal(size=shape))


def images(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return accuracies on 360 images: few values, many ties."""
    return chance.binomial(360, 0.97, size=shape) / 360


KINDS: dict[str, Draw] = {
    "normal": normal,
    "lognormal losses": skewed,
    "8 % failures": failing,
    "360 images": images,
}


def null_table(draw: Draw, size: int, chance: np.random.Generator, n: int = N) -> Cells:
    """Return a table of paired differences of arms that are alike; all share one reference arm."""
    reference = draw(chance, (n,))
    arms = draw(chance, (size, n))
    samples: dict[Key, Sample] = {
        (f"row {i}", "task"): Sample(arm - reference, 0.0) for i, arm in enumerate(arms)
    }
    [cells] = simultaneous(samples)
    return cells


def false_tables(draw: Draw, size: int, chance: np.random.Generator, tables: int) -> int:
    """Return how many tables hold an interval that excludes the truth, which is 0 everywhere."""
    return sum(any(cell.sure for cell in null_table(draw, size, chance).values()) for _ in range(tables))


def old_tables(draw: Draw, size: int, chance: np.random.Generator, tables: int, n: int) -> int:
    """Return the same of n-of-n percentile bootstraps of the mean, which are too narrow, for comparison."""
    level = coverage(size)
    tails = [(1 - level) / 2, (1 + level) / 2]
    wrong = 0
    for _ in range(tables):
        differences = draw(chance, (size, n)) - draw(chance, (n,))
        drawn = chance.integers(0, n, (4000, n))
        means = differences[:, drawn].mean(axis=2)
        low, high = np.quantile(means, tails, axis=1)
        wrong += bool(((low > 0) | (high < 0)).any())
    return wrong


@cache
def generator() -> np.random.Generator:
    """Return the generator of the whole simulation."""
    return np.random.default_rng(derive("claims", "calibration"))


def main() -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.claims.calibration", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--tables", type=int, default=TABLES, help="simulated tables a cell (default: %(default)s)"
    )
    most = parser.parse_args().tables
    counts = {size: min(most, max(1, CELLS // size)) for size in SIZES}
    fewer = max(1, most // 5)
    rows = []
    for kind, draw in KINDS.items():
        shares = [false_tables(draw, size, generator(), count) / count for size, count in counts.items()]
        narrow = old_tables(draw, SIZES[0], generator(), fewer, 10) / fewer
        rows.append([kind, *(f"{share:.1%}" for share in shares), f"{narrow:.1%}"])
    head = ["scores", *(f"{size} cells ({count} tables)" for size, count in counts.items())]
    head.append(f"bootstrap, n = 10, {SIZES[0]} cells ({fewer} tables)")
    text = f"""## How often a table is wrong

Simulated tables in which no difference is real ({N} repetitions, all rows against one reference): the share
of tables that hold at least one figure in bold, which may be {ERROR:.0%}.  The last column shows the
percentile bootstrap of the mean of 10 repetitions with the same correction, which is not used here.

{markdown(head, rows)}

`python -m scripts.claims.calibration`
"""
    folder = DOCS / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "calibration.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
