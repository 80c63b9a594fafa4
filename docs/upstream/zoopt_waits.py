"""ZOOptSearch never proposes again once one of its first trials has failed."""

from ray import tune
from ray.tune.search.zoopt import ZOOptSearch


def test_goes_on_after_a_failure() -> None:
    search = ZOOptSearch(budget=20)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    proposed = 0
    for number in range(20):
        name = f"trial {number}"
        if search.suggest(name) is not None:
            proposed += 1
            search.on_trial_complete(name, None if number == 0 else {"loss": 1 / proposed}, error=number == 0)
    assert proposed == 20, f"after {proposed} of 20 trials, all of them ended, it has no suggestion"


if __name__ == "__main__":
    test_goes_on_after_a_failure()
