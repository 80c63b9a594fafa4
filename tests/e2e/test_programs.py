"""A command line program as a trainable, on both engines that train, and its measured constants."""

from __future__ import annotations

import re
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from helpers.commandline import PATIENCE_S, REPOSITORY, CommandLine
from helpers.own_files import write

from results.compare.scores import score_frame

pytestmark = pytest.mark.slow
DOCUMENTED = re.compile(r"```python\n# (\w+\.py)\n(.*?)```", re.S)
BUDGET = ("--trials", "4", "--epochs", "3", "--workers", "2", "--num-cpus", "2", "--no-figures")
COMMAND = "python {file} --lr {{lr}} --width {{width}} --seed {{seed}}"


def asked(folder: Path) -> list[str]:
    """Write the documented program and its space, and return the options that name them."""
    examples = dict(DOCUMENTED.findall((REPOSITORY / "docs" / "own-model.md").read_text()))
    file, space = (write(folder, name, examples[name]) for name in ("fit.py", "space.py"))
    settings = ["--space", f"{space}:SPACE", "--metric", "val_loss", "--mode", "min"]
    return ["--command", COMMAND.format(file=file), *settings, "--searchers", "random"]


def programs(file: str) -> list[str]:
    """Return the processes that run a file: not the run itself, whose command line names it too."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_text().split("\0")
            found += [folder.name] if words[1:2] == [file] else []
    return found


def test_a_program_has_one_curve_on_both_engines_and_is_gone_at_the_end(
    command_line: CommandLine, tmp_path: Path
) -> None:
    options = [*asked(tmp_path), "--schedulers", "fifo", "asha", "hyperband", *BUDGET]
    real = command_line.run(*options, name="program")
    assert real.code == 0, real.err + real.out
    assert "check of fit: an epoch takes" in real.out and "NOT SEEDED" not in real.out
    statuses = real.experiments.set_index("scheduler")["status"].to_dict()
    assert statuses == {"fifo": "ok", "asha": "ok", "hyperband": "incompatible"}
    live = command_line.run(*options, "--engine", "live", name="program-live")
    assert live.code == 0, live.err + live.out
    best = [run.experiment(scheduler="fifo")["best"] for run in (real, live)]
    assert best[0] == best[1]
    assert not programs(str(tmp_path / "fit.py"))
    assert (real.folder / "code" / "fit.py").read_text() == (tmp_path / "fit.py").read_text()
    again = command_line.run("--resume", "--no-figures", name="program")
    assert (again.code, "nothing new" in again.out) == (0, True), again.err
    (tmp_path / "fit.py").write_text("print('nothing')")
    changed = command_line.run("--resume", "--no-figures", name="program")
    assert changed.code == 2 and "the source of fit.py" in changed.err


def test_why_a_program_failed_is_the_trials_reason(command_line: CommandLine, tmp_path: Path) -> None:
    options = asked(tmp_path)
    write(tmp_path, "fit.py", "raise ValueError('no such file: data.csv')")
    run = command_line.run(*options, "--schedulers", "fifo", *BUDGET, "--no-check", name="failing")
    assert set(run.experiments["status"]) == {"failed"}
    assert set(run.tables.trials["reason"]) == {
        "ProgramError: the program ended with exit code 1: ValueError: no such file: data.csv"
    }


def test_constants_are_measured_by_training_and_the_next_run_has_scores(
    command_line: CommandLine, tmp_path: Path
) -> None:
    options = asked(tmp_path)
    measure = [
        *options[:-2],
        "--trials",
        "16",
        "--epochs",
        "3",
        "--workers",
        "2",
        "--out",
        str(tmp_path / "runs"),
    ]
    command = [sys.executable, "-m", "benchmarks.measure", *measure]
    first = command_line.finish(command_line.popen(command), "measuring")
    assert first.code == 0, first.err + first.out
    assert "fit: 16 random configurations of 3 epochs" in first.out
    again = command_line.finish(command_line.popen(command), "measuring")
    assert again.code == 0 and "nothing new" in again.out
    run = command_line.run(*options, "--schedulers", "fifo", *BUDGET, "--engine", "live", name="scored")
    assert run.code == 0, run.err + run.out
    assert f"constants of fit: {tmp_path / 'fit.constants.toml'}" in run.out
    assert np.isfinite(score_frame(run.tables)["score"]).all()


def test_a_program_ends_when_its_run_is_killed(command_line: CommandLine, tmp_path: Path) -> None:
    options = asked(tmp_path)
    endless = "import time\n\nwhile True:\n    print('{\"val_loss\": 1.0}')\n    time.sleep(0.5)\n"
    write(tmp_path, "fit.py", endless)
    budget = ["--trials", "2", "--epochs", "1000", *BUDGET[4:], "--no-check"]
    driver = command_line.start(*options, "--schedulers", "fifo", *budget, name="killed")
    file, deadline = str(tmp_path / "fit.py"), time.monotonic() + PATIENCE_S
    try:
        while not programs(file):
            assert driver.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        driver.kill()
        driver.communicate()
    while programs(file):
        assert time.monotonic() < deadline
        time.sleep(0.1)
