"""The parser of every command: its help, its errors, lists of names."""

from __future__ import annotations

import pytest

from results.parser import NamesAction, Parser
from results.quantities import duration, whole


@pytest.fixture
def parser() -> Parser:
    p = Parser("tool", "Do it.", "Exit code: 0.")
    p.add_argument("--count", type=whole(1), default=3, metavar="N", help="how often")
    p.add_argument("--wait", type=duration, default=1800.0, metavar="TIME", help="how long")
    p.add_argument("--form", choices=("text", "json"), default="text", help="of 100%% of it")
    p.add_argument("--only", action=NamesAction, known=["heat", "map"], default=["heat", "map"], help="what")
    p.add_argument("--file", metavar="FILE", help="where")
    p.add_argument("--some", action=NamesAction, metavar="GLOB", help="which (default: each)")
    return p


def refused(parser: Parser, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the one line with which a command line is refused."""
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(words)
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("tool: ")
    return err.removeprefix("tool: ").rstrip()


def test_help_shows_defaults_and_choices_once(parser: Parser) -> None:
    text = " ".join(parser.format_help().split())
    assert "--count N how often (default: 3)" in text
    assert "--wait TIME how long (default: 30m)" in text
    assert "--form {text,json} of 100% of it (default: text)" in text
    assert "what; choose heat, map (default: all)" in text
    assert "--file FILE where (default: none)" in text
    assert text.count("(default: each)") == 1
    assert text.endswith("Exit code: 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cuont", "3"], "unrecognized arguments: --cuont 3; did you mean --count?"),
        (["--zzz"], "unrecognized arguments: --zzz; tool --help shows what there is"),
        (["--count", "0"], "argument --count: 0 is too small; give 1 or more"),
        (["--form", "xml"], "argument --form: invalid choice: 'xml' (choose from "),
        (["--only", "heta"], "argument --only: unknown name 'heta'; did you mean 'heat'?"),
        (["--only", ","], "argument --only: it names nothing; give at least one name"),
        (["--count"], "argument --count: expected one argument; tool --help shows what there is"),
        (["a\nb\x1b"], "unrecognized arguments: a b\\x1b; tool --help"),
    ],
)
def test_an_error_is_one_line_with_what_to_do(
    parser: Parser, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert refused(parser, capsys, *words).startswith(said)


@pytest.mark.parametrize("words", [["a,b"], ["a", "b"], ["a,", "b"], ["a b"]])
def test_names_are_separated_by_commas_or_blanks(parser: Parser, words: list[str]) -> None:
    assert parser.parse_args(["--some", *words]).some == ["a", "b"]
    assert parser.parse_args([]).some is None
    assert parser.parse_args(["--only", "map"]).only == ["map"]
