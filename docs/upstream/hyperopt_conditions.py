"""HyperOptSearch cannot begin with points_to_evaluate where the space has conditions."""

import signal

from ray import tune
from ray.tune.search.hyperopt import HyperOptSearch


def too_long(*_: object) -> None:
    raise AssertionError("after 10 s it still looks for its first trial")


def test_begins_with_a_point_of_a_branch() -> None:
    space = {"net": tune.choice([{"depth": tune.randint(1, 5)}, {"width": tune.randint(8, 65)}])}
    search = HyperOptSearch(points_to_evaluate=[{"net": {"depth": 3}}], random_state_seed=0)
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(10)
    search.set_search_properties("loss", "min", space)
    config = search.suggest("trial")
    assert config == {"net": {"depth": 3}}, f"it begins with {config}"


if __name__ == "__main__":
    test_begins_with_a_point_of_a_branch()
