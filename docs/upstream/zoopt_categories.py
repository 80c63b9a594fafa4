"""ZOOptSearch draws the first two categories of a choice alone, but for what it explores at random."""

from ray import tune
from ray.tune.search import Searcher
from ray.tune.search.zoopt import ZOOptSearch


def drawn() -> str:
    search, running, values = ZOOptSearch(budget=400), {}, []
    search.set_search_properties("loss", "min", {"x": tune.choice(list("abcdef")), "y": tune.uniform(0, 1)})
    while (config := search.suggest(str(len(values)))) != Searcher.FINISHED and len(values) < 200:
        if config is not None:
            running[str(len(values))] = config
            values.append(config["x"])
        while running and (config is None or len(running) > 1):  # one stays: it is asked before the last ends
            name, last = next(iter(running.items()))
            search.on_trial_complete(name, {"loss": -ord(last["x"]) - last["y"] / 100})
            del running[name]
    return "".join(values[50:])


def test_draws_all_categories() -> None:
    all_drawn = "".join(drawn() for _ in range(10))  # "f" is the best one; the others are worse in turn
    first, middle = (sum(map(all_drawn.count, of)) for of in ("ab", "cde"))
    assert middle > first, f"ten searches: {first} times the first two, {middle} times the next three"


if __name__ == "__main__":
    test_draws_all_categories()
