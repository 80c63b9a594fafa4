"""PED-ANOVA against Optuna's, on the same trials; hyperparameters without an effect; intervals."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from results.statistics.importance import Cells, best, density, importance, intervals, numeric

SPACE: dict[str, BaseDistribution] = {
    "x": FloatDistribution(-5.0, 10.0),
    "rate": FloatDistribution(1e-6, 1.0, log=True),
    "layers": IntDistribution(1, 4),
    "kind": CategoricalDistribution(["a", "b", "c"]),
    "slope": FloatDistribution(0.0, 1.0),  # of kind b alone
}


def sampled(n: int, seed: int) -> tuple[list[dict[str, Any]], np.ndarray]:
    rng = np.random.default_rng(seed)
    trials, losses = [], []
    for _ in range(n):
        trial: dict[str, Any] = {"x": rng.uniform(-5, 10), "rate": 10 ** rng.uniform(-6, 0)}
        trial |= {"layers": int(rng.integers(1, 5)), "kind": str(rng.choice(["a", "b", "c"]))}
        if trial["kind"] == "b":
            trial["slope"] = rng.uniform()
        loss = 0.05 * (trial["x"] - 3) ** 2 + abs(np.log10(trial["rate"]) + 3) + 0.3 * trial["layers"]
        trials.append(trial)
        losses.append(loss + (3 * trial["slope"] if "slope" in trial else 1.0) + rng.normal(0, 0.1))
    return trials, np.round(losses, 1)  # rounded, so that there are ties


def cells(trials: list[dict[str, Any]]) -> list[Cells]:
    def column(name: str) -> list[float]:
        return [trial.get(name, np.nan) for trial in trials]

    return [
        numeric(column("x"), -5, 10),
        numeric(column("rate"), 1e-6, 1, log=True),
        numeric(column("layers"), 1, 4, steps=4),
        Cells(np.array(["abc".index(trial["kind"]) for trial in trials]), 3, ordered=False),
        numeric(column("slope"), 0, 1),
    ]


def optunas(trials: list[dict[str, Any]], loss: np.ndarray, direction: str, target: float) -> list[float]:
    study = optuna.create_study(direction=direction)
    for trial, value in zip(trials, loss, strict=True):
        space = {name: SPACE[name] for name in trial}
        study.add_trial(optuna.trial.create_trial(params=trial, distributions=space, value=float(value)))
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=target)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return [found[name] for name in SPACE]


@pytest.mark.parametrize(("n", "seed", "target"), [(30, 0, 0.2), (120, 1, 0.1), (500, 2, 0.1), (300, 3, 0.5)])
def test_importances_are_optunas(n: int, seed: int, target: float) -> None:
    trials, loss = sampled(n, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        least = optunas(trials, loss, "minimize", target)
        most = optunas(trials, -loss, "maximize", target)
    ours = importance(cells(trials), loss, target=target)
    assert ours == pytest.approx(least, rel=1e-6)
    assert ours == pytest.approx(most, rel=1e-6)
    assert ours.sum() == pytest.approx(1)


def test_weights_count_a_trial_as_often() -> None:
    trials, loss = sampled(60, 4)
    times = np.random.default_rng(0).integers(0, 4, 60)
    again = np.repeat(np.arange(60), times)
    repeated = importance(cells([trials[i] for i in again]), loss[again])
    assert importance(cells(trials), loss, times) == pytest.approx(repeated)


def test_the_best_are_counted_with_ties() -> None:
    loss = np.array([3.0, 1.0, 2.0, 2.0, 5.0])
    assert best(loss, np.ones(5), 0.4).tolist() == [False, True, True, True, False]
    assert best(loss, np.array([1.0, 2, 0, 1, 1]), 0.4).tolist() == [False, True, False, False, False]


def test_a_density_sums_to_one_and_is_highest_where_the_trials_are() -> None:
    counts = np.zeros(50)
    counts[[10, 11, 12]] = 3, 9, 4
    for ordered in (True, False):
        found = density(counts, ordered=ordered)
        assert found.sum() == pytest.approx(1)
        assert found.argmax() == 11
    # Categories by hand: seen once a, never b; the kernel of a is (1.5, 0.5) / 2, the prior's (0.5, 0.5).
    assert density([1, 0], ordered=False) == pytest.approx([0.625, 0.375])


def test_only_what_matters_has_importance() -> None:
    rng = np.random.default_rng(5)
    x, noise = rng.uniform(size=(2, 4000))
    shares = importance([numeric(x, 0, 1), numeric(noise, 0, 1)], (x - 0.3) ** 2)
    assert shares[0] > 0.98
    assert not importance([Cells(np.zeros(9, dtype=int), 1, ordered=False)], np.arange(9)).any()


def test_a_domain_has_a_width() -> None:
    with pytest.raises(ValueError, match="1 to 1 is not a domain"):
        numeric([1, 1], 1, 1)
    with pytest.raises(ValueError, match="expected 0 < low < high"):
        numeric([1, 2], 0, 2, log=True)


def test_intervals_of_repetitions_cover_the_importance_of_many_trials() -> None:
    def draw(rng: np.random.Generator, n: int) -> tuple[list[Cells], np.ndarray]:
        x, y, z = rng.uniform(size=(3, n))
        return [numeric(value, 0, 1) for value in (x, y, z)], x + 0.4 * y

    # Importance depends on how many trials there are: the truth is the mean over many runs of this size.
    runs = [importance(*draw(np.random.default_rng([1, seed]), 300)) for seed in range(150)]
    truth = np.mean(runs, axis=0)
    group = np.repeat(np.arange(10), 30)
    inside = []
    for seed in range(40):
        rng = np.random.default_rng([2, seed])
        low, high = intervals(*draw(rng, 300), group, rng, resamples=60)
        inside.append((low <= truth) & (truth <= high))
    assert np.mean(inside, axis=0).min() > 0.8
    alone = intervals(*draw(np.random.default_rng(0), 30), np.zeros(30, dtype=int), np.random.default_rng(0))
    assert np.isnan(alone).all()
