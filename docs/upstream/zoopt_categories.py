"""ZOOptSearch draws the first two categories of a choice alone, but for what it explores at random."""

from ray import tune
from ray.tune.search import Searcher
from ray.tune.search.zoopt import ZOOptSearch


def test_draws_all_categories() -> None:
    search = ZOOptSearch(budget=400)
    search.set_search_properties("loss", "min", {"x": tune.choice(list("abcdef")), "y": tune.uniform(0, 1)})
    running, drawn = {}, []
    while (config := search.suggest(str(len(drawn)))) != Searcher.FINISHED and len(drawn) < 200:
        if config is not None:
            running[str(len(drawn))] = config
            drawn.append(config["x"])
        while running and (config is None or len(running) > 1):  # one stays: it is asked before the last ends
            name, last = next(iter(running.items()))
            search.on_trial_complete(name, {"loss": -ord(last["x"]) - last["y"] / 100})
            del running[name]
    counts = {category: drawn[50:].count(category) for category in "abcdef"}
    middle = sum(counts[category] for category in "cde")
    assert middle > 0, f"of {len(drawn) - 50} trials after 50, {counts}: none but the best and the first two"


if __name__ == "__main__":
    test_draws_all_categories()
