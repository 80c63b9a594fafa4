"""DEHB; its partner is the scheduler ``hb-dehb``."""

from __future__ import annotations

from benchmarks.suite.registry import Capability, Option, SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher(
    "dehb",
    "differential evolution in the rungs of HyperBand (DEHB); each trial is of the epochs that it says",
    requires=("dehb", "distributed", "loguru"),
    install="python -m tunegrid.install dehb",
    provides=frozenset({Capability.SETS_EPOCHS}),
    by_rung=True,
    repairs=(
        "dehb's requirements exclude the numpy of ray.tune; tunegrid.install installs it without them.",
        "dehb computes the number of rungs from a quotient of logarithms, cut off, so that 243 epochs get "
        "five of six rungs; here none is lost.",
        "dehb writes a log and its state to the working directory; here it writes nothing.",
        "dehb ends with IndexError if every trial of a rung has failed; here a failed trial has the largest "
        "cost.",
    ),
    options={
        "eta": Option(
            "factor by which a rung has more trials, and fewer epochs, than the next one",
            least=2,
            extremes=(2, 9),
            source="dehb's DEHB; eta of arXiv 2105.09821",
        ),
        "min_fidelity": Option(
            "epochs of the lowest rung, at least; all epochs if they are fewer",
            least=1,
            extremes=(1, 3),
            source="dehb's DEHB",
        ),
        "mutation_factor": Option(
            "factor of the difference of two configurations that is added to a third",
            above=0,
            most=1,
            extremes=(0.1, 1),
            source="dehb's DEHB; F of arXiv 2105.09821",
        ),
        "crossover_prob": Option(
            "chance that a hyperparameter is that of the mutant",
            least=0,
            most=1,
            extremes=(0.1, 1),
            source="dehb's DEHB; p of arXiv 2105.09821",
        ),
        "strategy": Option(
            "mutation and crossover",
            choices=("rand1_bin", "rand2_bin", "best1_bin", "currenttobest1_bin", "rand1_exp"),
            source="dehb's DEHB",
        ),
    },
)
def dehb(
    setup: SearchSetup,
    *,
    eta: int = 3,
    min_fidelity: int = 1,
    mutation_factor: float = 0.5,
    crossover_prob: float = 0.5,
    strategy: str = "rand1_bin",
) -> SearchPlan:
    """Awad, Mallik and Hutter, DEHB: Evolutionary HyperBand, IJCAI 2021, arXiv 2105.09821.

    It has no random start of ``setup.n_startup_trials``: its populations are drawn at random, and their first
    children are what the lowest rung trains.  With any other scheduler than ``hb-dehb`` a trial trains until
    that ends it, and its result counts for the rung that it was proposed for.
    """
    from searchers._dehb import DehbSearch

    return adapt(
        setup,
        DehbSearch,
        frozenset(),
        seed=setup.seed,
        min_fidelity=min_fidelity,
        options={
            "eta": eta,
            "mutation_factor": mutation_factor,
            "crossover_prob": crossover_prob,
            "strategy": strategy,
        },
    )
