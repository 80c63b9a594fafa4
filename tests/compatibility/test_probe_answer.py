"""The probe's plan, and its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.compatibility import __main__ as cli
from benchmarks.compatibility import terminal
from benchmarks.compatibility.page import About, page
from benchmarks.compatibility.plan import CHANCES, ProbedCombination, Purpose, roster
from benchmarks.compatibility.summary import cells, notes, united, which
from benchmarks.compatibility.verdict import Kind, Verdict, unavailable
from benchmarks.execution import answers
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, Capability, SchedulerSpec, SearcherSpec

DRAWER = SearcherSpec("drawer", "", learns=False)
PLAIN = SchedulerSpec("plain", "")


def test_the_plan_has_an_experiment_for_each_purpose_and_they_can_be_compared() -> None:
    planned = ProbedCombination(SEARCHERS["optuna-tpe"], SCHEDULERS["asha"]).experiments()
    assert set(planned) == set(Purpose)
    fifo = ProbedCombination(SEARCHERS["optuna-tpe"], SCHEDULERS["fifo"]).experiments()
    assert planned[Purpose.REFERENCE_CLEAN] == fifo[Purpose.CLEAN]
    assert planned[Purpose.REFERENCE_MIRRORED] == fifo[Purpose.MIRRORED]
    picky = replace(SEARCHERS["optuna-tpe"], wants={Capability.VARIANTS: "goes with one scheduler alone"})
    partner = replace(SCHEDULERS["asha"], provides=frozenset({Capability.VARIANTS}))
    assert Purpose.REFERENCE_CLEAN not in ProbedCombination(picky, partner).experiments()
    clean, mirrored = planned[Purpose.CLEAN], planned[Purpose.MIRRORED]
    assert replace(mirrored, data=clean.data) == clean and clean.workers == 1  # so that it repeats exactly
    assert Purpose.MIRRORED not in ProbedCombination(SEARCHERS["random"], SCHEDULERS["asha"]).experiments()
    own = [
        e.key
        for c in roster(["*"], ["*"])
        for e in [*c.experiments().values(), *(more for several in c.further().values() for more in several)]
        if e.scheduler == c.scheduler.name
    ]
    assert len(set(own)) == len(own)
    further = ProbedCombination(SEARCHERS["random"], SCHEDULERS["asha"]).further()
    assert {purpose: len(more) for purpose, more in further.items()} == {
        Purpose.FAILING: CHANCES - 1,
        Purpose.LONG: CHANCES - 1,
    }


def test_a_difference_in_any_round_counts_and_says_which() -> None:
    works, differs = Verdict("a", "b", Kind.WORKS), Verdict("a", "b", Kind.DIFFERENCE, "allowed, but")
    assert united([[works], [works]]) == [works]
    [found] = united([[works], [differs], [works]])
    assert found.kind is Kind.DIFFERENCE and found.reason == "allowed, but (round 2 of 3)"
    assert united([[differs]]) == [differs]


VERDICTS = [
    Verdict("a", "s", Kind.WORKS),
    Verdict("a", "t", Kind.REFUSED, "it cannot", ("runs empty",), silent=True),
    Verdict("b", "s", Kind.NOTED, "a known limit", ("truncated",)),
    Verdict("b", "t", Kind.REFUSED, "it cannot", ("ValueError: no",)),
    unavailable(ProbedCombination(replace(DRAWER, name="c"), replace(PLAIN, name="s")), "pip install c"),
    Verdict("c", "t", Kind.DIFFERENCE, "allowed, but: nothing"),
]


def test_equal_reasons_are_one_note_with_its_combinations() -> None:
    assert cells(VERDICTS) == {
        ("a", "s"): "✓",
        ("a", "t"): "A",
        ("b", "s"): "✓1",
        ("b", "t"): "A",
        ("c", "s"): "·",
        ("c", "t"): "✗",
    }
    [note] = notes(VERDICTS, Kind.REFUSED)
    assert which(note.verdicts, VERDICTS) == "a, b x t"
    many = [Verdict(str(n), "s", Kind.REFUSED, str(n)) for n in range(27)]
    assert [note.mark for note in notes(many, Kind.REFUSED)][-2:] == ["Z", "A2"]


def test_which_names_what_is_left_out_when_that_is_shorter() -> None:
    every = [Verdict(s, c, Kind.WORKS) for s in "abcdefg" for c in "xy"]
    assert which(every, every) == "every searcher x every scheduler"
    assert which([v for v in every if v.searcher != "b"], every) == "every searcher but b x every scheduler"
    assert which([every[0], every[3]], every) == "a x x; b x y"
    assert which(every[:1], every[:1]) == "a x x"


def test_the_page_tells_what_works_what_seems_to_and_what_is_repaired() -> None:
    parts = [replace(DRAWER, repairs=("it hangs; here it does not.",)), PLAIN]
    about = About("the command", "2026-01-02", {"ray": "2.60.0", "python": "3.11", "c": "1.0"}, 3.0, 2)
    text = page(VERDICTS, parts, about)
    for line in (
        "| **b** | ✓1 | A |",
        "* **A** It cannot. (a, b x t)",
        "* **1** A known limit. (b x s)",
        "* **·** Pip install c. (c x s)",
        "* c x t: Allowed, but: nothing.",
        "* a x t: Runs empty.",
        "* **drawer**: It hangs; here it does not.",
        "    the command",
    ):
        assert line in text.splitlines(), line
    assert "2 consecutive probes" in text and "c 1.0" in text
    assert "ValueError" not in text.split("## What looks as if it worked")[1].split("##")[0]


def test_the_terminal_shows_differences_in_red_and_only_there() -> None:
    plain = terminal.table(VERDICTS, colour=False)
    assert "\x1b" not in plain and "✗  c x t: allowed, but: nothing" in plain
    coloured = terminal.table(VERDICTS, colour=True).splitlines()
    assert [line for line in coloured if "\x1b[31m" in line] == [line for line in coloured if "✗" in line]
    assert terminal.outcome(VERDICTS).startswith("6 combinations: 1 works, ")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--rounds", "0"], "--rounds: 0 is too small; give 1 or more"),
        (["--jobs", "-1"], "--jobs: -1 is too small; give 0 or more"),
        (["--stall", "nan"], "--stall: 'nan' is not a duration"),
        (["--searchers", "optuna-tpo"], "did you mean 'optuna-tpe'?"),
        (["--write", "/dev/null/page.md"], "/dev/null"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(
    options: Sequence[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = cli.main(["--probe", *options])
    except SystemExit as exit_:
        code = int(str(exit_.code))
    error = capsys.readouterr().err
    assert code == 2 and named in error and len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "--probe --write"),
        (["--json", "--write", "/elsewhere/page.md"], "--probe --write"),
        (
            ["--searchers", "optuna-*", "grid", "--rounds", "3"],
            "--probe --searchers 'optuna-*' grid --rounds 3",
        ),
    ],
)
def test_the_page_names_the_command_that_asks_for_the_same(options: Sequence[str], expected: str) -> None:
    args = cli.parser().parse_args(["--probe", *options])
    assert cli.command(args).startswith(f"python -m benchmarks.compatibility {expected}")


def test_without_probe_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 2 and "--probe" in capsys.readouterr().err


def test_the_rules_are_asked_once_a_combination(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(*parts: Any) -> None:
        asked.append(parts)

    answers._ruled.cache_clear()
    monkeypatch.setattr(answers, "why_unavailable", counted)
    for repetition in range(3):
        assert answers.answer_by_rule(Experiment("probe", "random", "fifo", repetition=repetition)) is None
    assert len(asked) == 1
    answers._ruled.cache_clear()
