"""Random search: Tune's own variant generator, no Searcher object."""

from __future__ import annotations

from benchmarks.suite.registry import Capability, SearchPlan, SearchSetup, searcher

#: Ray's own random search (``Spec.plain``).
PLAIN = (
    "from ray.tune.search.basic_variant import BasicVariantGenerator",
    "BasicVariantGenerator(random_state=0)",
)


@searcher(
    "random",
    "independent draws from the search space (Tune's BasicVariantGenerator)",
    provides=frozenset({Capability.VARIANTS}),
    any_domain=True,
    learns=False,
    base=True,
    nested_in="random-2x",
    seconds_of_300=5.0,
    plain=PLAIN,
)
def random_search(setup: SearchSetup) -> SearchPlan:
    """Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13 (2012)."""
    from searchers._variants import Variants

    return SearchPlan(setup.space, setup.trials, Variants(setup.first, setup.seed))
