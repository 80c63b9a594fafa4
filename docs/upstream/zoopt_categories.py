"""ZOOptSearch's classifier draws only the first two categories of a choice."""

from ray import tune
from ray.tune.search.zoopt import ZOOptSearch


def test_draws_all_categories() -> None:
    search = ZOOptSearch(budget=400)
    search.set_search_properties("loss", "min", {"x": tune.choice(list("abcdef")), "y": tune.uniform(0, 1)})
    later = set()
    for number in range(400):
        config = search.suggest(f"trial {number}")
        later |= {config["x"]} if number >= 200 else set()
        search.on_trial_complete(f"trial {number}", {"loss": -ord(config["x"]) - config["y"] / 100})
    assert len(later) > 2, f"of six categories the second 200 trials have {sorted(later)}; the best is f"


if __name__ == "__main__":
    test_draws_all_categories()
