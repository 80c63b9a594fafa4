"""Quasi-random search."""

from __future__ import annotations

from benchmarks.suite.registry import NativeSetup, Option, SearchPlan, SearchSetup, searcher
from searchers import adapt


def native(setup: NativeSetup) -> None:
    """Evaluate the points of SciPy's sequence."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(len(setup.space), rng=setup.seed)
    for _ in range(setup.trials):
        shares = dict(zip(setup.space, sequence.random(1)[0], strict=True))
        setup.loss({name: d.lower + (d.upper - d.lower) * shares[name] for name, d in setup.space.items()})


@searcher(
    "sobol",
    "quasi-random search: a scrambled Sobol sequence of SciPy, which fills the space more evenly than chance",
    requires=("scipy",),
    learns=False,
    seconds_of_300=5.0,
    options={
        "scramble": Option(
            "another sequence for each seed; without it all repetitions are the same points, from the lowest "
            "corner of the space on",
            source="scipy.stats.qmc.Sobol",
        )
    },
    native=native,
    native_kinds=frozenset({"uniform"}),
)
def sobol(setup: SearchSetup, *, scramble: bool = True) -> SearchPlan:
    """Owen, Scrambling Sobol' and Niederreiter-Xing Points, Journal of Complexity 14 (1998)."""
    from searchers._sobol import SobolSearch

    return adapt(setup, SobolSearch, native=frozenset(), seed=setup.seed, scramble=scramble)
