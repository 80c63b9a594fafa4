"""Native parity: what is compared, what counts as the same, and that a changed library is seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ray import tune
from ray.tune.search.sample import Float, LogUniform
from scipy import stats

from benchmarks.parity.__main__ import main
from benchmarks.parity.cell_file import NAME, CellFile
from benchmarks.parity.cells import FinalEffect, Kinship, ParityCell, effect, reasons_of
from benchmarks.parity.page import PageProvenance, page
from benchmarks.parity.sequences import alike, common_start, native_sequence, own_sequence
from benchmarks.parity.tasks import loss
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import SEARCHERS, TRAINABLES, NativeSetup

LEARNING = {"lr": tune.loguniform(1e-10, 1), "momentum": tune.uniform(0.1, 0.9)}


def bowl(config: Mapping[str, Any]) -> float:
    return (math.log10(config["lr"]) + 2) ** 2 + float((config["momentum"] - 0.5) ** 2)


# The planted fault that this comparison is made to find


def with_exponent(domain: Any, converted: Any) -> Any:
    """Return what Ray's adapter makes of a logarithmic scale."""
    from nevergrad import p

    if isinstance(domain, Float) and isinstance(domain.sampler, LogUniform):
        return p.Log(lower=domain.lower, upper=domain.upper, exponent=math.e)
    return converted


@pytest.mark.parametrize("name", ["nevergrad-cma", "nevergrad-oneplusone"])
def test_a_step_that_ignores_the_range_of_a_logarithmic_scale_is_seen(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nevergrad", reason="nevergrad is not installed")
    from searchers import _nevergrad

    def in_common() -> int:
        given, native = (
            sequence(name, LEARNING, bowl, trials=12, seed=3) for sequence in (own_sequence, native_sequence)
        )
        return common_start(given, native)

    assert in_common() == 12
    monkeypatch.setattr(_nevergrad, "_scaled", with_exponent)
    assert in_common() < 3


# Sequences


def test_floats_are_alike_but_for_arithmetic_and_categories_only_if_equal() -> None:
    assert alike({"lr": 1e-9, "net": {"n": 3}}, {"lr": 1e-9 * (1 + 1e-9), "net": {"n": 3}})
    assert not alike({"lr": 1e-9}, {"lr": 1.1e-9})
    assert not alike({"n": 3}, {"n": 4}) and not alike({"n": 3}, {"m": 3})
    assert common_start([{"x": 1}, {"x": 2}, {"x": 3}], [{"x": 1}, {"x": 5}, {"x": 3}]) == 1


def test_a_native_loop_may_go_on_beyond_its_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(setup: NativeSetup) -> None:
        while True:
            setup.loss({"lr": 0.5, "momentum": 0.5})

    changed = replace(SEARCHERS["hyperopt"], native=endless)
    monkeypatch.setitem(SEARCHERS._specs, "hyperopt", changed)
    assert len(native_sequence("hyperopt", LEARNING, bowl, trials=5, seed=1)) == 5


def test_library_start_up_is_that_of_the_library() -> None:
    pytest.importorskip("hyperopt", reason="hyperopt is not installed")
    options: dict[str, Any] = {"trials": 24, "seed": 3}
    levelled, library = (
        own_sequence("hyperopt", LEARNING, bowl, **options, levelled=levelled) for levelled in (True, False)
    )
    by_itself = native_sequence("hyperopt", LEARNING, bowl, **options, defaults=True)
    assert common_start(library, by_itself) == 24
    assert common_start(levelled, by_itself) == 6  # a quarter of the trials; HyperOpt draws 20


@pytest.mark.parametrize("name", ["nevergrad-pso", "nevergrad-de", "optuna-nsga2", "optuna-cmaes", "zoopt"])
def test_a_population_is_never_levelled(name: str) -> None:
    if SEARCHERS[name].missing():
        pytest.skip(f"{name} is not installed")
    levelled, library = (
        own_sequence(name, LEARNING, bowl, trials=12, seed=3, levelled=levelled) for levelled in (True, False)
    )
    assert levelled == library


# Cells


def test_reasons_are_what_is_documented_and_matters_in_the_space() -> None:
    mixed, plain = (TRAINABLES[task].space() for task in ("mixed-ackley", "branin"))
    assert reasons_of("nevergrad-cma", mixed, False) == ("encoded: randint",)
    assert reasons_of("nevergrad-cma", plain, False) == ()
    assert reasons_of("nevergrad-ngopt", plain, True) == ("levelled start-up", "a setting")


def cell(**changed: Any) -> ParityCell:
    values: dict[str, Any] = {"searcher": "sobol", "task": "branin", "trials": 50, "seeds": 2}
    values |= {"documented": 50, "defaults": 50, "reasons": (), "effect": None}
    return ParityCell(**(values | changed))


def test_only_a_documented_difference_explains() -> None:
    assert cell().kinship is Kinship.IDENTICAL
    assert cell(defaults=3, reasons=("a setting",)).kinship is Kinship.EXPLAINED
    assert cell(defaults=3, reasons=("a setting",)).unmeasured and not cell().unmeasured
    assert cell(defaults=3).kinship is Kinship.UNEXPLAINED
    assert cell(defaults=3, documented=49, reasons=("a setting",)).kinship is Kinship.UNEXPLAINED


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.0, "equivalent"), (0.75, "open"), (-2.0, "better"), (2.0, "worse")]
)
def test_effects_of_known_differences(shift: float, verdict: str) -> None:
    quantiles = stats.norm.ppf((np.arange(60) + 0.5) / 60)
    found = effect(list(quantiles * 1.0 + shift), list(quantiles), 32, seed=1)
    if verdict == "open":
        found = effect(list(quantiles[::6] + 0.3), list(quantiles[::6]), 32, seed=1)
    assert found.verdict == verdict
    if verdict != "open":  # of normal values with equal spread, on the scale of their quantiles
        assert found.better == pytest.approx(stats.norm.cdf(-shift / math.sqrt(2)), abs=0.02)


def test_functions_are_without_noise_and_maxima_are_turned_round() -> None:
    final, point = loss("branin", 0), {"x": 1.0, "y": 2.0}
    assert final(point) == final(point) and abs(final(point) - final({"x": 1.0, "y": 2.0 + 1e-12})) < 1e-6
    good, bad = ({"lr": lr, "momentum": 0.5} for lr in (1e-1, 1e-10))
    assert loss("mnist-convnet", 0)(good) < loss("mnist-convnet", 0)(bad) < 0


# The command


def test_kept_cells_are_read_again_and_others_are_refused(tmp_path: Any) -> None:
    folder = tmp_path / "new" / "kept"

    def versions(searcher: str) -> dict[str, str]:
        return {"ray": "2.60.0"}

    known = cell(effect=FinalEffect(30, 32, 0.5, (0.4, 0.6), (0.38, 0.62)), reasons=("a setting",))
    CellFile(folder, versions).add(known)
    assert CellFile(folder, versions).cells == {("sobol", "branin"): known}
    assert not CellFile(folder, lambda searcher: {"ray": "2.61.0"}).cells
    (folder / NAME).write_text("{}\n")
    with pytest.raises(Misuse, match=r"--keep: line 1 of .* is not a cell; delete the file"):
        CellFile(folder, versions)


def test_the_page_names_every_searcher_and_each_difference() -> None:
    specs = [SEARCHERS[name] for name in ("hyperopt", "sobol", "random", "bohb")]
    found = [
        cell(),
        cell(searcher="hyperopt", defaults=3, documented=7),
        cell(searcher="hyperopt", task="conditional", defaults=10, reasons=("levelled start-up",)),
    ]
    text = page(
        specs, found, PageProvenance("python -m benchmarks.parity", "2026-01-01", {"ray": "2.60.0"}, 3.0)
    )
    assert "| **sobol** | identical | branin |" in text
    assert "identical but for: levelled start-up | conditional |" in text
    assert "**differs** from trial 8 on | branin |" in text
    assert "| **random** | no library but Ray Tune itself | |" in text


def test_misuse_of_the_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--searchers", "nothing-of-the-kind"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
