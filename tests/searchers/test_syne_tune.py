"""Syne Tune's searchers: when their models step in, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup

pytest.importorskip("syne_tune", reason="Syne Tune is not installed: python -m tunegrid.install syne-tune")

SPACE = {"x": tune.uniform(0, 1), "lr": tune.loguniform(1e-4, 1), "units": tune.randint(4, 64)}


def search(name: str, trials: int = 24) -> Any:
    algorithm = SEARCHERS[name].build(SearchSetup(SPACE, trials, 1, 4)).algorithm
    algorithm.set_search_properties("score", "max", SPACE)
    return algorithm


def played(name: str, results: int) -> Any:
    algorithm = search(name)
    for number in range(results):
        algorithm.suggest(f"trial_{number}")
        algorithm.on_trial_complete(f"trial_{number}", {"score": number / 7 % 1})
    algorithm.suggest("next")
    return algorithm.searcher._library


def test_kernel_densities_step_in_as_soon_as_both_can_be_made() -> None:
    assert played("kde[random_fraction=0]", 7).good_kde is None
    assert (
        len(played("kde[random_fraction=0]", 8).good_kde.data) == 4
    )  # one more than there are hyperparameters


def test_kernel_densities_see_logarithms_and_integers_encoded() -> None:
    domains = played("kde", 0).config_space
    assert [(domain.lower, domain.upper) for domain in domains.values()] == [(0, 1)] * 3


def test_trees_of_quantiles_step_in_after_the_levelled_start_up() -> None:
    assert played("cqr", 5).surrogate_model is None
    assert played("cqr", 6).surrogate_model is not None


def test_a_failed_trial_is_no_result() -> None:
    algorithm = search("bore")
    for trial_id in ("good", "bad"):
        algorithm.suggest(trial_id)
    algorithm.on_trial_complete("bad", error=True)
    assert algorithm.searcher._library.targets == []
    algorithm.on_trial_complete("good", {"score": 0.5})
    assert algorithm.searcher._library.targets == [-0.5]


def test_an_even_number_of_quantiles_is_refused() -> None:
    with pytest.raises(ValueError, match="quantiles is 4; expected an odd number, such as 5"):
        search("cqr[quantiles=4]")
