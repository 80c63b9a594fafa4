"""ZOOptSearch's classifier draws only the first two categories of a choice."""

from ray import tune
from ray.tune.search.zoopt import ZOOptSearch


def test_draws_all_categories() -> None:
    search = ZOOptSearch(budget=1000)
    search.set_search_properties("loss", "min", {"x": tune.choice(list("abcdef")), "y": tune.uniform(0, 1)})
    running, later = {}, set()
    for number in range(400):
        config = search.suggest(str(number))
        if config is not None:
            running[str(number)] = config
            later |= {config["x"]} if number >= 200 else set()
        while running and (config is None or len(running) > 1):  # one stays: it is asked before the last ends
            name, last = next(iter(running.items()))
            search.on_trial_complete(name, {"loss": -ord(last["x"]) - last["y"] / 100})
            del running[name]
    assert len(later) > 2, f"of six categories the second 200 trials have {sorted(later)}; the best is f"


if __name__ == "__main__":
    test_draws_all_categories()
