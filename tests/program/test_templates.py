"""Command templates: what is filled in, and one line for each mistake."""

from __future__ import annotations

import pytest

from benchmarks.program.output import Output
from benchmarks.program.template import BadCommand, Template


def test_values_fill_words_as_they_are() -> None:
    template = Template("python 'my train.py' --lr={lr} --opt {name} --on {flag} -- {model/width} {{x}}")
    values = {"lr": 1e-5, "name": "a b; rm -rf *", "flag": True, "model": {"width": 8}}
    assert template.filled(values) == [
        *("python", "my train.py", "--lr=1e-05", "--opt", "a b; rm -rf *", "--on", "true", "--", "8", "{x}")
    ]


def test_a_format_may_be_given() -> None:
    assert Template("train {lr:.2e}").filled({"lr": 0.12345}) == ["train", "1.23e-01"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("", "the command is empty"),
        ("train 'x", "cannot be split into words: No closing quotation"),
        ("train {lr", "expected '}' before end of string; a brace that is meant is written twice"),
        ("train {} {lr}", "empty placeholder"),
        ("train {lrr}", "{lrr}, which is not in the space; did you mean 'lr'?"),
        ("train {lr}", "leaves out width of the space; add {width}, or {config}"),
    ],
)
def test_a_mistake_is_one_line(command: str, why: str) -> None:
    with pytest.raises(BadCommand) as refused:
        Template(command).check(["lr", "width"])
    assert why in str(refused.value) and len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("command", ["train {config}", "train {lr} {width} {seed} {folder}"])
def test_all_hyperparameters_may_come_in_a_file_or_one_by_one(command: str) -> None:
    Template(command).check(["lr", "width"])


def test_lines_of_json_are_reports() -> None:
    output = Output("loss")
    assert output.report('{"loss": 0.5, "epoch": 1}') == {"loss": 0.5, "epoch": 1}
    assert [output.report(line) for line in ("epoch 1", "{not json", "[1]", "")] == [None] * 4


def test_a_regular_expression_finds_one_metric_or_several() -> None:
    assert Output("loss", r"loss: (\S+)").report("epoch 3 loss: 1e-3") == {"loss": 0.001}
    several = Output("loss", r"acc=(?P<acc>\S+) loss=(?P<loss>\S+)")
    assert several.report("acc=0.5 loss=2") == {"acc": 0.5, "loss": 2.0}
    assert several.report("nothing") is None
    with pytest.raises(BadCommand, match="finds 'low' as loss, which is not a number"):
        Output("loss", r"loss: (\S+)").report("loss: low")


@pytest.mark.parametrize(
    ("regex", "why"),
    [
        ("loss", "has 0 groups"),
        ("(a)(b)", "has 2 groups"),
        ("(", "cannot be read"),
        ("(?P<los>.)", "mean 'los'"),
    ],
)
def test_a_regular_expression_needs_the_metric_in_a_group(regex: str, why: str) -> None:
    with pytest.raises(BadCommand, match="metric-regex") as refused:
        Output("loss", regex)
    assert why in str(refused.value)
