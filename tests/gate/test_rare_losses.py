"""Rare large losses, and what cannot be tested: neither passes, and both are said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.gate_sides import OLDER_BASELINE, SCHEDULERS, SEARCHERS, TASKS, cells, finding, noise, side

from benchmarks.gate import Settings, compare
from benchmarks.gate import __main__ as gate
from benchmarks.gate.planning import as_text as plan_as_text
from benchmarks.gate.planning import plan
from results.gate.baselines import read, write
from results.gate.document import as_data
from results.gate.family import QUANTITIES
from results.gate.junit import as_junit
from results.gate.sides import StoredSide
from results.gate.table import as_markdown, as_text
from results.types import Floats

ROOT = Path(__file__).parents[2]
N = 40
SCORES = noise(0, N)
OLD = side("old", SCORES)


def collapsed(share: float, searcher: str = "tpe", seed: int = 0, other_seeds: bool = False) -> Floats:
    """Return scores of which a searcher's collapse, under all schedulers of a task alike."""
    rng, scores = np.random.default_rng(seed), noise(1, N) if other_seeds else SCORES.copy()
    hit = {task: rng.random(N) < share for task in TASKS}
    for place, (task, name, _) in enumerate(cells()):
        if name == searcher:
            scores[place, hit[task]] = -100.0
    return scores


def test_a_searcher_that_collapses_in_a_fifth_of_its_runs_fails_by_their_share() -> None:
    report = compare(OLD, side("new", collapsed(0.2)))
    assert (report.verdict, report.exit_code) == ("fail", 1)
    lost = finding(report, "collapse", "tpe")
    assert lost.outcome == "fail"
    assert lost.low < -0.2 < lost.high < 0  # worse is below 0
    line = next(row for row in as_text(report).splitlines() if "collapsed runs  tpe " in row)
    assert line.startswith("FAIL") and f"+{-100 * lost.estimate:.1f} %" in line and "+10.0 %" in line


@pytest.mark.parametrize("share", [0.05, 0.1, 0.15])
def test_a_rare_collapse_does_not_pass(share: float) -> None:
    """The stated shares, in gates that look when they have shown."""
    late = Settings(stages=(20, 40), globs={"searcher": ["tpe"]})
    verdicts = []
    for seed in range(4):
        report = compare(OLD, side("new", collapsed(share, seed=seed)), late)
        verdicts.append(report.verdict)
        worst = finding(report, "collapse", "all cells")
        assert worst.outcome != "pass" or -worst.estimate < worst.hypothesis.margin
    assert verdicts.count("pass") <= 1
    assert share < 0.15 or verdicts.count("fail") >= 3


def test_one_combination_that_collapses_in_a_tenth_of_its_runs_is_not_passed_by_its_mean() -> None:
    """Which is what a test of the mean alone does a third of the time, at the tenth repetition."""
    alone = Settings(globs={"searcher": ["tpe"], "scheduler": ["fifo"], "trainable": ["branin"]})
    passed = []
    for seed in range(10):
        report = compare(OLD, side("new", collapsed(0.106, seed=seed, other_seeds=True)), alone)
        passed.append(
            (report.verdict == "pass", finding(report, "score", "branin: tpe x fifo").outcome == "pass")
        )
    both, mean = np.sum(passed, axis=0)
    assert both == 0 < mean


def test_what_another_task_shows_is_looked_for_where_it_has_not_shown_yet() -> None:
    """A combination that is the same on one task only is run on: it may be chance."""
    worse = SCORES.copy()
    places = {cell: place for place, cell in enumerate(cells())}
    worse[places["branin", "tpe", "fifo"], 1] -= 5
    worse[places["levy", "tpe", "fifo"], 20:] -= 100
    report = compare(OLD, side("new", worse))
    # Ten repetitions without a difference have shown that the mean is no lower; the share stayed open.
    assert finding(report, "score", "levy: tpe x fifo").n == 10
    assert finding(report, "collapse", "levy").outcome == "fail"
    assert report.verdict == "fail"
    assert finding(report, "score", "random").same


def test_a_pass_says_what_it_rules_out() -> None:
    same = compare(OLD, side("new", SCORES))
    assert same.verdict == "pass"
    assert "what took the same course: a collapse in more than 44.9 to 69.0 % (n = 3 to 6)" in " ".join(
        as_text(same).split()
    )
    assert finding(same, "collapse", "tpe").low == pytest.approx(-0.449, abs=1e-3)
    other = compare(OLD, side("new", noise(1, N)))
    text = " ".join(as_text(other).split())
    assert "all combinations together: an excess of collapsed runs above 4." in text
    assert "a combination on a task: an excess of collapsed runs above 16.6 % (n = 20)" in text
    data = as_data(other)
    assert data["ruled_out"] and not data["widened"]
    shares = [one for one in data["findings"] if one["unit"] == "share"]
    assert {one["quantity"] for one in shares} == {"collapse"}
    assert all(one["low"] <= one["estimate"] <= one["high"] <= one["margin"] for one in shares)


def test_two_sides_below_the_scale_are_named_and_do_not_pass() -> None:
    old, new = SCORES.copy(), SCORES.copy()
    old[3], new[3] = SCORES[3] - 400, SCORES[3] - 4000
    report = compare(side("old", old), side("new", new))
    assert (report.verdict, report.exit_code) == ("inconclusive", 3)
    why = "not testable: both sides are at a score of -100 or below, where scores say no more"
    assert finding(report, "score", "branin: tpe x fifo").untestable == why
    assert "in 1 of 4, branin: tpe x fifo among them" in finding(report, "score", "tpe").untestable
    assert {finding(report, "score", name).outcome for name in ("tpe", "fifo", "branin")} == {"inconclusive"}
    assert finding(report, "score", "cma").outcome == "pass"
    assert "of them not testable" in report.headline
    for text in (as_text(report), as_markdown(report), as_junit(report)):
        assert "not testable" in text and "where scores say no more" in " ".join(text.split())
    (one,) = [
        f
        for f in as_data(report)["findings"]
        if (f["quantity"], f["name"]) == ("score", "branin: tpe x fifo")
    ]
    assert (one["outcome"], one["untestable"]) == ("inconclusive", why)


def test_a_metric_that_is_missing_on_one_side_is_named_and_does_not_pass() -> None:
    known: Any = OLD.template["best"].to_numpy().reshape(SCORES.shape).copy()
    known[0] = np.nan
    report = compare(OLD, side("new", SCORES, best=known))
    assert report.verdict == "inconclusive"
    assert finding(report, "score", "branin: random x asha").untestable == (
        "not testable: the candidate has no finite metric"
    )
    assert finding(report, "target", "random").outcome != "pass"
    test = compare(OLD, side("new", noise(1, N), test=np.nan))
    assert test.verdict == "inconclusive"
    assert "the candidate has no test metric" in finding(test, "test", "all cells").untestable
    lacks = compare(side("old", SCORES, best=known), OLD)
    assert lacks.verdict == "inconclusive"
    assert any(
        "branin: random x asha: not compared, the stored side has no score" in u for u in lacks.untested
    )


def test_a_task_without_test_metric_is_noted() -> None:
    rows = OLD.template
    part = rows.assign(test=rows["test"].where(rows["trainable"] == "branin"))
    report = compare(StoredSide("old", part, OLD.environments), OLD)
    assert any("test scores are not compared on levy" in note for note in report.notes)


def test_combinations_without_any_pair_are_named_and_do_not_pass() -> None:
    new = side("new", SCORES)
    rows = new.template
    lacks = rows[~((rows["searcher"] == "cma") & (rows["trainable"] == "levy"))].reset_index(drop=True)
    report = compare(OLD, StoredSide("new", lacks, new.environments))
    assert (report.verdict, report.exit_code) == ("inconclusive", 3)
    assert report.untested == ["levy: cma x asha, levy: cma x fifo: not compared, new has no such repetition"]
    assert report.headline.startswith("INCONCLUSIVE: ")
    for text in (as_text(report), as_markdown(report), as_junit(report)):
        assert "levy: cma x asha" in text
    suite = ElementTree.fromstring(as_junit(report))
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    # Who means these alone says so.
    only = Settings(globs={"searcher": ["random", "tpe"]})
    assert compare(OLD, StoredSide("new", lacks, new.environments), only).verdict == "pass"


def test_what_failed_before_is_named_and_does_not_pass() -> None:
    status = np.full(SCORES.shape, "ok", dtype=object)
    status[0] = "failed"
    both = compare(side("old", SCORES, status=status), side("new", SCORES, status=status))
    assert both.verdict == "inconclusive"
    assert both.untested == ["branin: random x asha: not compared, no experiment of old is ok"]
    status[0, 3:] = "ok"
    later = compare(side("old", SCORES, status=status), side("new", SCORES))
    assert later.verdict == "pass"
    assert any("3 of 480 experiments of old are not ok" in note for note in later.notes)


def test_margins_that_noise_has_widened_are_marked_and_counted() -> None:
    loud = np.where(np.array([cell[1] == "cma" for cell in cells()])[:, None], noise(0, N, 40.0), SCORES)
    report = compare(side("old", loud), side("new", loud - 1))
    wide, usual = (
        finding(report, "score", "branin: cma x asha"),
        finding(report, "score", "branin: tpe x asha"),
    )
    assert wide.hypothesis.margin > 30 and usual.hypothesis.margin == 20
    assert wide.hypothesis.reason == "widened to the noise of the stored side"
    assert usual.hypothesis.reason == "the task's margin"
    assert finding(report, "score", "fifo").hypothesis.reason == (
        "2 of 6 widened to the noise of the stored side"
    )
    assert finding(report, "epochs", "fifo").hypothesis.reason == "fixed"
    text = " ".join(as_text(report).split())
    assert "score: 4 of 12 combinations have a margin widened to the noise of the stored side" in text
    data = as_data(report)
    assert any(line.startswith("score: 4 of 12") for line in data["widened"])
    reasons = {one["name"]: one["margin_reason"] for one in data["findings"] if one["quantity"] == "score"}
    assert reasons["levy: cma x fifo"].startswith("widened")
    properties = ElementTree.fromstring(as_junit(report)).findall("properties/property")
    assert any((p.get("name"), p.get("value", "")[:5]) == ("widened margins", "score") for p in properties)


def test_plan_shows_widened_margins_and_what_collapses_are_found() -> None:
    settings = Settings()
    planned = plan(side("old", noise(0, 20, sd=40)), settings, draws=40)
    assert {one.level: one.widened for one in planned.scores}["cell"] == 12
    chances = {one.level: one for one in planned.collapses}
    assert chances["all"].same.passed > 0.9
    assert chances["searcher"].collapsed[0.15].failed > chances["searcher"].collapsed[0.05].failed
    assert all(one.collapsed[0.15].passed <= 0.2 for one in planned.collapses if one.ruled_out <= 0.15)
    text = plan_as_text(planned, settings)
    assert "collapse in 10%: fail" in text and "widened" in text


def test_an_older_baseline_is_compared() -> None:
    older = read(OLDER_BASELINE)
    report = compare(older, older, Settings(stages=(3,)))
    assert report.verdict == "pass"
    assert any(f.hypothesis.quantity.name == "collapse" for f in report.findings)


def test_both_sides_are_scored_with_the_constants_of_the_baseline() -> None:
    report = compare(OLD, side("new", SCORES + 1e-9, baseline=0.3, optimum=0.95))
    assert report.verdict == "pass"
    assert any(
        "branin, levy: baseline and optimum have changed; both sides are scored" in n for n in report.notes
    )
    assert abs(finding(report, "score", "all cells").estimate) < 1e-6


def test_weights_are_the_whole_level() -> None:
    assert sum(quantity.weight for quantity in QUANTITIES) == pytest.approx(1)
    assert len({len(SEARCHERS), len(SCHEDULERS)}) == 2


@pytest.mark.slow
def test_a_planted_collapse_does_not_pass_in_a_gate_of_the_command(tmp_path: Path) -> None:
    small = ["--searchers", "optuna-tpe", "--schedulers", "fifo", "--trainables", "mnist-convnet"]
    assert gate.main(["--record", "mine", "--out", str(tmp_path), "--repetitions", "40", *small]) == 0
    mine = str(tmp_path / "mine.parquet")
    # In a process of its own, since what is planted stays.
    planted = os.environ | {"TUNEGRID_PLUGINS": "scripts.planted.collapse_15"}
    command = [sys.executable, "-m", "benchmarks.gate", "--baseline", mine, "--stages", "40", *small]
    done = subprocess.run(command, env=planted, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 3), done.stdout + done.stderr
    assert "collapsed runs" in done.stdout


def test_written_baselines_are_the_same_as_before(tmp_path: Path) -> None:
    write(OLD, tmp_path / "b.parquet")
    assert compare(read(tmp_path / "b.parquet"), OLD).verdict == "pass"
