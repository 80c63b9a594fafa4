"""Random search: Tune's own variant generator, no Searcher object."""

from __future__ import annotations

from benchmarks.registry import Capability, SearchPlan, SearchSetup, searcher


@searcher(
    "random",
    "independent draws from the search space (Tune's BasicVariantGenerator)",
    provides=frozenset({Capability.VARIANTS, Capability.ONE_TRIAL}),
    any_domain=True,
)
def random_search(setup: SearchSetup) -> SearchPlan:
    """Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13 (2012)."""
    from ray.tune.search import BasicVariantGenerator

    generator = BasicVariantGenerator(max_concurrent=setup.look_ahead, random_state=setup.seed)
    return SearchPlan(setup.space, setup.trials, generator)
