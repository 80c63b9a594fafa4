"""A user's files outside of the repository, run for real on both engines; a store that says what was run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from helpers.commandline import REPOSITORY, CommandLine
from helpers.own_files import CURVED, TRAIN, TUNERS, write

DOCUMENTED = re.compile(r"```python\n# (\w+\.py)\n(.*?)```", re.S)
BUDGET = ("--trials", "4", "--epochs", "3", "--workers", "2", "--num-cpus", "2")


def documented(name: str) -> str:
    """Return an example file of the documentation."""
    page = REPOSITORY / "docs" / "own-model.md"
    return dict(DOCUMENTED.findall(page.read_text()))[name]


def asked(file: Path, name: str = "train_fn") -> list[str]:
    space = ["--space", f"{file}:SPACE", "--metric", "val_loss", "--mode", "min"]
    return ["--trainable", f"{file}:{name}", *(space if name == "train_fn" else [])]


@pytest.mark.slow
def test_a_function_of_tunes_runs_on_ray_and_is_found_again(
    command_line: CommandLine, tmp_path: Path
) -> None:
    file, tuners = (write(tmp_path, name, documented(name)) for name in ("train.py", "tuners.py"))
    halving = f"{tuners}:halving[reduction_factor=2|4]"
    parts = ["--searchers", f"{tuners}:search", "--schedulers", "fifo", halving]
    run = command_line.run(*asked(file), *parts, *BUDGET, "--no-figures", name="own")
    assert run.code == 0, run.err + run.out
    assert "check of train_fn: an epoch takes" in run.out and "NOT SEEDED" not in run.out
    rows = run.experiments
    assert sorted(rows["scheduler"]) == ["fifo", "halving", "halving[reduction_factor=2]"]
    assert set(rows["trainable"]) == {"train_fn"} and set(rows["searcher"]) == {"search"}
    assert set(rows["status"]) == {"ok"} and set(rows["mode"]) == {"min"}
    assert np.isfinite(run.tables.results["val_loss"]).all()
    assert (run.folder / "code" / "train.py").read_text() == file.read_text()

    again = command_line.run("--resume", "--no-figures", name="own")
    assert (again.code, "nothing new" in again.out) == (0, True), again.err
    assert "check of" not in again.out
    file.write_text(file.read_text().replace("0.01", "0.02"))
    changed = command_line.run("--resume", "--no-figures", name="own")
    assert changed.code == 2
    assert "'train_fn' has changed since (the source of train.py)" in changed.err
    file.unlink()
    gone = command_line.run("--resume", "--no-figures", name="own")
    assert gone.code == 2 and f"there is no file {file}" in gone.err
    assert gone.err.rstrip().endswith("code keeps what the run began with: train.py, tuners.py")


def test_a_formula_runs_in_virtual_time(command_line: CommandLine, tmp_path: Path) -> None:
    file, tuners = write(tmp_path, "curved.py", CURVED), write(tmp_path, "tuners.py", TUNERS)
    parts = ["--searchers", "random", f"{tuners}:plain", "--schedulers", f"{tuners}:halving", "hyperband"]
    run = command_line.run(
        *asked(file, "Rising"), *parts, *BUDGET[:-2], "--engine", "virtual", "--no-figures", name="formula"
    )
    assert run.code == 0, run.err + run.out
    assert set(run.experiments["status"]) == {"ok"}
    assert set(run.experiments["trainable"]) == {"rising"}
    found = run.tables.results.merge(run.tables.trials[["key", "trial_id"]])
    assert len(found) and (found["score"] <= 1).all()


def test_a_mistake_is_said_before_a_folder_is_made(command_line: CommandLine, tmp_path: Path) -> None:
    file = write(tmp_path, "train.py", TRAIN.replace("val_loss", "val_los"))
    parts = ["--searchers", "random", "--schedulers", "fifo"]
    run = command_line.run(*asked(file), *parts, *BUDGET, name="mistaken")
    assert run.code == 2
    assert run.err.rstrip().endswith("(give that as --metric; or add --no-check if it comes in later epochs)")
    assert "reports no 'val_loss'; did you mean 'val_los'?" in run.err
    assert not run.folder.exists()


def test_options_are_an_axis_and_the_store_names_them(command_line: CommandLine) -> None:
    run = command_line.run(
        *("--engine", "virtual", "--trainables", "branin", "--searchers", "random"),
        *("bayesopt[random_search_steps=4]", "--schedulers", "hyperband", "asha[reduction_factor=2|3|9]"),
        *("--trials", "6", "--epochs", "9", "--workers", "2"),
        name="options",
    )
    assert run.code == 0, run.err + run.out
    assert set(run.experiments["searcher"]) == {"random", "bayesopt[random_search_steps=4]"}
    halving = {"asha", "asha[reduction_factor=2]", "asha[reduction_factor=9]"}
    assert set(run.experiments["scheduler"]) == {"hyperband", *halving}
    assert set(run.experiments["status"]) == {"ok"}
    epochs = run.tables.results.merge(run.experiments[["key", "scheduler"]]).groupby("scheduler").size()
    assert epochs["asha[reduction_factor=9]"] != epochs["asha[reduction_factor=2]"]
    again = command_line.run("--resume", "--no-figures", name="options")
    assert (again.code, "nothing new" in again.out) == (0, True), again.err


def test_the_seeds_own_combination_is_one_line(command_line: CommandLine) -> None:
    """``ConcurrencyLimiter(BayesOptSearch(random_search_steps=4), 2)`` with ``HyperBandScheduler``."""
    run = command_line.run(
        *("--engine", "virtual", "--trainables", "mnist-convnet", "--workers", "2", "--trials", "6"),
        *("--searchers", "bayesopt[random_search_steps=4]", "--schedulers", "hyperband", "--no-figures"),
        name="seed",
    )
    [row] = run.experiments.to_dict("records")
    assert (row["status"], row["workers"], row["trials_run"]) == ("ok", 2, 6)
