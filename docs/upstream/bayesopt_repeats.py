"""BayesOptSearch ends the experiment, long before its last trial, where its model proposes a point again."""

from ray import tune
from ray.tune.search import Searcher
from ray.tune.search.bayesopt import BayesOptSearch


def test_proposes_as_often_as_it_is_asked() -> None:
    search = BayesOptSearch(random_search_steps=3, random_state=0)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    for number in range(100):
        config = search.suggest(f"trial {number}")
        assert config != Searcher.FINISHED, f"asked for trial {number} of 100, it says that it has finished"
        if config is not None:
            search.on_trial_complete(f"trial {number}", {"loss": config["x"]})


if __name__ == "__main__":
    test_proposes_as_often_as_it_is_asked()
