"""Writer of what is known of each surrogate of a package's curves: scales, errors, reference values.

    python -m scripts.write_surrogates

Needs the packages of the tasks.  Errors are of configurations left out, a fifth at a time, after the last
epoch, in logarithms.  The optimum is the least loss of any configuration, the baseline the expected best of
random ones; see ``benchmarks.suite.constants``.
"""

from __future__ import annotations

import numpy as np

from benchmarks.curves.recorded.held_out import held_out
from benchmarks.suite.constants import BASELINE_TRIALS, expected_best
from benchmarks.trainables._surrogate import WRITTEN, Surrogate
from benchmarks.trainables.scan_bench import SURROGATES


def section(surrogate: Surrogate) -> list[str]:
    """Return the lines of one task."""
    from scipy.stats import spearmanr

    packaged = surrogate.load()
    model, _ = surrogate.fitted(packaged, None)
    guessed = held_out(model.points, model.curves, model.scales, np.random.default_rng(0))
    last = next(iter(packaged.values.values())).shape[1] - 1  # the tuned metric is the first
    seen, expected = model.curves[:, last], guessed[:, last]
    r2 = 1 - float(np.sum((seen - expected) ** 2) / np.sum((seen - seen.mean()) ** 2))
    values = np.exp(seen.astype(float))
    return [
        f"\n[{surrogate.name}]",
        f"configs = {len(packaged.configs)}",
        f"diverged = {int((~np.isfinite(packaged.values['val_loss'])).any(1).sum())}",
        f"optimum = {values.min():.6g}",
        f"baseline = {expected_best(values, False):.6g}",
        f"trials = {BASELINE_TRIALS}",
        f"r2 = {r2:.4f}",
        f"spearman = {spearmanr(seen, expected).statistic:.4f}",
        f"noise = {model.scales.noise:.6g}",
        f"lengths = [{', '.join(f'{length:.6g}' for length in model.scales.lengths)}]",
    ]


def text() -> str:
    """Return the file's content."""
    lines = ["# Written by: python -m scripts.write_surrogates"]
    return "\n".join([*lines, *(line for each in SURROGATES.values() for line in section(each))]) + "\n"


if __name__ == "__main__":
    WRITTEN.write_text(text())
