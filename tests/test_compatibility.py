"""Which combinations may run: every cell of the core roster, written out, with the reason of each refusal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from ray import tune

from benchmarks.compatibility import why_incompatible, why_unavailable
from benchmarks.registry import (
    SCHEDULERS,
    SEARCHERS,
    TRAINABLES,
    Capability,
    SchedulerSpec,
    SearcherSpec,
    TrainableSpec,
)

# "ok", or why not: B = needs TuneBOHB, S = a Searcher cannot feed a population, 1 = needs exactly one trial.
TABLE = """
                      asha fifo hb-bohb hyperband median pb2 pbt pbt-replay pbt-sync resource-changing
bayesopt              ok   ok   B       ok        ok     S   S   S          S        ok
grid                  ok   ok   B       ok        ok     ok  ok  1          ok       ok
hyperopt              ok   ok   B       ok        ok     S   S   S          S        ok
nevergrad-cma         ok   ok   B       ok        ok     S   S   S          S        ok
nevergrad-oneplusone  ok   ok   B       ok        ok     S   S   S          S        ok
optuna-tpe            ok   ok   B       ok        ok     S   S   S          S        ok
random                ok   ok   B       ok        ok     ok  ok  ok         ok       ok
"""
CAUSES = {
    "B": r"on_pause.*TuneBOHB",
    "S": r"Searcher.*only random and grid",
    "1": r"exactly one trial.*grid",
}


def rows() -> dict[str, dict[str, str]]:
    header, *lines = TABLE.strip().splitlines()
    return {
        name: dict(zip(header.split(), cells, strict=True))
        for name, *cells in (line.split() for line in lines)
    }


def made_up(**space: Any) -> TrainableSpec:
    """Return a trainable with this search space that can do everything else."""
    return replace(TRAINABLES["digits-mlp"], name="made-up", space=lambda: space)


def test_table_covers_the_whole_roster() -> None:
    assert list(rows()) == list(SEARCHERS)
    assert list(rows()["random"]) == list(SCHEDULERS)


@pytest.mark.parametrize("trainable", ["mnist-convnet", "digits-mlp", None])
@pytest.mark.parametrize("searcher", list(rows()))
def test_every_cell_is_as_expected_and_refusals_name_the_cause(searcher: str, trainable: str | None) -> None:
    spec = TRAINABLES[trainable] if trainable else None
    for scheduler, expected in rows()[searcher].items():
        reason = why_incompatible(SEARCHERS[searcher], SCHEDULERS[scheduler], spec)
        if expected == "ok":
            assert reason is None, (searcher, scheduler, reason)
        else:
            assert reason is not None, (searcher, scheduler)
            assert re.search(CAUSES[expected], reason), (searcher, scheduler, reason)
            assert "\n" not in reason


@pytest.mark.parametrize("searcher", list(rows()))
def test_function_trainable_is_limited_to_schedulers_that_need_no_checkpoint(searcher: str) -> None:
    function = TRAINABLES["function"]
    reasons = {
        name: why_incompatible(SEARCHERS[searcher], spec, function) for name, spec in SCHEDULERS.items()
    }
    assert {name for name, reason in reasons.items() if reason is None} == {"fifo", "asha", "median"}
    assert "checkpoint" in str(reasons["hyperband"])


@pytest.mark.parametrize("searcher", sorted(set(SEARCHERS) - {"random"}))
def test_only_random_draws_what_has_no_encoding(searcher: str) -> None:
    odd = made_up(lr=tune.loguniform(1e-4, 1), net={"width": tune.sample_from(lambda _: 3)})
    reason = why_incompatible(SEARCHERS[searcher], SCHEDULERS["fifo"], odd)
    assert all(part in str(reason) for part in (searcher, "sample_from", "made-up"))
    assert why_incompatible(SEARCHERS["random"], SCHEDULERS["fifo"], odd) is None


@pytest.mark.parametrize("searcher", list(SEARCHERS))
def test_every_searcher_takes_a_quantised_space(searcher: str) -> None:
    quantised = made_up(dropout=tune.quniform(0, 0.5, 0.1), units=tune.qrandint(8, 64, 8))
    assert why_incompatible(SEARCHERS[searcher], SCHEDULERS["fifo"], quantised) is None


def test_third_party_brings_its_own_rule_along() -> None:
    searcher = SearcherSpec("s", "", wants={Capability.FEEDS_BOHB: "s learns from brackets alone"})
    assert why_incompatible(searcher, SCHEDULERS["hb-bohb"]) is not None  # nobody offers PAUSE_AWARE
    assert "s learns from brackets alone" in str(why_incompatible(searcher, SCHEDULERS["fifo"]))
    bohb = replace(searcher, provides=frozenset({Capability.PAUSE_AWARE}))
    assert why_incompatible(bohb, SCHEDULERS["hb-bohb"], TRAINABLES["digits-mlp"]) is None


def test_what_only_a_trainable_can_offer_stays_open_until_one_is_named() -> None:
    scheduler = SchedulerSpec("c", "", wants={Capability.MORE_CPUS: "c hands out CPUs"})
    without = replace(TRAINABLES["digits-mlp"], provides=frozenset())
    assert why_incompatible(SEARCHERS["random"], scheduler) is None
    assert "c hands out CPUs" in str(why_incompatible(SEARCHERS["random"], scheduler, without))
    assert why_incompatible(SEARCHERS["random"], scheduler, TRAINABLES["digits-mlp"]) is None


def test_missing_libraries_come_with_the_pip_command() -> None:
    searcher = replace(SEARCHERS["random"], requires=("tunegrid-made-up-b", "numpy"))
    scheduler = replace(SCHEDULERS["fifo"], requires=("tunegrid-made-up-a", "tunegrid-made-up-b"))
    reason = why_unavailable(searcher, scheduler, TRAINABLES["digits-mlp"])
    assert reason is not None
    assert reason.endswith("pip install tunegrid-made-up-a tunegrid-made-up-b")
    assert "numpy" not in reason


def test_nothing_is_unavailable_where_everything_is_installed() -> None:
    parts = [*SEARCHERS.values(), *SCHEDULERS.values(), *TRAINABLES.values()]
    assert why_unavailable(*parts) is None
