"""The ground of the claims' verdicts: simulations with known answers, intervals, rules on known cells."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.doubling import double
from matplotlib import pyplot as plt

from benchmarks.curves.model import Place
from benchmarks.suite.registry import SEARCHERS
from scripts.claims import c2_stragglers, experiments, page
from scripts.claims.__main__ import claim_of, names
from scripts.claims.c6_look_ahead import AS_IN_RAY, ASKED, PULL_REQUEST, outcome_of
from scripts.claims.calibration import KINDS, failing, false_tables, null_table
from scripts.claims.cells import ERROR, Cells, ClaimCell, Sample, coverage, share, simultaneous
from scripts.claims.claim import LEAST, ClaimEvidence, Conclusion, repetitions_of
from scripts.claims.incumbents import Search, searches
from scripts.claims.tasks import ALL, FUNCTIONS, TABLES
from scripts.claims.unit_time import NAME, UnitCurves

BETTER = ClaimCell(3.0, 2.0, 4.0, margin=1.0, n=30)
WORSE = ClaimCell(-3.0, -4.0, -2.0, margin=1.0, n=30)
SAME = ClaimCell(0.0, -0.5, 0.5, margin=1.0, n=30)
OPEN = ClaimCell(0.5, -3.0, 4.0, margin=1.0, n=30)
SLIGHT = ClaimCell(0.6, 0.1, 1.3, margin=1.0, n=30)  # above 0, within the margin as far as is known

Fill = Callable[[Any, ClaimCell], Cells]


def test_undisturbed_brackets_take_the_time_that_they_must() -> None:
    # 81 trials on 25 workers: 4 units, 27 more in 2 rounds of 2, then 6, 18 and 54.
    bracket = 4 + 2 * 2 + 6 + 18 + 54
    outcome = c2_stragglers.run("sha", 0.0, 0.0, 81, 0, 1000.0)
    ends = [row["clock"] for row in outcome.results if row["epoch"] == c2_stragglers.EPOCHS]
    assert ends == [bracket]
    assert c2_stragglers.completed(("sha", 0.0, 0.0, 0)) == c2_stragglers.TIME // bracket


def test_a_straggler_is_slow_from_one_rung_to_the_next() -> None:
    curves, config = UnitCurves(Place(NAME, 0, {})), {"loss": 0.5}
    vars(curves)["stragglers"] = 1.0
    seconds = [curves.step(epoch, config, 1.0).cost for epoch in range(27)]
    assert min(seconds) > 1
    jobs = [set(seconds[start:end]) for start, end in ((0, 1), (1, 3), (3, 9), (9, 27))]
    assert all(len(job) == 1 for job in jobs)
    assert len(set.union(*jobs)) == len(jobs)


def test_a_lost_job_is_begun_again() -> None:
    calm = c2_stragglers.run("sha", 0.0, 0.0, 27, 0, 1000.0)
    rough = c2_stragglers.run("sha", 0.0, 0.02, 27, 0, 4000.0)
    assert len(rough.results) > len(calm.results)  # epochs that were trained twice
    assert c2_stragglers.trained(rough, 4000.0) == c2_stragglers.trained(calm, 1000.0) == 1


def test_actors_start_one_after_another_unless_asked() -> None:
    # 4 workers, 16 trials of 2 seconds: at best 4 rounds of start and training.
    in_ray, asked = (outcome_of((PULL_REQUEST, way))[0] for way in (AS_IN_RAY, ASKED))
    start = asked / 4 - 2
    assert start > 0
    assert in_ray == pytest.approx(16 * start + 2, rel=0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_few_tables_without_a_difference_hold_a_sure_one(kind: str) -> None:
    tables = 200
    wrong = false_tables(KINDS[kind], 19, np.random.default_rng(1), tables)
    assert wrong <= tables * ERROR + 3 * math.sqrt(tables * ERROR * (1 - ERROR))


def test_a_difference_of_the_margin_is_not_called_none() -> None:
    chance, tables = np.random.default_rng(2), 300
    wrong = 0
    for _ in range(tables):
        samples = {(str(i), ""): Sample(chance.normal(1.0, 1.0, 30), 1.0) for i in range(8)}
        [cells] = simultaneous(samples)
        wrong += any(cell.no_gain for cell in cells.values())
    assert wrong <= tables * ERROR + 3 * math.sqrt(tables * ERROR * (1 - ERROR))


def test_all_tables_share_one_correction() -> None:
    values = np.random.default_rng(3).normal(size=30)
    one, two = ({(name, ""): Sample(values, 1.0)} for name in "ab")
    alone = simultaneous(one)[0]["a", ""]
    together = simultaneous(one, two)[0]["a", ""]
    assert together.low < alone.low < alone.high < together.high
    assert together.low == simultaneous({("c", ""): Sample(values, 1.0), **one})[0]["a", ""].low


def test_too_few_repetitions_are_no_evidence() -> None:
    [cells] = simultaneous({("a", ""): Sample(np.ones(4), 0.1), ("b", ""): Sample(np.full(9, np.nan), 0.1)})
    assert (cells["a", ""].low, cells["a", ""].high) == (-math.inf, math.inf)
    assert not any((cell.sure or cell.equivalent) for cell in cells.values())


def test_shares_have_exact_intervals() -> None:
    # Clopper and Pearson's for 3 of 30, as in their tables.
    assert share([True] * 3 + [False] * 27, 0.95) == pytest.approx((0.1, 0.0211, 0.2653), abs=1e-4)
    assert share([False] * 10, 0.95)[1] == 0.0 and share([True] * 10, 0.95)[2] == 1.0


def test_evidence_for_and_against_exclude_each_other() -> None:
    for cell in (BETTER, WORSE, SAME, OPEN, SLIGHT):
        assert not (cell.better and cell.no_gain) and not (cell.worse and cell.no_loss)
    assert BETTER.better and WORSE.worse and SAME.equivalent
    assert SLIGHT.sure and not SLIGHT.better and not SLIGHT.no_gain


def of_rows(lines: list[str], columns: list[str]) -> Callable[[ClaimCell], Cells]:
    return lambda cell: {(line, column): cell for line in lines for column in columns}


def verdict(name: str, cells: Cells, **facts: float) -> Conclusion:
    return claim_of(name).rule(cells, facts)


def test_linear_scaling_needs_a_control_that_is_linear() -> None:
    def said(own: ClaimCell, control: ClaimCell) -> Conclusion:
        return verdict("c1_linear_scaling", {("asha", "25"): own, ("fifo", "25"): control})

    assert said(SAME, SAME) == "confirmed"
    assert said(WORSE, SAME) == "not confirmed"
    assert said(WORSE, WORSE) == said(SAME, OPEN) == said(OPEN, SAME) == said(SLIGHT, SAME) == "undecided"


def test_stragglers_are_judged_in_every_setting() -> None:
    cells = {(str(i), s): BETTER for i in range(8) for s in ("asha-promote", "asha")}
    assert verdict("c2_stragglers", cells) == "confirmed"
    assert verdict("c2_stragglers", cells | {("3", "asha"): WORSE}) == "confirmed"  # another algorithm
    assert verdict("c2_stragglers", cells | {("3", "asha-promote"): OPEN}) == "undecided"
    assert verdict("c2_stragglers", cells | {("3", "asha-promote"): SAME}) == "not confirmed"


def test_the_best_pairs_must_beat_each_rival_and_lose_to_none() -> None:
    fill = of_rows(["random: median - asha", "random: median - fifo"], [task.name for task in ALL])
    function, network = FUNCTIONS[0].name, TABLES[0].name
    same = fill(SAME)
    won = {("random: median - asha", function): BETTER, ("random: median - fifo", function): BETTER}
    assert verdict("c3_pairs", same) == "undecided"
    assert verdict("c3_pairs", same | won) == "confirmed"
    assert verdict("c3_pairs", same | won | {("random: median - fifo", network): WORSE}) == "confirmed"
    lost = {("random: median - fifo", FUNCTIONS[1].name): WORSE}
    assert verdict("c3_pairs", same | won | lost) == "not confirmed"


def test_discarding_adds_value_only_where_it_beats_every_affordable_i() -> None:
    lines = [f"{s} - {i} of 27" for s in ("sha", "asha") for i in ("one-epoch", "three-epochs")]
    same = of_rows(lines, ["task, random"])(SAME)
    name = "c4_one_epoch"
    assert verdict(name, same) == "confirmed"
    assert verdict(name, same | {(lines[0], "task, random"): BETTER}) == "confirmed"
    both = {(line, "task, random"): BETTER for line in lines[:2]}
    assert verdict(name, same | both) == "not confirmed"
    assert verdict(name, same | dict.fromkeys(both, OPEN)) == "undecided"


def test_searchers_against_twice_the_budget() -> None:
    name = "c5_twice_the_budget"
    bayesian = of_rows(["optuna-tpe", "optuna-gp"], ["a", "b"])
    assert verdict(name, bayesian(SAME)) == verdict(name, bayesian(WORSE)) == "confirmed"
    assert verdict(name, bayesian(OPEN)) == verdict(name, bayesian(SLIGHT)) == "undecided"
    assert verdict(name, bayesian(SAME) | {("optuna-tpe", "a"): BETTER}) == "not confirmed"
    assert verdict(name, bayesian(SAME) | {("nevergrad-cma", "a"): BETTER}) == "confirmed"  # not Bayesian


def test_random_search_is_never_tested_against_its_own_double() -> None:
    scope = claim_of("c5_twice_the_budget").measure.__globals__
    reference = scope["REFERENCE"]
    assert SEARCHERS[scope["HALF"]].nested_in == reference
    assert not [name for name in scope["SEARCHERS"] if SEARCHERS[name].nested_in == reference]


def test_look_ahead_is_judged_by_deterministic_times() -> None:
    assert verdict("c6_look_ahead", {}, least=1.5, most=1.6) == "confirmed"
    assert verdict("c6_look_ahead", {}, least=1.0, most=1.05) == "not confirmed"
    assert verdict("c6_look_ahead", {}, least=1.0, most=1.5) == "undecided"


def test_engines_that_stand_out() -> None:
    name, scope = "c7_engines", claim_of("c7_engines").measure.__globals__
    ahead = {(engine, scope["AHEAD"]): SAME for engine in scope["ENGINES"]}
    beats = {(engine, scope["BEATS"]): BETTER for engine in scope["ENGINES"]}
    first = {(scope["NAMED"], scope["AHEAD"]): BETTER}
    assert verdict(name, ahead | beats | first) == "confirmed"
    assert verdict(name, ahead | beats) == "not confirmed"  # it does not stand out
    assert verdict(name, ahead | beats | first | {("zoopt", scope["AHEAD"]): BETTER}) == "not confirmed"
    assert verdict(name, ahead | beats | first | {("zoopt", scope["AHEAD"]): OPEN}) == "undecided"
    none = {(engine, scope["BEATS"]): SAME for engine in scope["ENGINES"]}
    assert verdict(name, ahead | first | none) == "not confirmed"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.06, 0.15, "confirmed"),
        (0.01, 0.04, "not confirmed"),
        (0.3, 0.5, "not confirmed"),
        (0.04, 0.1, "undecided"),
    ],
)
def test_overtuning_in_about_a_tenth(low: float, high: float, expected: str) -> None:
    cell = ClaimCell((low + high) / 2, low, high, 0.0, 900)
    assert verdict("c8_overtuning", {("random", "all tasks and budgets"): cell}) == expected


def test_multivariate_tpe_must_gain_somewhere_and_lose_nowhere() -> None:
    name = "c9_multivariate_tpe"
    same = of_rows(["optuna-tpe-multivariate - optuna-tpe, 864 epochs"], ["a", "b"])(SAME)
    [one, two] = same
    assert verdict(name, same) == "not confirmed"  # no gain anywhere
    assert verdict(name, same | {one: BETTER}) == "confirmed"
    assert verdict(name, same | {one: BETTER, two: OPEN}) == "undecided"
    assert verdict(name, same | {one: BETTER, two: WORSE}) == "not confirmed"
    assert verdict(name, same | {one: BETTER, ("optuna-tpe - random", "a"): WORSE}) == "confirmed"


def test_early_stopping_hurts_if_it_does_anywhere() -> None:
    name = "c10_early_stopping"
    same = of_rows(["loss by asha", "loss by median"], ["a", "b"])(SAME)
    assert verdict(name, same) == "not confirmed"
    assert verdict(name, same | {("loss by asha", "a"): BETTER}) == "confirmed"
    assert verdict(name, same | {("loss by asha", "a"): OPEN}) == "undecided"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["c3_pairs", "c5_twice_the_budget", "c9_multivariate_tpe", "c10_early_stopping"]
)
def test_no_difference_gives_no_verdict_of_one(name: str) -> None:
    # What says that something is better or worse: five in a hundred at most, where nothing is.
    scope = claim_of(name).measure.__globals__
    lines = {
        "c3_pairs": ["random: median - asha", "random: median - fifo"],
        "c5_twice_the_budget": list(scope.get("SEARCHERS", ())),
        "c9_multivariate_tpe": ["optuna-tpe-multivariate - optuna-tpe, 864 epochs"],
        "c10_early_stopping": ["loss by asha", "loss by median", "loss by hyperband"],
    }[name]
    false = "confirmed" if name == "c10_early_stopping" else "not confirmed"
    keys = [(line, task.name) for line in lines for task in ALL]
    chance, wrong, tables = np.random.default_rng(4), 0, 100
    for _ in range(tables):
        cells = dict(zip(keys, null_table(failing, len(keys), chance).values(), strict=True))
        small = {key: replace(cell, margin=1e-9) for key, cell in cells.items()}
        wrong += verdict(name, small) == false
    assert wrong <= tables * ERROR + 3 * math.sqrt(tables * ERROR * (1 - ERROR))


def test_claims_share_no_repetition_and_say_all_that_a_reader_needs() -> None:
    spans = [repetitions_of(name, 300) for name in names()]
    assert len(set().union(*spans)) == 300 * len(names())
    assert [name.partition("_")[0] for name in names()] == [f"c{i}" for i in range(1, len(names()) + 1)]
    for claim in map(claim_of, names()):
        words = (claim.said, claim.place, claim.setting, claim.confirmed, claim.refuted)
        assert all(words) and claim.unit and claim.tested and claim.control and claim.interval


def test_the_margins_are_whole_images() -> None:
    for task in TABLES:
        assert task.margin * task.images == pytest.approx(round(task.margin * task.images))


def search_of(**other: Any) -> Search:
    fields: dict[str, Any] = {
        "epochs": [1, 5],
        "clock": [2.0, 9.0],
        "value": [0.5, 0.7],
        "beside": [0.4, 0.3],
    }
    fields |= {"trial": [0, 3], "spent": 8, "seconds": 12.0, "first": 0.5, "first_beside": 0.4}
    return Search(**(fields | {"baseline": 0.2, "optimum": 0.7} | other))


def test_incumbents_hold_until_the_next_one() -> None:
    found = search_of()
    assert found.at(4) == (0.5, 0.4) and found.at(5) == (0.7, 0.3) and math.isnan(found.at(0)[0])
    assert found.at(8.9, "clock") == (0.5, 0.4)
    assert found.time_to(0.6, 1.0) == 9.0 and found.time_to(0.9, 1.0) == math.inf
    assert found.score(0.7) == pytest.approx(100)


def test_what_is_known_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert experiments.measure("x", double, [1, 2, 3]) == [2, 4, 6]
    kept = Path("runs/claims/x.jsonl")
    lines = kept.read_text().splitlines()
    kept.write_text("\n".join([*lines[:2], lines[2][:9]]))  # ended while it wrote the third
    for _ in range(2):
        assert experiments.measure("x", double, [3, 2, 1, 4]) == [6, 4, 2, 8]
    asked = Path("asked").read_text().split()
    assert len(asked) == 5 and set(asked) == {"1", "2", "3", "4"}


def test_the_page_holds_every_claim_with_its_rule(tmp_path: Path) -> None:
    for name, cell in (("c2_x", BETTER), ("c10_y", OPEN)):
        claim = replace(claim_of("c10_early_stopping"), title=f"Title {name}")
        cells = {("loss by asha", "a"): cell}
        found = ClaimEvidence(cells, {}, "Seen.", {"Table": page.table(cells, "")}, plt.figure())
        page.write(name, claim, found, 30, tmp_path)
    text = (tmp_path / "claims.md").read_text()
    assert text.index("## Title c2_x") < text.index("## Title c10_y")
    assert "**Confirmed.** Seen." in text and "**Undecided.** Seen." in text
    for word in (
        "confirmed if",
        "not confirmed if",
        "| n | 30 repetitions",
        "| unit |",
        "| test metric |",
        "control",
    ):
        assert word in text
    assert f"each covers {coverage(1):.4%}" in text and "**+3.0000** (+2.0000 to +4.0000)" in text
    assert (tmp_path / "claims" / "c10_y.png").exists()


@pytest.mark.slow
def test_a_claim_runs_to_its_section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    claim = claim_of("c8_overtuning")
    monkeypatch.setitem(claim.measure.__globals__, "SEARCHERS", {"random": 2})
    evidence = claim.measure(repetitions_of("c8_overtuning", 2))
    assert page.write("c8_overtuning", claim, evidence, 2, tmp_path) in (
        "confirmed",
        "not confirmed",
        "undecided",
    )
    overall = evidence.cells["random", "all tasks and budgets"]
    assert overall.n == 2 * 2 * len(TABLES) and 0 <= overall.low <= overall.estimate <= overall.high <= 1
    assert "Overtuning" in (tmp_path / "claims.md").read_text()
    [found] = searches("c8", [case_of_first()])  # what the claim ran is known
    assert len(found.epochs) and found.spent == 32 * 27
    assert LEAST == 30


def case_of_first() -> dict[str, Any]:
    first = repetitions_of("c8_overtuning", 1)[0]
    fields = {"trials": 32, "epochs": 27, "workers": 1, "trainable": TABLES[0].name}
    return fields | {"searcher": "random", "scheduler": "fifo", "repetition": first}
