"""FLAML's searchers sort the categories of the caller's space in place."""

from flaml.tune.searcher.blendsearch import CFO
from ray import tune


def test_leaves_the_space_as_it_is() -> None:
    space = {"batch": tune.choice([64, 16, 32])}
    CFO(metric="loss", mode="min", space=space)
    assert space["batch"].categories == [64, 16, 32], (
        f"choice([64, 16, 32]) became {space['batch'].categories}"
    )


if __name__ == "__main__":
    test_leaves_the_space_as_it_is()
