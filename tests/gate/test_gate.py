"""The regression gate: what it finds in made-up sides, baselines, and the command on the virtual engine."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from helpers.gate_sides import E0, OLDER_BASELINE, cells, finding, noise, shifted, side

from benchmarks.gate import Settings, compare, named_side
from benchmarks.gate import __main__ as gate
from benchmarks.gate.planning import plan
from benchmarks.gate.roster import CORE, compatible, core_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import SEARCHERS, TRAINABLES
from results import ResultsError
from results.gate.baselines import FOLDER, read, write
from results.gate.family import family
from results.gate.sides import CELL, StoredSide
from results.gate.table import as_text

N = 40
SCORES = noise(0, N)
OLD = side("old", SCORES)


def where(searcher: str) -> list[int]:
    """Return the cells of a searcher."""
    return [place for place, cell in enumerate(cells()) if cell[1] == searcher]


def test_the_same_results_pass_at_the_first_look() -> None:
    report = compare(OLD, side("new", SCORES))
    assert (report.verdict, report.exit_code, report.stages) == ("pass", 0, [3])
    assert all(one.same for one in report.findings if not one.hypothesis.quantity.each)


def test_trainable_that_changed_is_not_compared_and_nothing_passes_for_it() -> None:
    """The searcher may be another, that is what is asked; another task would answer for it."""
    version = np.array([["3fa1"] if cell[0] == "branin" else ["77b0"] for cell in cells()])
    old, new = side("old", SCORES, trainable_version="3fa1"), side("new", SCORES, trainable_version=version)
    report = compare(old, new)
    assert (report.verdict, report.exit_code) == ("inconclusive", 3)
    assert [note for note in report.untested if "levy: not compared, the trainable has changed" in note]
    assert set(report.differences["trainable"]) == {"branin"}
    with pytest.raises(ResultsError, match=r"nothing could be compared: .*levy.*\(version 3fa1 -> 77b0\)"):
        compare(old, side("new", SCORES, trainable_version="77b0"))


def test_arm_older_than_versions_is_compared() -> None:
    assert compare(OLD, side("new", SCORES, trainable_version="3fa1")).verdict == "pass"


def test_baseline_keeps_versions_and_an_older_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new.parquet"
    write(side("new", SCORES, trainable_version="3fa1"), path)
    assert set(read(path).template["trainable_version"]) == {"3fa1"}
    assert read(OLDER_BASELINE).template["trainable_version"].isna().all()


def test_other_seeds_pass_once_a_collapse_would_have_shown() -> None:
    report = compare(OLD, side("new", noise(1, N)))
    assert (report.verdict, report.stages[-1]) == ("pass", N)
    score, collapse = (finding(report, quantity, "levy") for quantity in ("score", "collapse"))
    assert score.n < collapse.n == N  # ten repetitions tell the mean, and not what happens in one of ten
    assert 0.07 < -collapse.low < collapse.hypothesis.margin < 0.15


def test_what_one_searcher_lost_everywhere_is_found_in_its_mean() -> None:
    worse = SCORES.copy()
    worse[where("tpe")] = noise(1, N)[where("tpe")] - 10
    report = compare(OLD, side("new", worse))
    assert (report.verdict, report.exit_code) == ("fail", 1)
    lost = finding(report, "score", "tpe")
    assert lost.outcome == "fail"
    assert lost.low < -10 < lost.high < 0
    assert finding(report, "score", "random").same
    assert report.commands["tpe"].endswith("--baseline old --candidate new --searchers tpe")


def test_what_one_cell_lost_is_found_in_it() -> None:
    worse = noise(1, N)
    worse[3] -= 30
    report = compare(OLD, side("new", worse))
    failed = [one.hypothesis.name for one in report.findings if one.outcome == "fail"]
    assert "branin: tpe x fifo" in failed
    assert "--trainables branin --searchers tpe --schedulers fifo" in report.commands["branin: tpe x fifo"]


def test_an_improvement_is_no_regression() -> None:
    report = compare(OLD, side("new", noise(1, N) + 8))
    assert report.verdict == "pass"


def test_a_loss_that_is_certain_and_small_passes() -> None:
    report = compare(OLD, side("new", SCORES - 1))
    assert report.verdict == "pass"
    assert finding(report, "score", "all cells").high < 0


def test_one_repetition_names_no_loss_and_says_how_to_repeat() -> None:
    report = compare(side("a", noise(1, 1)), side("b", noise(2, 1)))
    of_scores = [finding for finding in report.findings if finding.hypothesis.quantity.name == "score"]
    assert report.verdict == "inconclusive" and of_scores
    assert {finding.outcome for finding in of_scores} == {"inconclusive"}
    said = " ".join(as_text(report).split())
    assert "run the sides with 10 (tunegrid run --repetitions 10), which takes about 10 times as long" in said
    assert "one point of the score is 0.004" in said
    more = compare(side("a", noise(1, 8)), side("b", noise(2, 8)))
    assert "one repetition tells" not in as_text(more)


def test_too_few_repetitions_are_inconclusive() -> None:
    report = compare(side("old", SCORES[:, :5]), side("new", noise(1, 5)))
    assert (report.verdict, report.exit_code, report.cap) == ("inconclusive", 3, 5)


def test_scores_too_low_to_tell_anything_do_not_pass() -> None:
    old, new = SCORES.copy(), SCORES.copy()
    old[3], new[3] = SCORES[3] - 400, SCORES[3] - 4000
    report = compare(side("old", old), side("new", new))
    assert (report.verdict, report.exit_code) == ("inconclusive", 3)
    assert finding(report, "score", "branin: tpe x fifo").outcome == "inconclusive"
    assert compare(side("old", old), side("new", old)).verdict == "pass"


def test_costs_are_ratios() -> None:
    slow = np.full(SCORES.shape, 0.5)
    slow[where("cma")] *= 10
    report = compare(OLD, side("new", SCORES, suggest_s=slow, epochs_spent=200))
    assert finding(report, "suggest", "cma").outcome == "fail"
    assert np.exp(-finding(report, "suggest", "cma").estimate) == pytest.approx(5.01 / 0.51 / 0.983, rel=0.02)
    assert finding(report, "suggest", "tpe").outcome == "pass"
    # A machine that is three times as busy is nobody's fault.
    busy = compare(OLD, side("new", SCORES, suggest_s=1.5, overhead_s=1.5))
    assert busy.verdict == "pass"
    # And one that is half as busy makes no searcher slower that needs next to nothing.
    quick = side("old", SCORES, suggest_s=0.008, overhead_s=0.07)
    idle = compare(quick, side("new", SCORES, suggest_s=0.004, overhead_s=0.035))
    assert finding(idle, "suggest", "tpe").estimate == pytest.approx(0.0, abs=0.05)
    # At the second look all ten repetitions cost 200 / 72 times the epochs.
    later = compare(OLD, side("new", noise(1, N), epochs_spent=200))
    assert finding(later, "epochs", "all cells").outcome == "fail"


def test_an_incumbent_that_only_looks_as_good_fails_by_its_test_score() -> None:
    known = OLD.template["best"].to_numpy()
    lost = np.where(OLD.template["searcher"] == "cma", 0.05, 0.0)
    report = compare(OLD, side("new", noise(0, N) + 1e-6, test=(known - lost).reshape(SCORES.shape)))
    assert finding(report, "test", "cma").outcome == "fail"
    assert finding(report, "score", "cma").outcome == "pass"
    # Where nobody has a test metric there is nothing to say of it.
    without = compare(side("old", SCORES, test=np.nan), side("new", SCORES, test=np.nan))
    assert without.verdict == "pass"
    assert not any(one.hypothesis.quantity.name == "test" for one in without.findings)


def test_times_that_were_not_measured_are_not_compared() -> None:
    report = compare(OLD, side("new", SCORES, suggest_s=np.nan, overhead_s=np.nan))
    assert report.verdict == "pass"
    assert any("no processor times; run or record it again" in note for note in report.notes)


def test_times_of_two_machines_are_not_compared() -> None:
    report = compare(OLD, side("new", SCORES, E0 | {"cpu": "another"}, suggest_s=50.0))
    assert report.verdict == "pass"
    assert not any(one.hypothesis.quantity.each for one in report.findings)
    assert any("times are not compared" in note for note in report.notes)


def test_what_no_longer_runs_fails_at_once_and_what_cannot_run_here_is_open() -> None:
    status = np.full(SCORES.shape, "ok", dtype=object)
    status[0, 1] = "failed"
    report = compare(OLD, side("new", SCORES, status=status, reason="ValueError: no"))
    assert (report.verdict, report.stages) == ("fail", [3])
    assert report.broken == [("branin: random x asha", "failed", "ValueError: no", 1)]
    assert "branin: random x asha" in report.commands
    status[0] = "unavailable"
    report = compare(OLD, side("new", SCORES, status=status, reason="not installed"))
    assert report.verdict == "inconclusive"
    assert any("not installed" in line for line in report.untested)


def test_the_level_holds_when_nothing_has_changed() -> None:
    sides = [side("a", noise(seed, 10)) for seed in range(32)]
    few = Settings(stages=(5, 10), alpha=0.2)
    failed = sum(
        compare(one, other, few).verdict == "fail" for one, other in zip(sides[::2], sides[1::2], strict=True)
    )
    # Of 16 gates at 20 %, 8 or more fail with a probability below 1 %.
    assert failed < 8


def test_globs_and_margins() -> None:
    worse = noise(1, N)
    worse[where("tpe")] -= 10
    only = Settings(globs={"searcher": ["r*", "cma"]})
    report = compare(OLD, side("new", worse), only)
    assert report.cells == 8
    assert report.commands["all cells"].endswith("--searchers cma random")  # the same again, not everything
    again = compare(OLD, side("new", worse), Settings(alpha=0.1, stages=(3, N), margins={"levy": 7.5}))
    assert again.commands["all cells"].endswith(f" --alpha=0.1 --stages 3 {N} --margin=levy=7.5")
    wide = Settings(margins={"branin": 200.0, "levy": 200.0})
    assert compare(OLD, side("new", worse), wide).verdict == "pass"
    with pytest.raises(Misuse, match="matches no searcher"):
        compare(OLD, OLD, Settings(globs={"searcher": ["nobody"]}))


def test_arms_without_common_experiments_are_refused() -> None:
    with pytest.raises(ResultsError, match="no scored experiment in common"):
        compare(OLD, shifted(OLD, 100))


def test_family_splits_the_weight_and_knows_no_group_twice() -> None:
    frame = pd.DataFrame(cells(), columns=["trainable", "searcher", "scheduler"])
    margins = {"branin": 20.0, "levy": 20.0}
    every = family(frame, margins)
    assert sum(one.weight for one in every) == pytest.approx(1)
    assert {one.level for one in every if one.quantity.name == "score"} == {
        *("all", "trainable", "searcher", "scheduler", "cell")
    }
    one_searcher = family(frame[frame["searcher"] == "tpe"], margins)
    # All cells are the searcher's, so that all need no line of their own: its margin is the wider one.
    assert not [one for one in one_searcher if one.level == "all" and not one.quantity.share]
    # Of shares the line of all stays, which rules out the most.
    assert not [one for one in one_searcher if one.level == "searcher" and one.quantity.share]
    assert {one.margin for one in one_searcher if one.name == "tpe" and one.quantity.name == "score"} == {
        10.0
    }
    [alone] = [one for one in family(frame[:1], margins) if one.quantity.name == "score"]
    assert (alone.level, alone.margin) == ("cell", 20.0)


def test_a_baseline_comes_back_as_it_was_and_damage_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    write(OLD, path)
    once = path.read_bytes()
    again = read(path)
    write(StoredSide("old", again.template, again.environments), path)
    assert path.read_bytes() == once
    assert compare(again, OLD).headline == "PASS: every experiment took the same course"
    table = pq.read_table(path)
    changed: list[Any] = table["best"].to_pylist()
    changed[0] += 0.01
    place = table.column_names.index("best")
    pq.write_table(table.set_column(place, table.schema.field("best"), [changed]), path)
    with pytest.raises(ResultsError, match="does not fit its checksum"):
        read(path)
    metadata = json.loads(table.schema.metadata[b"tunegrid.baseline"]) | {"format": 99}
    pq.write_table(table.replace_schema_metadata({b"tunegrid.baseline": json.dumps(metadata)}), path)
    with pytest.raises(ResultsError, match="has format 99; this version reads format 2"):
        read(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(ResultsError, match="is not a readable baseline"):
        read(path)


def test_the_baseline_that_ships_is_of_the_core_roster_and_of_one_clean_revision() -> None:
    baseline = read(FOLDER / f"{CORE}.parquet")
    listed = compatible(core_grid().changed({"repetitions": 1}, "a test").experiments())
    core = {(e.trainable, e.searcher, e.scheduler) for e in listed if not SEARCHERS[e.searcher].install}
    runs = baseline.template[CELL].value_counts()
    assert set(runs.index) == core
    assert set(runs) == {Settings().stages[-1]}  # as many as the last look takes
    (environment,) = baseline.environments.values()
    assert re.fullmatch("[0-9a-f]{40}", environment["git"])  # a "+" would be changes that no one can get


def test_the_core_roster_has_only_what_every_installation_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "sobol" in core_grid().searchers
    # It is quick, and installed here.
    of_an_extra = replace(SEARCHERS["sobol"], install="pip install tunegrid[sobol]")
    monkeypatch.setattr("benchmarks.gate.roster.SEARCHERS", {**SEARCHERS, "sobol": of_an_extra})
    assert "sobol" not in core_grid().searchers


def test_plan_knows_what_the_gate_would_find() -> None:
    chances = {one.level: one for one in plan(side("old", noise(0, 20)), Settings(), draws=60).scores}
    assert chances["cell"].same[0] > 0.95
    assert chances["cell"].worse[1] > 0.8
    assert chances["searcher"].worse[1] > 0.8
    assert {one.recorded for one in chances.values()} == {20}
    # What is noisier than its task's margin has its own noise as margin, so that it can be decided at all.
    noisy = {one.level: one for one in plan(side("old", noise(0, 20, sd=40)), Settings(), draws=60).scores}
    assert noisy["cell"].margin == pytest.approx(40 * 2**0.5, rel=0.2)
    assert noisy["cell"].worse[1] > 0.8
    small = {
        one.level: one for one in plan(side("old", noise(0, 20)), Settings(stages=(3, 6)), draws=60).scores
    }
    assert small["cell"].worse[1] < 0.1


def test_command_records_compares_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--searchers", "random", "--schedulers", "fifo", "asha", "--trainables", "mixed-ackley"]
    keep, out = str(tmp_path / "now"), str(tmp_path)
    assert gate.main(["--record", "mine", "--out", out, "--keep", keep, "--repetitions", "2", *small]) == 0
    mine = str(tmp_path / "mine.parquet")
    report = tmp_path / "report.json"
    # Run again: the same code gives the same results.
    assert gate.main(["--baseline", mine, "--json", str(report), "--stages", "2", "--jobs", "1"]) in (0, 3)
    findings = json.loads(report.read_text())["findings"]
    assert all(one["same"] for one in findings if one["quantity"] in ("score", "epochs", "target"))
    assert gate.main(["--baseline", mine, "--candidate", keep, "--stages", "2"]) in (0, 3)
    text = " ".join(capsys.readouterr().out.split())
    assert f"{keep} against {mine}: 2 combinations on tasks, 4 pairs" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--baseline", "nowhere"], "unknown side 'nowhere'; give a run folder"),
        (["--baseline", "current"], "both 'current'"),
        (["--alpha", "2"], "--alpha: '2' is not a share"),
        (["--stages", "4", "2"], "--stages is 4 2"),
        (["--margin", "branin=-1"], "is not a margin"),
        (["--record", "../x"], "is not plain"),
        (["--figure", "x.gif"], "end its name in .png or .pdf"),
    ],
)
def test_misuse_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = gate.main(arguments)
    except SystemExit as exit_:
        code = int(str(exit_.code))
    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert len(error.splitlines()) == 1


def test_record_says_which_engine_a_task_without_curves_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(TRAINABLES._specs, "branin", replace(TRAINABLES["branin"], curves=None))
    assert gate.main(["--record", "x", "--out", str(tmp_path), "--trainables", "branin"]) == 2
    error = capsys.readouterr().err
    assert "branin has no learning curves for the engine virtual; add --engine live" in error


def test_sides_are_named_by_a_word_a_folder_or_a_file(tmp_path: Path) -> None:
    assert named_side("current", tmp_path / "x").template is None
    write(OLD, tmp_path / "b.parquet")
    assert named_side(str(tmp_path / "b.parquet"), tmp_path).name == str(tmp_path / "b.parquet")
