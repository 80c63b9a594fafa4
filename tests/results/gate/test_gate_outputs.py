"""Outputs of the gate: table, Markdown, JUnit XML, JSON and figure; environments; exit codes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.gate_sides import E0, cells, noise, side
from matplotlib.text import Text

from benchmarks.gate import compare
from results import ResultsError
from results.figures import style
from results.gate import outputs
from results.gate.document import as_data
from results.gate.environments import environment_differences, one_machine
from results.gate.figure import draw
from results.gate.junit import as_junit
from results.gate.report import BrokenCell, Report
from results.gate.table import as_markdown, as_text

NEW_ENVIRONMENT = E0 | {"git": "bbb", "packages": {"optuna": "5.0.1", "ray": "2.60.0"}}


def failed_report() -> Report:
    """Return the report of a gate in which one searcher became much worse."""
    worse = noise(0, 20)
    changed = [place for place, cell in enumerate(cells()) if cell[1] == "tpe"]
    worse[changed] = noise(1, 20)[changed] - 12
    return compare(side("old", noise(0, 20)), side("new", worse, NEW_ENVIRONMENT))


REPORT = failed_report()
SAME = compare(side("old", noise(0, 5)), side("new", noise(0, 5)))


def test_environment_differences_are_named() -> None:
    one = {"a": {"git": "x", "packages": {"optuna": "5.0.0", "ray": "2"}, "data": {"digits": "1"}, "cpus": 2}}
    other = {
        "b": {"git": "x", "packages": {"optuna": "5.0.1", "new": "1"}, "data": {"digits": "2"}, "cpus": 4}
    }
    assert environment_differences(one, other) == [
        *("new 1 is new", "optuna 5.0.0 -> 5.0.1", "ray 2 is no longer installed"),
        *("number of CPUs 2 -> 4", "data of digits 1 -> 2"),
    ]
    assert environment_differences(one, one) == []
    assert environment_differences({}, one) == ["unknown: the baseline has no record of its environment"]
    assert one_machine(one, one)
    assert not one_machine(one, other)
    assert not one_machine({}, {})


def test_what_parts_are_made_of_is_named_where_both_sides_know_it() -> None:
    one = {
        "a": {"code": {"mine": "3fa1", "old": "1"}, "parts": {"trainable mine, space: lr": "uniform(0, 1)"}}
    }
    other = {
        "b": {"code": {"mine": "77b0", "new": "2"}, "parts": {"trainable mine, space: lr": "uniform(0, 2)"}}
    }
    assert environment_differences(one, other) == [
        "source of mine 3fa1 -> 77b0",
        "trainable mine, space: lr uniform(0, 1) -> uniform(0, 2)",
    ]
    assert environment_differences(one, {"b": {}}) == []


def test_table_says_what_how_much_why_and_how_to_repeat_it() -> None:
    text = as_text(REPORT)
    assert text.startswith("FAIL: tuning is worse; ")
    (line,) = [
        line
        for line in text.splitlines()
        if line.startswith("FAIL  ") and " tpe " in line and line.split()[1] == "score"
    ]
    (lost,) = [
        f for f in REPORT.findings if f.hypothesis.name == "tpe" and f.hypothesis.quantity.name == "score"
    ]
    assert f"{lost.estimate:+.1f}" in line
    assert f"[{lost.low:+.1f}, {lost.high:+.1f}]" in line
    assert "-10.0" in line
    assert "optuna 5.0.0 -> 5.0.1" in text
    assert "revision aaa -> bbb" in text
    assert "python -m benchmarks.gate --baseline old --candidate new --searchers tpe" in text
    assert max(map(len, text.splitlines())) <= 130
    assert "the same" in as_text(SAME)


def test_markdown_is_a_table_that_nothing_breaks() -> None:
    odd = Report(**{**vars(REPORT), "broken": [BrokenCell("a: b x c", "failed", "x | <b>*", 1)]})
    text = as_markdown(odd)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    assert "x \\| &lt;b>\\*" in text
    assert "- `python -m benchmarks.gate" in text


def test_junit_counts_and_explains() -> None:
    odd = Report(**{**vars(REPORT), "broken": [BrokenCell("a: b x c", "failed", "\x1b[31mred & <bad>", 2)]})
    suite = ElementTree.fromstring(as_junit(odd))
    failures = suite.findall("testcase/failure")
    skipped = suite.findall("testcase/skipped")
    assert int(suite.attrib["failures"]) == len(failures) > 1
    assert int(suite.attrib["skipped"]) == len(skipped)
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) == len(REPORT.findings) + 1
    assert "red & <bad>" in failures[0].attrib["message"]
    texts = [failure.text or "" for failure in failures]
    assert any("optuna 5.0.0 -> 5.0.1" in text and "--searchers tpe" in text for text in texts)


def test_json_holds_everything_and_only_finite_numbers(tmp_path: Path) -> None:
    outputs.write(REPORT, "json", tmp_path / "new" / "report.json")
    data = json.loads((tmp_path / "new" / "report.json").read_text(), parse_constant=pytest.fail)
    assert data["exit_code"] == 1
    assert len(data["findings"]) == len(REPORT.findings)
    ratios = [one for one in data["findings"] if one["quantity"] == "target" and not one["same"]]
    assert ratios
    assert all(one["low"] <= one["estimate"] <= one["high"] and one["margin"] == 2.0 for one in ratios)
    (lost,) = [one for one in data["findings"] if (one["quantity"], one["name"]) == ("score", "tpe")]
    assert lost["low"] < lost["estimate"] < lost["high"] < 0
    assert lost["command"].endswith("--searchers tpe")
    assert all(one["estimate"] in (0.0, 1.0) for one in as_data(SAME)["findings"] if one["same"])


def test_figure_shows_the_groups_their_margins_and_nothing_overlaps() -> None:
    with style.active():
        figure = draw(REPORT)
    (axis,) = figure.axes
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels[0] == "all cells"
    assert {"task branin", "searcher tpe", "scheduler asha"} <= set(labels)
    marks = {tuple(line.get_xdata()) for line in axis.lines if len(line.get_xdata()) == 2}
    assert {(-5.0, -5.0), (-10.0, -10.0), (-20.0, -20.0)} <= {tuple(np.round(mark, 6)) for mark in marks}
    canvas: Any = figure.canvas
    renderer = canvas.get_renderer()
    boxes = [label.get_window_extent(renderer) for label in axis.get_yticklabels()]
    assert all(not one.overlaps(other) for one, other in pairwise(boxes))
    page = figure.bbox
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert all(page.x0 <= text.get_window_extent(renderer).x0 for text in texts)


def test_figure_of_one_combination_without_any_difference() -> None:
    one = [finding for finding in SAME.findings if finding.hypothesis.level == "cell"][:2]
    with style.active():
        figure = draw(Report(**{**vars(SAME), "findings": one}))
    (axis,) = figure.axes
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        finding.hypothesis.name for finding in one if finding.hypothesis.quantity.name == "score"
    ]


def test_figure_files(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        outputs.write(REPORT, "figure", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.png").stat().st_size > 10_000
    with pytest.raises(ResultsError, match=r"end its name in \.png or \.pdf"):
        outputs.write(REPORT, "figure", tmp_path / "a.gif")
