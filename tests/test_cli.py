"""The command line: misuse is one line that says what to do, and nothing is run or written for it."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import run
from benchmarks.engines.outcome import Outcome
from benchmarks.experiment import Experiment
from benchmarks.grid import PRESETS, Grid, read
from benchmarks.progress import Progress
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES

Call = Callable[..., tuple[int, str, str]]
Misused = Callable[..., str]

DIGITS = ("--trainables", "digits-mlp", "--searchers", "random", "--schedulers", "fifo")


@pytest.fixture(autouse=True)
def carried_out(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, list[Any]]]:
    """Note what would be run in place of running it: no test here starts a cluster."""
    noted: list[tuple[Path, list[Any]]] = []

    def note(args: Any, folder: Path, experiments: list[Any], *rest: Any) -> int:
        noted.append((folder, experiments))
        return 0

    monkeypatch.setattr(run, "carry_out", note)
    return noted


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return the command as a function: arguments to (exit code, stdout, stderr), in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def command(*argv: object) -> tuple[int, str, str]:
        try:
            code = run.main([str(word) for word in argv])
        except SystemExit as exit_:  # argparse ends the process itself
            code = int(str(exit_.code))
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def misused(call: Call, carried_out: list[Any]) -> Misused:
    """Return a function that expects misuse and returns the one line that says what is wrong."""

    def command(*argv: object) -> str:
        code, out, err = call(*argv)
        assert code == 2
        assert out == ""
        assert "Traceback" not in err
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert err.startswith("python -m benchmarks.run: ")
        assert carried_out == []
        return err.removeprefix("python -m benchmarks.run: ").rstrip()

    return command


# What is asked for


@pytest.mark.parametrize(
    ("option", "wrong", "nearest"),
    [
        ("--searchers", "optuna-tp", "optuna-tpe"),
        ("--schedulers", "hyperban", "hyperband"),
        ("--trainables", "mnist-convent", "mnist-convnet"),
    ],
)
def test_unknown_name_is_answered_with_the_nearest(
    misused: Misused, tmp_path: Path, option: str, wrong: str, nearest: str
) -> None:
    said = misused("--grid", option, wrong)
    assert said == f"unknown {option[2:-1]} {wrong!r}; did you mean {nearest!r}?"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--trials", "--epochs", "--workers", "--repetitions"])
@pytest.mark.parametrize("value", ["0", "-1"])
def test_counts_below_one_are_refused(misused: Misused, tmp_path: Path, option: str, value: str) -> None:
    assert f"{option[2:]} is {value}; it must be at least 1" in misused("--grid", option, value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--train-size", "-1"),
        ("--same-start", "-1"),
        ("--same-start", "9"),
        ("--gpus-per-trial", "1.5"),
        ("--timeout", "0"),
        ("--stall", "-3"),
        ("--num-cpus", "0"),
        ("--num-gpus", "-1"),
        ("--jobs", "-1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_by_their_option(
    misused: Misused, option: str, value: str
) -> None:
    said = misused("--grid", option, value)
    assert option.lstrip("-").replace("-", "_") in said.replace("-", "_")
    assert value in said


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--grid", "--trials", "many"], "argument --trials: invalid int value: 'many'"),
        (["--grid", "--preset", "huge"], "invalid choice: 'huge'"),
        (["--grid", "--device", "tpu"], "invalid choice: 'tpu'"),
        (["--grid", "--searcherz", "random"], "--searcherz"),
        (["--grid", "--list"], "not allowed with argument"),
        ([], "one of the arguments --grid --list is required"),
    ],
)
def test_what_argparse_refuses_takes_one_line_too(misused: Misused, argv: list[str], said: str) -> None:
    assert said in misused(*argv)


def test_more_workers_than_cpus_are_refused_with_both_ways_out(misused: Misused) -> None:
    said = misused("--grid", "--workers", "3", "--num-cpus", "2")
    assert said.startswith("3 workers need as many CPUs, and there are 2; ")
    assert "--workers" in said
    assert "--num-cpus" in said


def test_data_that_a_trainable_does_not_have_is_refused(misused: Misused) -> None:
    assert "digits-mlp has no data 'full'" in misused("--grid", *DIGITS, "--data", "full")


def test_share_of_a_gpu_that_is_no_number_is_misuse(misused: Misused) -> None:
    assert "gpus" in misused("--grid", "--gpus-per-trial", "nan")


@pytest.mark.parametrize("nothing", ["", ","])
def test_names_that_name_nothing_are_misuse(misused: Misused, nothing: str) -> None:
    assert "searchers" in misused("--grid", "--searchers", nothing)


# Names and folders


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "", "a..b", "-x", "a b", "/tmp/x", "a\n", "ä"])
def test_run_name_must_be_a_plain_one(misused: Misused, tmp_path: Path, name: str) -> None:
    said = misused("--grid", f"--name={name}")
    assert said.startswith(f"run name {name!r} is not plain")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "a-b_c.1", "2026", "_x"])
def test_plain_run_names_are_taken(call: Call, carried_out: list[tuple[Path, list[Any]]], name: str) -> None:
    assert call("--grid", *DIGITS, f"--name={name}")[0] == 0
    assert carried_out[0][0] == Path("runs", name)


def test_runs_without_a_name_are_called_by_date_and_time(
    call: Call, carried_out: list[tuple[Path, list[Any]]]
) -> None:
    assert call("--grid", *DIGITS)[0] == 0
    assert re.fullmatch(r"\d{8}-\d{6}", carried_out[0][0].name)


def test_existing_folder_is_refused_and_left_alone(misused: Misused, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "mine"
    folder.mkdir(parents=True)
    (folder / "precious").write_text("results")
    said = misused("--grid", *DIGITS, "--name", "mine", "--out", tmp_path / "out")
    assert str(folder) in said
    assert "--resume" in said
    assert [path.name for path in folder.iterdir()] == ["precious"]


def test_folder_that_cannot_be_written_is_named_with_the_cause(misused: Misused, tmp_path: Path) -> None:
    # Not a folder without the write bit: the superuser, as whom containers often run, may write there.
    # Nobody can make a folder below a regular file.
    file = tmp_path / "file"
    file.write_text("")
    said = misused("--grid", *DIGITS, "--out", file / "deeper", "--name", "x")
    assert str(file) in said
    assert "Not a directory; check the path and its permissions" in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_file_system_that_takes_no_folders_is_named_with_the_cause(misused: Misused) -> None:
    # /proc takes no folders from anybody, the superuser included.
    said = misused("--grid", *DIGITS, "--out", "/proc/tunegrid", "--name", "x")
    assert "/proc" in said
    assert "check the path and its permissions" in said


def test_run_name_that_the_file_system_refuses_is_misuse(misused: Misused) -> None:
    assert "File name too long" in misused("--grid", *DIGITS, "--name", "x" * 300)


# Spec files and presets


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("trails = 3", "unknown key 'trails'; did you mean 'trials'?"),
        ("trials = '3'", "trials is '3'; expected int"),
        ("trials = 0", "trials is 0; it must be at least 1"),
        ("trials 3", "is not TOML"),
        ('searchers = ["optuna-tp"]', "did you mean 'optuna-tpe'?"),
        ('preset = "huge"', "preset is 'huge'; choose paper, quick, standard"),
        ("preset = 3", "preset is 3; choose"),
    ],
)
def test_spec_file_with_a_mistake_is_refused(
    misused: Misused, tmp_path: Path, content: str, said: str
) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(content)
    assert said in misused("--grid", "--spec", spec)


def test_spec_file_that_is_not_there_is_named(misused: Misused, tmp_path: Path) -> None:
    assert "gone.toml: No such file" in misused("--grid", "--spec", tmp_path / "gone.toml")
    assert "Is a directory" in misused("--grid", "--spec", tmp_path)


def test_preset_that_is_no_name_is_misuse(misused: Misused, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('preset = ["quick"]')
    assert "preset" in misused("--grid", "--spec", spec)


def asked(*argv: object) -> Grid:
    return run.asked_grid(run.parser().parse_args(["--grid", "--num-cpus", "64", *map(str, argv)]))


def test_options_win_over_the_spec_file_and_that_over_the_preset(tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('preset = "standard"\ntrials = 5\nsearchers = "random"\n')
    grid = asked("--spec", spec, "--trials", "6")
    assert (grid.trials, grid.searchers) == (6, ("random",))
    assert grid.repetitions == PRESETS["standard"].repetitions
    assert asked() == PRESETS["quick"]
    assert asked("--preset", "paper") == PRESETS["paper"]


def test_preset_option_wins_over_the_spec_files(call: Call, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('preset = "standard"\n')
    assert call("--grid", *DIGITS, "--spec", spec, "--preset", "quick", "--dry-run")[0] == 0


def test_who_names_the_data_gets_all_of_it_unless_a_size_is_named_too() -> None:
    assert asked("--data", "full").train_size == 0
    assert asked("--data", "full", "--train-size", 500).train_size == 500


def test_every_value_of_a_grid_has_an_option() -> None:
    grid = asked(
        *("--trainables", "free", "--searchers", "grid", "--schedulers", "asha", "--device", "all"),
        *("--trials", 2, "--epochs", 3, "--workers", 4, "--repetitions", 5, "--data", "full"),
        *("--train-size", 6, "--gpus-per-trial", 0.25, "--same-start", 1),
    )
    assert grid == Grid(("free",), ("grid",), ("asha",), "all", 2, 3, 4, 5, "full", 6, 0.25, 1)


@pytest.mark.parametrize("words", [["asha,fifo"], ["asha", "fifo"], ["asha,", "fifo"]])
def test_names_may_be_separated_by_commas_or_blanks(words: list[str]) -> None:
    assert asked("--schedulers", *words).schedulers == ("asha", "fifo")


def test_default_workers_fit_the_cpus_that_there_are(call: Call, tmp_path: Path) -> None:
    assert call("--grid", *DIGITS, "--num-cpus", "1", "--name", "one")[0] == 0
    assert read(tmp_path / "runs/one/run.toml")["workers"] == 1
    assert call("--grid", *DIGITS, "--num-cpus", "9", "--name", "nine")[0] == 0
    assert read(tmp_path / "runs/nine/run.toml")["workers"] == PRESETS["quick"].workers


# Resuming


def test_resume_without_a_name_is_refused(misused: Misused) -> None:
    assert "--name" in misused("--grid", "--resume")


def test_resume_of_a_run_that_is_not_there_names_the_folder(misused: Misused, tmp_path: Path) -> None:
    assert str(tmp_path / "gone") in misused("--grid", "--resume", "--name", "gone", "--out", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_resume_finishes_the_grid_that_the_run_was_started_with(
    call: Call, misused: Misused, carried_out: list[tuple[Path, list[Any]]]
) -> None:
    start = ("--grid", *DIGITS, "--trials", "5", "--repetitions", "3", "--name", "mine")
    assert call(*start)[0] == 0
    assert call("--grid", "--resume", "--name", "mine")[0] == 0
    assert call(*start, "--resume")[0] == 0  # the same again with --resume is the same
    first, second, third = carried_out
    assert first == second == third
    assert [e.trials for e in first[1]] == [5, 5, 5]
    carried_out.clear()
    assert "add --resume" in misused(*start)


@pytest.mark.parametrize(
    ("asked", "name", "was", "now"),
    [
        ("--trials 9", "trials", "8", "9"),
        ("--searchers grid", "searchers", "('random',)", "('grid',)"),
        ("--device all", "device", "'cpu'", "'all'"),
        ("--same-start 2", "same_start", "0", "2"),
        ("--gpus-per-trial 0.25", "gpus_per_trial", "0.5", "0.25"),
    ],
)
def test_resume_with_another_grid_is_refused_and_names_what_differs(
    call: Call, misused: Misused, carried_out: list[Any], asked: str, name: str, was: str, now: str
) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    carried_out.clear()
    said = misused("--grid", "--resume", "--name", "mine", *asked.split())
    assert f"run mine was started with {name} = {was}, not {now}" in said


def test_run_older_than_an_option_can_be_resumed(
    call: Call, carried_out: list[tuple[Path, list[Any]]], tmp_path: Path
) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    stored = tmp_path / "runs/mine/run.toml"
    older = [line for line in stored.read_text().splitlines() if not line.startswith("same_start")]
    stored.write_text("\n".join(older))
    assert call("--grid", "--resume", "--name", "mine")[0] == 0
    assert carried_out[0] == carried_out[1]


def test_resume_with_another_preset_is_refused_too(
    call: Call, misused: Misused, carried_out: list[Any]
) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    carried_out.clear()
    said = misused("--grid", "--resume", "--name", "mine", *DIGITS, "--preset", "standard")
    assert "trials = 8, not 27" in said


def test_conditions_may_change_on_resume(call: Call, carried_out: list[tuple[Path, list[Any]]]) -> None:
    assert call("--grid", *DIGITS, "--name", "mine")[0] == 0
    changed = ("--timeout", "5", "--stall", "2", "--jobs", "1", "--actor-pool", "off", "--num-cpus", "7")
    assert call("--grid", "--resume", "--name", "mine", *changed)[0] == 0
    assert carried_out[0] == carried_out[1]


def test_same_command_resumes_where_the_preset_was_fitted_to_the_cpus(call: Call) -> None:
    command = ("--grid", "--preset", "quick", *DIGITS, "--num-cpus", "1", "--name", "mine")
    assert call(*command)[0] == 0
    assert call(*command, "--resume")[0] == 0


def test_resume_of_a_damaged_run_file_names_it(misused: Misused, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    folder.mkdir(parents=True)
    (folder / "run.toml").write_text("trials = ")
    assert "run.toml is not TOML" in misused("--grid", "--resume", "--name", "mine")


@pytest.mark.parametrize("out", ["runs", "my runs/it's"])
def test_command_that_is_printed_for_resuming_works(
    call: Call, carried_out: list[tuple[Path, list[Any]]], out: str
) -> None:
    argv = ["--grid", *DIGITS, "--name", "mine", "--out", out, "--data-dir", "a b"]
    assert call(*argv)[0] == 0
    args = run.parser().parse_args(argv)
    python, module, name, *words = shlex.split(run.resume_command(args, Path(out, "mine")))
    assert (python, module, name) == ("python", "-m", "benchmarks.run")
    assert run.parser().parse_args(words).data_dir == "a b"
    assert call(*words)[0] == 0
    assert carried_out[0] == carried_out[1]


# What is only shown


def shown(registry: Any) -> list[str]:
    return [name for name, spec in registry.items() if not spec.hidden]


def test_list_is_for_people(call: Call, carried_out: list[Any]) -> None:
    code, out, err = call("--list")
    assert (code, err, carried_out) == (0, "", [])
    assert max(map(len, out.splitlines())) <= 120
    for registry in (SEARCHERS, SCHEDULERS, TRAINABLES):
        for name, spec in registry.items():
            listed = re.search(rf"^  {re.escape(name)} ", out, re.MULTILINE)
            assert bool(listed) != spec.hidden, name
    matrix = out.partition("COMBINATIONS")[2]
    row = next(line for line in matrix.splitlines() if line.split()[:1] == ["random"])
    assert row.split()[1:3] == ["ok", "ok"]
    assert len(row.split()) == 1 + len(shown(SCHEDULERS))
    # The name of a column begins where its marks begin.
    stairs = [line for line in matrix.splitlines()[1:] if line.startswith("   ") and line.strip("| ")]
    for column, (line, name) in enumerate(zip(stairs, shown(SCHEDULERS), strict=False)):
        assert line.replace("|", " ").split() == [name]
        assert row[line.index(name) :].split()[0] == row.split()[1 + column]
    # Every number in the matrix is explained under it.
    marks = set(re.findall(r"\[\d+\]", matrix))
    assert marks == set(re.findall(r"^  (\[\d+\]) (?:incompatible|unavailable): .+", matrix, re.MULTILINE))
    assert len(marks) >= 2


def test_large_list_fits_a_terminal_and_says_what_is_special(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        name = f"searcher-with-a-name-{number}"
        odd: dict[str, Any] = {"budget": 2, "seedable": False, "requires": ("no-such-package",)}
        odd = odd if number == 3 else {}
        spec = replace(SEARCHERS["random"], name=name, summary="a long summary " * 9, **odd)
        monkeypatch.setitem(SEARCHERS._specs, name, spec)
    for number in range(len(shown(SCHEDULERS)), 15):
        name = f"scheduler-{number}"
        monkeypatch.setitem(SCHEDULERS._specs, name, replace(SCHEDULERS["fifo"], name=name))
    out = call("--list")[1]
    assert max(map(len, out.splitlines())) <= 120
    special = out.partition("  searcher-with-a-name-3 ")[2].partition("  searcher-with-a-name-4 ")[0]
    words = " ".join(special.split())
    assert "budget: 2 times the trials" in words
    assert "not seedable" in words
    assert "needs no-such-package (NOT INSTALLED: pip install no-such-package)" in words
    assert "budget:" not in out.partition("  searcher-with-a-name-4 ")[2].partition("SCHEDULERS")[0]
    data = {spec["name"]: spec for spec in json.loads(call("--list", "--json")[1])["searchers"]}
    assert (data["searcher-with-a-name-3"]["budget"], data["searcher-with-a-name-3"]["seedable"]) == (
        2,
        False,
    )
    assert (data["random"]["budget"], data["random"]["seedable"]) == (1, True)


def test_line_of_a_searcher_with_another_budget_says_so() -> None:
    stream = io.StringIO()
    for asked in (16, 8, None):
        row = asdict(Experiment("digits-mlp", "random-2x", "asha")) | {"trials_asked": asked}
        row |= {"status": "ok", "metric": "m", "best": 0.5, "wall_s": 1.0, "trials_failed": 0}
        Progress(3, 0, 3, stream).finished(Outcome(row), ran=True)
    two, *plain = stream.getvalue().splitlines()
    assert " random-2x (2x budget) x asha " in two
    assert all(" random-2x x asha " in line for line in plain)


def test_list_as_json_answers_every_combination(call: Call) -> None:
    code, out, err = call("--list", "--json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    cells = {(cell["searcher"], cell["scheduler"]): cell for cell in data["combinations"]}
    assert set(cells) == {(s, c) for s in shown(SEARCHERS) for c in shown(SCHEDULERS)}
    assert len(data["combinations"]) == len(cells)
    for cell in cells.values():
        assert cell["status"] in {"ok", "incompatible", "unavailable"}
        assert bool(cell["reason"]) == (cell["status"] != "ok")
    assert cells["optuna-tpe", "pbt"]["status"] == "incompatible"
    assert {spec["name"] for spec in data["trainables"]} == set(shown(TRAINABLES))
    mnist = next(spec for spec in data["trainables"] if spec["name"] == "mnist-convnet")
    assert (mnist["mode"], mnist["metric"], set(mnist["space"])) == (
        "max",
        "val_accuracy",
        {"lr", "momentum"},
    )
    assert data["broken"] == {}


def test_dry_run_shows_every_experiment_and_an_estimate_and_writes_nothing(
    call: Call, carried_out: list[Any], tmp_path: Path
) -> None:
    argv = ("--grid", "--trainables", "digits-mlp", "--repetitions", "2", "--searchers", "random,optuna-tpe")
    code, out, err = call(*argv, "--dry-run", "--num-cpus", "2", "--name", "mine")
    assert (code, err, carried_out) == (0, "", [])
    grid = replace(
        PRESETS["quick"],
        trainables=("digits-mlp",),
        searchers=("random", "optuna-tpe"),
        repetitions=2,
    )
    *shown, counted, estimate = out.splitlines()
    experiments = list(grid.experiments())
    assert len(shown) == len(experiments)
    for line, e in zip(shown, experiments, strict=True):
        assert line.startswith(f"{e.key}  digits-mlp {e.combination} cpu #{e.repetition}  ")
        assert line.endswith("  to run") or "  incompatible: " in line
    to_run = sum(line.endswith("  to run") for line in shown)
    assert counted == f"{to_run} to run, {len(shown) - to_run} answered by a rule"
    assert re.search(r"about \d+\.\d min on 2 CPUs \(timed here: digits-mlp \d+\.\d+ s an epoch\)", estimate)
    assert list(tmp_path.iterdir()) == []


def test_dry_run_of_an_existing_name_shows_it_all_the_same(call: Call, tmp_path: Path) -> None:
    (tmp_path / "runs/mine").mkdir(parents=True)
    assert call("--grid", *DIGITS, "--dry-run", "--name", "mine")[0] == 0


def test_help_names_every_option(call: Call) -> None:
    code, out, err = call("--help")
    assert (code, err) == (0, "")
    assert all(option in out for option in ("--grid", "--list", "--spec", "--resume", "--dry-run", "--out"))


@pytest.mark.parametrize(
    ("argv", "code"),
    [(["--grid", "--searchers", "nope"], 2), (["--grid", "--resume"], 2), (["--help"], 0)],
)
def test_command_in_a_process_of_its_own_prints_nothing_else(
    tmp_path: Path, argv: list[str], code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.run", *argv],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ.copy(),
        check=False,
    )
    assert done.returncode == code
    assert done.stderr.count("\n") == (1 if code else 0)
    assert bool(done.stdout) == (code == 0)
    assert list(tmp_path.iterdir()) == []
