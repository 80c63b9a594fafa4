"""Tables and numbers: what is bold, what stands in the cells, that any name survives, and the command."""

from __future__ import annotations

import csv
import itertools
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers.synthetic import make_run
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from results import Run, load
from results.numerals import at_place, significant
from results.outputs import NotEnoughData
from results.paper.number import letters
from results.paper.numbers import as_json, as_tex, numbers
from results.store.schema import EXPERIMENTS
from results.tables import TABLES, Table, TableInputs
from results.tables.__main__ import main
from results.tables.model import Column, Estimate, places, show
from results.tables.render import as_csv, escape_markdown, file_name, latex, markdown, tex

Score = Callable[[str, str, str, int], float]
NASTY = r"50%_of #1 & $x^2$ {a\b} ~c|d <e> [f] *g* --h `i`"


def inputs(
    score: Score, searchers: Any, schedulers: Any, tasks: Any = ("a",), n: int = 10, **same: Any
) -> TableInputs:
    """Return a run whose experiments reach ``score(task, searcher, scheduler, repetition)``, on 0 to 100."""
    rows: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for task, searcher, scheduler, repetition in itertools.product(tasks, searchers, schedulers, range(n)):
        value = score(task, searcher, scheduler, repetition)
        key = f"k{len(rows)}"
        row = {"key": key, "trainable": task, "searcher": searcher, "scheduler": scheduler}
        row |= {"repetition": repetition, "device": "cpu", "engine": "virtual", "trials": 4, "epochs": 2}
        row |= {"workers": 8, "data": "subset", "train_size": 0, "gpus_per_trial": 0.0, "same_start": 0}
        row |= {"status": "ok", "reason": "", "metric": "m", "mode": "max", "baseline": 0.0, "optimum": 100.0}
        row |= {"best": value, "trials_asked": 4, "epochs_before": 0, "epochs_spent": 8, "wall_s": 1.0}
        rows.append(row | same)
        results.append({"key": key, "trial_id": "t", "seq": 0, "clock": 1.0, "m": value})
    frame = pd.DataFrame(rows).reindex(columns=list(EXPERIMENTS))
    return TableInputs(Run(frame, pd.DataFrame({"key": []}), pd.DataFrame(results)))


def noise(*names: object) -> float:
    return float(np.random.default_rng(zlib.crc32(repr(names).encode())).normal())


def one(kind: str, of: TableInputs) -> Any:
    return next(TABLES[kind](of))


def bold(table: Table) -> set[str]:
    """Return searcher/scheduler of what is bold in the matrix of scores."""
    return {f"{table.rows[row][0]}/{table.columns[column].head}" for row, column in table.marks}


# What is bold


def test_the_best_is_bold_alone_if_it_is_better_than_all_others() -> None:
    run = inputs(lambda t, a, b, r: 20 * (a + b == "xf") + 50 + noise(a, b, r), "xyz", "fg")
    table = one("scores", run)
    assert bold(table) == {"x/f"}
    assert "it is alone" in table.caption
    assert [row for row, _ in one("ranking", run).marks] == [0]
    assert one("best-by-task", run).marks == {(0, 1)}


def test_what_cannot_be_told_apart_from_the_best_is_bold_alike() -> None:
    run = inputs(lambda t, a, b, r: 20 * (a != "z") + 50 + noise(a, b, r), "xyz", "fg")
    assert bold(one("scores", run)) == {"x/f", "x/g", "y/f", "y/g"}
    assert {row for row, _ in one("ranking", run).marks} == {0, 1, 2, 3}
    assert not one("best-by-task", run).marks
    assert one("best-by-task", run).rows[0][4:] == (4, 6)


def test_five_repetitions_make_nothing_bold_however_clear_they_look() -> None:
    run = inputs(lambda t, a, b, r: 90 * (a == "x") + noise(a, b, r), "xy", "fg", n=5)
    for kind in ("scores", "ranking", "best-by-task"):
        assert not one(kind, run).marks
    assert "Nothing is in bold" in one("scores", run).caption
    assert "5 repetitions" in one("scores", run).caption


# What stands in the cells


def test_the_scores_are_means_with_the_t_interval_of_the_repetitions() -> None:
    run = inputs(lambda t, a, b, r: 50 + 5 * noise(a, b, r), "xy", "fg")
    values = [50 + 5 * noise("y", "g", r) for r in range(10)]
    found = one("scores", run).rows[1][2]
    low, high = stats.t.interval(0.95, 9, np.mean(values), stats.sem(values))
    assert found == pytest.approx((np.mean(values), low, high))


def test_over_tasks_each_task_counts_the_same_and_each_has_its_own_table() -> None:
    run = inputs(lambda t, a, b, r: 10 * (t == "a") + noise(a, b, t, r), "xy", "fg", tasks="ab")
    tables: list[Any] = list(TABLES["scores"](run))
    whole, *each = tables
    assert [table.name for table in (whole, *each)] == ["scores", "scores-a", "scores-b"]
    for row, column in itertools.product((0, 1), (1, 2)):
        parts = [table.rows[row][column].value for table in each]
        assert whole.rows[row][column].value == pytest.approx(np.mean(parts))


def test_a_metric_that_is_minimised_ranks_the_lowest_first_and_keeps_its_sign() -> None:
    same: Any = {"mode": "min", "baseline": None, "optimum": None}
    run = inputs(lambda t, a, b, r: 5 - 3 * (a == "x") + 0.1 * noise(a, b, r), "xyz", "fg", **same)
    assert one("ranking", run).rows[0][1] == "x"
    searchers = one("searchers", run)
    assert searchers.rows[0][0] == "x"
    assert searchers.rows[0][1].value == pytest.approx(2, abs=0.2)
    assert searchers.rows[0][2].value == pytest.approx(2, abs=0.2)


def test_the_interaction_is_found_where_there_is_one_and_shares_add_up_to_about_one() -> None:
    run = inputs(lambda t, a, b, r: 20 * ((a == "x") == (b == "f")) + noise(a, b, r), "xy", "fg")
    rows = {row[1]: row for row in one("effects", run).rows}
    assert rows["interaction"][6] < 1e-9 < rows["searcher"][6]
    assert rows["interaction"][7] == pytest.approx(1, abs=0.05)


def test_what_has_no_result_says_its_status_and_reasons_are_counted(tmp_path: Path) -> None:
    run = TableInputs(load(make_run(tmp_path / "run", repetitions=2)))
    table = one("scores", run)
    cells = {(row[0], c.head): cell for row in table.rows for c, cell in zip(table.columns, row, strict=True)}
    assert cells["bohb", "pbt"] == "failed" and cells["random", "hb-bohb"] == "incomp."
    assert cells["nevergrad-oneplusone", "resource-changing"] == "1 of 2"
    counted = one("statuses", run)
    assert sum(int(str(row[1])) for row in counted.rows) == len(run.run.experiments)
    reasons = " ".join(str(row[3]) for row in counted.rows)
    assert "hyperband waits for 4 more trials" in reasons and "TuneBOHB got a result" in reasons
    assert "Traceback" not in reasons


def test_the_environment_is_that_of_the_provenance(tmp_path: Path) -> None:
    for name, version in (("one", "1.0"), ("two", "2.0")):
        make_run(tmp_path / name, 2, 2, 1, seed=1, trainable=name)
        record = {"python": "3.11.7", "packages": {"ray": version, "idna": "3"}, "data": {"digits": "ab12"}}
        (tmp_path / name / "provenance.json").write_text(json.dumps({"e0": record}))
    folders = [tmp_path / "one", tmp_path / "two"]
    rows = one("environment", TableInputs(load(*folders), folders)).rows
    assert rows == (
        ("Python", "3.11.7", "all"),
        ("package ray", "1.0", "one"),
        ("package ray", "2.0", "two"),
        ("data digits", "ab12", "all"),
    )


def test_decimals_follow_the_interval() -> None:
    assert places([Estimate(12.3456, 11.2, 13.5), Estimate(1.0, 0.0, 2.2)]).place == 1
    assert places([Estimate(0.12345, 0.1225, 0.1244)]).place == 5
    assert places([]).place == 2
    assert show(Estimate(-0.04, -1.26, 1.0), "interval", at_place(1, 100.0)) == "0.0 [−1.3, 1.0]"  # noqa: RUF001
    assert show(Estimate(50.0, 48.8, 51.0), "spread", at_place(1, 100.0)) == "50.0 ± 1.1"
    assert show(0.00001, "p", at_place(0, 100.0)) == "< 0.001"
    assert show(float("nan"), "number", at_place(1, 100.0)) == "–"  # noqa: RUF001


# Formats


@pytest.fixture
def nasty() -> Table:
    columns = (Column("name", NASTY), Column("mean", "mean", "interval", "v"), Column("why", "why", "prose"))
    rows = (("[first", Estimate(1.25, 1.0, 1.5), NASTY), (NASTY, Estimate(-2.0), "two\nlines"))
    return Table("nasty", NASTY, columns, rows, frozenset({(0, 1)}))


def test_latex_escapes_what_is_special_and_protects_the_start_of_a_row(nasty: Table) -> None:
    text = latex(nasty)
    assert r"\textbf{1.25 [1.00, 1.50]}" in text
    assert "\n{[}first & " in text
    assert r"50\%\_of \#1 \& \$x\textasciicircum{}2\$ \{a\textbackslash{}b\}" in text
    assert r"-{}-h" in text and "two lines" in text
    body = text[text.index(r"\toprule") : text.index(r"\bottomrule")]
    assert [line.count("&") - line.count(r"\&") for line in body.splitlines() if "&" in line] == [2, 2, 2]


@given(st.text())
def test_latex_of_any_text_has_no_character_that_means_something_else(text: str) -> None:
    plain = re.sub(r"``|\\[&%$#_{}]|\\[A-Za-z]+(\{\\?[a-z]+\}|\{-\}|\{\})?", "", tex(text))
    assert not set(plain) & set("&%$#_^\\<>|`"), plain
    assert plain.count("{") == plain.count("}")
    assert all(c.isascii() or 0xA0 <= ord(c) < 0x100 for c in plain) and plain.isprintable()


def test_a_wide_latex_table_is_folded_and_loses_nothing() -> None:
    columns = (Column("name", "name"), *(Column(f"c{i}", f"c{i}", "count") for i in range(13)))
    text = latex(Table("wide", "", columns, (("x", *range(13)),)))
    rows = [line.removesuffix(r" \\").split(" & ") for line in text.splitlines() if line.startswith("x &")]
    assert [row[0] for row in rows] == ["x", "x"]
    assert [int(cell) for row in rows for cell in row[1:]] == list(range(13))
    assert max(map(len, rows)) == 8


def test_a_markdown_row_has_as_many_cells_as_there_are_columns(nasty: Table) -> None:
    lines = [line for line in markdown(nasty).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4}
    assert "**1.25 \\[1.00, 1.50\\]**" in lines[2]
    assert escape_markdown("<script>") == "&lt;script&gt;"


def test_csv_has_all_rows_all_digits_and_what_is_bold(nasty: Table) -> None:
    rows = list(csv.DictReader(as_csv(nasty).splitlines(keepends=True)))
    assert rows[1]["name"] == NASTY and rows[1]["why"] == "two\nlines"
    assert [row["mean_best"] for row in rows] == ["True", "False"]
    assert (rows[0]["mean"], rows[0]["mean_low"], rows[1]["mean_low"]) == ("1.25", "1.0", "")
    long = Table("long", "", (Column("n", "n", "count"),), tuple((i,) for i in range(50)), shown=20)
    assert len(as_csv(long).splitlines()) == 51 and len(markdown(long).splitlines()) == 24


def test_different_names_never_share_a_file() -> None:
    assert file_name("scores-branin") == "scores-branin"
    names = ["scores-a/b", "scores-a_b", "scores-a b", "scores-a%b"]
    assert len({file_name(name) for name in names}) == 4


# Numbers


def test_numbers_have_letters_only_a_comment_each_and_the_values_of_the_store() -> None:
    run = inputs(
        lambda t, a, b, r: 20 * (a + b == "xf") + 50 + noise(a, b, r), "xyz", "fg", tasks=("a1", "a-1")
    )
    found = numbers(run)
    for line, number in zip(as_tex(found).splitlines(), found, strict=True):
        assert re.fullmatch(r"\\newcommand\{\\tg[A-Za-z]+\}\{.+\} % .+", line)
        assert number.comment
    plain = json.loads(as_json(found))
    assert plain["tgBestCombination"]["value"] == "x x f"
    assert plain["tgRepetitions"]["value"] == 10 and plain["tgExperiments"]["value"] == 120
    best = run.run.experiments.query("searcher == 'x' and scheduler == 'f'")["best"]
    assert plain["tgBestScore"]["value"] == pytest.approx(best.mean())
    assert plain["tgPossibleBest"]["value"] == 1
    assert {"tgBestScoreAOne", "tgBestScoreAOneX"} <= set(plain)  # a1 and a-1
    assert letters("hartmann3") == "HartmannThree"


def test_the_headline_is_quoted_over_tasks_and_of_each_with_its_intervals(tmp_path: Path) -> None:
    for task in ("convnet", "deep-net"):
        make_run(tmp_path, 3, 2, 4, clean=True, trainable=task)
    run = TableInputs(load(tmp_path), [tmp_path])
    found = {number.name: number for number in numbers(run)}
    [comparison] = run.comparisons
    for end, one in (("", comparison), ("Convnet", comparison.tasks_alone["convnet"])):
        first = one.ranking.iloc[0]
        rows = one.headline.set_index(["searcher", "scheduler"])
        for name, pair in (
            ("Best", (first["searcher"], first["scheduler"])),
            ("Random", ("random", "fifo")),
            ("Fastest", rows.index[0]),
        ):
            for macro, column in (("SpeedUp", "speed_up"), ("Regret", "regret"), ("FailureRate", "failure")):
                for part in ("", "Low", "High"):
                    value = rows.loc[pair, f"{column}{'_' * bool(part)}{part.lower()}"]
                    number = found[f"tg{name}{macro}{part}{end}"]
                    assert number.value == value and number.text == significant(value, 2)
            assert found[f"tg{name}Runs{end}"].value == 4 * len(one.tasks)
    assert found["tgFastestCombination"].value == " x ".join(comparison.headline.iloc[0, :2])


def test_one_repetition_of_several_tasks_ranks_nothing_and_names_no_gain(tmp_path: Path) -> None:
    for task in ("a", "b", "c"):
        make_run(tmp_path, 3, 2, 1, clean=True, trainable=task)
    one = TableInputs(load(tmp_path), [tmp_path])
    for name in ("effects", "gain"):
        with pytest.raises(NotEnoughData, match="Run it with 10 repetitions: tunegrid run"):
            list(TABLES[name](one))
    for name in ("searchers", "schedulers", "aggregates", "headline"):
        table = next(TABLES[name](one))
        shown = [row[:2] if name in ("aggregates", "headline") else row[:1] for row in table.rows]
        assert shown == sorted(shown), name
        assert "No best combination is named, as a task has one repetition only." in table.caption
    assert not [number.name for number in numbers(one) if "Gain" in number.name]


def test_one_repetition_quotes_no_best_and_no_fastest(tmp_path: Path) -> None:
    make_run(tmp_path, 3, 2, 1, clean=True)
    names = {number.name for number in numbers(TableInputs(load(tmp_path), [tmp_path]))}
    assert "tgRandomSpeedUp" in names and "tgRandomSpeedUpLow" not in names
    assert not [name for name in names if name.startswith(("tgBest", "tgFastest"))]


def test_where_nothing_can_be_compared_the_experiments_are_counted_still() -> None:
    run = inputs(lambda t, a, b, r: 1.0, "xy", "fg", n=1, status="failed")
    found = {number.name: number.value for number in numbers(run)}
    assert found["tgExperimentsFailed"] == 4 and "tgBestScore" not in found


# The command


def test_the_command_writes_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path / "run", 3, 3, 6, clean=True)
    assert main([str(run), "--only", "ranking", "statuses", "--format", "csv", "latex"]) == 0
    names = ["ranking.csv", "ranking.tex", "statuses.csv", "statuses.tex"]
    assert sorted(path.name for path in (run / "tables").iterdir()) == names
    assert str(run / "tables" / "ranking.csv") in capsys.readouterr().out


def test_a_table_for_which_there_is_too_little_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(tmp_path / "run", 3, 3, 1, clean=True)  # no chance to see what is chance
    assert main([str(run)]) == 0
    said = capsys.readouterr()
    assert not said.err
    for name in ("effects", "searchers", "schedulers", "gain"):
        assert re.search(f"^{name}: no table, .*: there is one repetition of one task", said.out, re.M)
    assert (run / "tables" / "statuses.md").is_file()
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "does not exist" in capsys.readouterr().err
