"""Which combinations may run: every cell of the core roster, written out, with the reason of each refusal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from ray import tune

from benchmarks.suite.registry import (
    SCHEDULERS,
    SEARCHERS,
    TRAINABLES,
    Capability,
    Effect,
    SchedulerSpec,
    SearcherSpec,
    TrainableSpec,
)
from benchmarks.suite.rules import why_incompatible, why_unavailable

# "ok", or why not: B = needs a Searcher, F = TuneBOHB needs hb-bohb, E = every trial must train to its end,
# S = a Searcher cannot feed a population, D = only dehb says the epochs of a trial.  A * is any other part.
TABLE = """
           *   fifo hb-bohb hb-dehb pb2 pbt pbt-replay pbt-sync
*          ok  ok   ok      D       S   S   S          S
centre     ok  ok   B       D       ok  ok  ok         ok
dehb       ok  ok   ok      ok      S   S   S          S
grid       ok  ok   B       D       ok  ok  ok         ok
random     ok  ok   B       D       ok  ok  ok         ok
random-2x  ok  ok   B       D       ok  ok  ok         ok
repeater   E   ok   E       E       E   E   E          E
"""
CAUSES = {
    "B": r"on_pause.*TuneBOHB",
    "D": r"only.*dehb",
    "E": r"equally long.*fifo",
    "S": r"Searcher.*only random and grid",
}


def rows() -> dict[str, dict[str, str]]:
    """Return the table with every registered part in the place of the stars."""
    header, *lines = TABLE.strip().splitlines()
    written = {
        name: dict(zip(header.split(), cells, strict=True))
        for name, *cells in (line.split() for line in lines)
    }
    return {
        searcher: {scheduler: row.get(scheduler, row["*"]) for scheduler in SCHEDULERS}
        for searcher in SEARCHERS
        for row in [written.get(searcher, written["*"])]
    }


def partner(searcher: str) -> SchedulerSpec:
    """Return a scheduler that the searcher works with."""
    return SCHEDULERS[next(name for name, cell in rows()[searcher].items() if cell == "ok")]


def made_up(**space: Any) -> TrainableSpec:
    """Return a trainable with this search space that can do everything else."""
    offered = TRAINABLES["digits-mlp"].provides - {Capability.MUTABLE}
    return replace(
        TRAINABLES["digits-mlp"], name="made-up", space=lambda: space, mutable=(), cheap={}, provides=offered
    )


def test_what_the_table_names_is_registered() -> None:
    header, *lines = TABLE.strip().splitlines()
    assert {line.split()[0] for line in lines} - {"*"} <= set(SEARCHERS)
    assert set(header.split()) - {"*"} <= set(SCHEDULERS)


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


@pytest.mark.parametrize("searcher", [name for name, row in rows().items() if row["asha"] == "ok"])
def test_function_trainable_is_limited_to_schedulers_that_need_no_checkpoint(searcher: str) -> None:
    function = TRAINABLES["function"]
    reasons = {
        name: why_incompatible(SEARCHERS[searcher], spec, function)
        for name, spec in SCHEDULERS.items()
        if not spec.hidden
    }
    assert {"fifo", "asha"} <= {name for name, reason in reasons.items() if reason is None}
    for name, spec in SCHEDULERS.items():
        if not spec.hidden and Effect.PAUSE in spec.does:
            assert reasons[name] is not None, name  # what is paused would start anew
    assert "checkpoint" in str(reasons["hyperband"])


@pytest.mark.parametrize("searcher", list(SEARCHERS))
def test_only_random_draws_what_has_no_encoding(searcher: str) -> None:
    odd = made_up(lr=tune.loguniform(1e-4, 1), net={"width": tune.sample_from(lambda _: 3)})
    reason = why_incompatible(SEARCHERS[searcher], partner(searcher), odd)
    if searcher in ("random", "random-2x"):
        assert reason is None
    else:
        assert all(part in str(reason) for part in (searcher, "sample_from", "made-up"))


@pytest.mark.parametrize("searcher", list(SEARCHERS))
def test_every_searcher_takes_a_quantised_space(searcher: str) -> None:
    quantised = made_up(dropout=tune.quniform(0, 0.5, 0.1), units=tune.qrandint(8, 64, 8))
    assert why_incompatible(SEARCHERS[searcher], partner(searcher), quantised) is None


def test_third_party_brings_its_own_rule_along() -> None:
    searcher = SearcherSpec("s", "", wants={Capability.EVERY_EPOCH: "s learns from whole curves alone"})
    assert why_incompatible(searcher, SCHEDULERS["fifo"], TRAINABLES["digits-mlp"]) is None
    assert "s learns from whole curves alone" in str(why_incompatible(searcher, SCHEDULERS["hb-bohb"]))
    variants = replace(searcher, wants={}, provides=frozenset({Capability.VARIANTS}))
    assert "on_pause" in str(why_incompatible(variants, SCHEDULERS["hb-bohb"]))  # it hears of no pause


def test_what_only_a_trainable_can_offer_stays_open_until_one_is_named() -> None:
    scheduler = SchedulerSpec("c", "", wants={Capability.MORE_CPUS: "c hands out CPUs"})
    without = replace(
        TRAINABLES["digits-mlp"], provides=TRAINABLES["digits-mlp"].provides - {Capability.MORE_CPUS}
    )
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


def test_nothing_of_the_core_is_unavailable() -> None:
    parts = [*SEARCHERS.values(), *SCHEDULERS.values(), *TRAINABLES.values()]
    core = [part for part in parts if not part.install]  # an extra comes with a command of its own
    assert len(core) > 30 and why_unavailable(*core) is None
