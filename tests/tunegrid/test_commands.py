"""The command ``tunegrid``: its commands, their help, and how it answers mistakes."""

from __future__ import annotations

import argparse
import os
import runpy
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import tunegrid
from benchmarks import run
from results.parser import known_names
from tunegrid.__main__ import main
from tunegrid.commands import ORDER, command

WORKFLOW = [
    *(
        "run",
        "list",
        "status",
        "curves",
        "constants",
        "figures",
        "report",
        "tables",
        "recommend",
        "power",
        "pairing",
        "gate",
    ),
    *("compatibility", "fidelity", "parity", "record", "paper"),
]
FOLDER = Path(tunegrid.__file__).parent / "commands"
#: The options that mean the same in each command and still take another value in one, with the reason.
OTHER_VALUES = {
    ("--out", "report"): "a report is a file",
    ("--json", "gate"): "it prints JSON, and may write it beside the text",
    ("--workers", "recommend"): "it answers for one number of them",
    ("--workers", "constants"): "its trainings have one number of them",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what the command sets for its children end with the test."""
    for name in ("PYTHONPATH", "PYTHONSAFEPATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command in this process and return its exit code, stdout and stderr."""
    try:
        code = main(words)
    except SystemExit as exit_:
        code = int(str(exit_.code))
    return code, *capsys.readouterr()


def options_of(name: str) -> list[argparse.Action]:
    """Return what a command takes, without its help, and without older names that no help shows."""
    actions = command(name).make_parser()._actions
    return [action for action in actions if action.dest != "help" and action.help != argparse.SUPPRESS]


def test_help_shows_each_command_in_the_order_of_use(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(capsys, "--help")
    listed = [line.split()[0] for line in out.partition("commands:\n")[2].partition("\n\n")[0].splitlines()]
    assert (code, err, listed) == (0, "", WORKFLOW)
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == set(listed)
    assert all(f"{name:<13}  {command(name).summary}" in out for name in listed)
    assert max(map(len, out.splitlines())) <= 110


@pytest.mark.parametrize("name", ORDER)
def test_a_commands_help_explains_each_option_with_default_and_choices(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer(capsys, name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: tunegrid {name} ")
    assert answer(capsys, "help", name) == (0, out, "")
    text = " ".join(out.split())
    for action in options_of(name):
        assert action.help and len(action.help) > 8, action
        shown = action.option_strings or [action.metavar]
        assert all(str(option) in text for option in shown)
        choices = [*(action.choices or []), *known_names(action)]
        assert all(str(choice) in text for choice in choices), action
    # Each option with a value says what it is when it is left out.
    help_texts = out.partition("options:")[2].replace("\n  -", "\n\0-").split("\0")
    known = {option: action for action in options_of(name) for option in action.option_strings}
    for part in help_texts[1:]:
        option = known.get(part.split()[0].strip(","))
        if option is None:  # --help
            continue
        if option.nargs != 0 and not option.required:
            assert "default" in part, part


@pytest.mark.filterwarnings("ignore:.*found in sys.modules")
@pytest.mark.parametrize("name", [name for name in ORDER if name not in ("run", "list")])
def test_the_module_form_is_the_same_code(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = answer(capsys, name, "--help")[1]
    module = command(name).module.removesuffix(".__main__").removesuffix(".command")
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")
    theirs = capsys.readouterr().out
    assert ended.value.code == 0
    assert theirs.startswith(f"usage: python -m {module} ")
    assert theirs.split("\n\n", 1)[1] == ours.split("\n\n", 1)[1]


@pytest.mark.parametrize(("name", "flag"), [("run", "--grid"), ("list", "--list")])
def test_the_module_of_runs_takes_the_options_of_both(name: str, flag: str) -> None:
    module_form = {option: action for action in run.parser()._actions for option in action.option_strings}
    assert flag in module_form
    for action in options_of(name):
        for option in action.option_strings:
            same = module_form[option]
            assert (same.dest, same.default, same.metavar) == (action.dest, action.default, action.metavar)


def test_an_option_is_the_same_in_every_command() -> None:
    forms: dict[str, dict[tuple[object, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in ORDER:
        for action in options_of(name):
            form = (action.metavar, action.nargs, None if action.metavar else tuple(action.choices or ()))
            for option in action.option_strings:
                if (option, name) not in OTHER_VALUES and option != "--device":
                    forms[option][form].append(name)
    different = {option: dict(one) for option, one in forms.items() if len(one) > 1}
    assert not different
    assert forms["--jobs"] and forms["--repetitions"] and forms["--searchers"]


@pytest.mark.parametrize("name", ORDER)
def test_misuse_is_one_line_that_says_what_to_do(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(capsys, name, "--no-such-option")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tunegrid {name}: ")
    assert "; " in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["figure", "x"], "unknown command 'figure'; did you mean 'figures'?"),
        (["recomend"], "did you mean 'recommend'?"),
        (["xyz"], "unknown command 'xyz'; choose run, list, status"),
        (["--verson"], "unknown command '--verson'"),
        (["help", "gats"], "did you mean 'gate'?"),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer(capsys, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("tunegrid: ") and said in err


def test_nothing_asked_is_misuse_that_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(capsys)
    assert (code, out) == (2, "") and "commands:" in err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "--version") == (0, f"tunegrid {tunegrid.__version__}\n", "")


def test_a_run_that_is_not_there_is_named_in_the_words_of_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("status", "curves", "figures", "tables", "report", "pairing"):
        code, out, err = answer(capsys, name, str(tmp_path / "gone"))
        assert (code, out) == (2, "")
        assert err.startswith(f"tunegrid {name}: {tmp_path / 'gone'} does not exist; ")
        assert err.count("\n") == 1


def test_help_and_version_load_no_library() -> None:
    root = str(FOLDER.parents[1])
    code = f"import sys\nsys.path.insert(0, {root!r})\nfrom tunegrid.__main__ import main\n"
    code += "main(['--help'])\nmain(['--version'])\n"
    report = "print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"{code}{report}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(eval(done.stdout.splitlines()[-1]))
    assert not loaded & {"numpy", "pandas", "scipy", "matplotlib", "ray", "torch", "results", "benchmarks"}


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["list", "asha"], ["recommend", "--help"], ["lst"], []]
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_has_left_is_no_error(words: list[str], stream: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    streams = {stream: writes, other: subprocess.PIPE}
    try:
        done = subprocess.run([sys.executable, "-m", "tunegrid", *words], text=True, check=False, **streams)
    finally:
        os.close(writes)
    assert done.returncode == (2 if words in (["lst"], []) else 0)
    assert "Traceback" not in (getattr(done, other) or "")
