"""OptunaSearch drops the step of ``tune.qloguniform``."""

from ray import tune
from ray.tune.search.optuna import OptunaSearch


def test_step_of_qloguniform() -> None:
    search = OptunaSearch(seed=0)
    search.set_search_properties("loss", "min", {"x": tune.qloguniform(1, 100, 1)})
    x = search.suggest("trial")["x"]
    assert x == round(x), f"qloguniform(1, 100, 1) gave {x}"


if __name__ == "__main__":
    test_step_of_qloguniform()
