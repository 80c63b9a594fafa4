"""Features of search spaces, counted by hand."""

from __future__ import annotations

from ray import tune

from benchmarks.tasks.space_features import SpaceFeatures, space_features


def test_each_kind_of_domain_is_counted_those_of_all_branches_too() -> None:
    space = {
        "lr": tune.loguniform(1e-4, 1),
        "wd": tune.qloguniform(1e-3, 1, 1e-3),
        "momentum": tune.uniform(0, 1),
        "width": tune.randint(1, 9),
        "depth": tune.lograndint(1, 9),
        "activation": tune.choice(["relu", "tanh"]),
        "optimizer": tune.choice([{"name": "sgd", "nesterov": tune.uniform(0, 1)}, {"name": "adam"}]),
        "nested": {"dropout": [tune.quniform(0, 1, 0.1)]},
    }
    assert space_features(space) == SpaceFeatures(9, 2, 3, 2, 1, 1)


def test_constants_and_domains_of_one_value_are_no_dimensions() -> None:
    space = {"a": 3, "b": tune.choice(["only"]), "c": tune.uniform(2, 2), "d": tune.uniform(0, 1)}
    assert space_features(space) == SpaceFeatures(1, 0, 1, 0, 0, 0)
