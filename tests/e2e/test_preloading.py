"""Misdeeds of a part while it is loaded, built or asked: a row of its own cells on the virtual engine."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from helpers.commandline import CommandLine, Finished, wait_until

pytestmark = pytest.mark.slow

ASKED = (
    "--engine",
    "virtual",
    "--no-figures",
    "--trials",
    "3",
    "--epochs",
    "3",
    "--jobs",
    "2",
    "--timeout",
    "8",
)
FAULTS = ("aborts", "exits", "hangs", "raises")


@pytest.fixture(scope="module", autouse=True)
def broken() -> None:
    """Let every process know the broken parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEGRID_PLUGINS", "tunegrid_broken")
        yield


def shell(line: CommandLine, words: str, name: str, *options: str) -> Finished:
    """Run the command with something of bash before or behind it, and its own errors on stderr."""
    command = " ".join(line.arguments(*ASKED, *options, name=name))
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", words.replace("RUN", command)],
        env=line.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Finished(ran.returncode, ran.stdout, ran.stderr, line.out / name, line.home, line.temporary)


def answers(finished: Finished, column: str) -> dict[str, tuple[str, str]]:
    """Return each cell's status and the first line of its reason, by the name of one part."""
    return {
        row[column]: (row["status"], (row["reason"].splitlines() or [""])[0])
        for _, row in finished.experiments.iterrows()
    }


def left_of(line: CommandLine) -> list[str]:
    return line.virtual_processes() + [str(path) for path in line.temporary.iterdir()]


EXPECTED = {
    "aborts": ("failed", "the experiment's process died: it ended with code -6"),
    "exits": ("failed", "SystemExit: 3"),
    "raises": ("failed", "RuntimeError: planted fault"),
}


@pytest.mark.parametrize("kind", ["search", "schedule"])
def test_a_fault_in_a_build_is_a_row_of_its_own_cells(command_line: CommandLine, kind: str) -> None:
    names = ",".join(f"{kind}-{fault}" for fault in FAULTS)
    parts = {"search": ("--searchers", f"random,{names}", "--schedulers", "fifo")}
    parts["schedule"] = ("--searchers", "random", "--schedulers", f"fifo,{names}")
    ran = command_line.run(*ASKED, "--trainables", "branin", *parts[kind], name=f"build-{kind}")
    assert ran.code == 0 and ran.err == ""
    found = answers(ran, {"search": "searcher", "schedule": "scheduler"}[kind])
    status, reason = found.pop(f"{kind}-hangs")
    assert status == "timeout" and reason.startswith("not finished after 8 s: ")
    assert found.pop("random" if kind == "search" else "fifo") == ("ok", "")
    assert found == {f"{kind}-{fault}": answer for fault, answer in EXPECTED.items()}
    assert left_of(command_line) == []


def test_a_fault_of_a_trainable_is_a_row_of_its_own_cells(command_line: CommandLine) -> None:
    names = [f"{kind}-{fault}" for kind in ("curves", "load") for fault in FAULTS]
    names.remove("load-aborts")
    asked = ("branin", "load-unsent", "table-missing", *names)
    ran = command_line.run(
        *(*ASKED, "--trainables", ",".join(asked), "--searchers", "optuna-tpe", "--schedulers", "fifo"),
        name="faults-of-trainables",
    )
    assert ran.code == 0 and ran.err == ""
    found = answers(ran, "trainable")
    assert set(found) == set(asked) and found.pop("branin") == ("ok", "")
    assert found.pop("curves-hangs")[0] == "timeout"
    assert {name: found.pop(f"curves-{name}") for name in EXPECTED} == EXPECTED
    for fault in ("exits", "raises"):
        answer = found.pop(f"load-{fault}")
        assert answer == ("failed", f"load() of load-{fault} raised {EXPECTED[fault][1]}")
    assert found.pop("load-hangs") == ("failed", "load() of load-hangs is not done after 8 s")
    assert "cannot pickle" in found.pop("load-unsent")[1]
    missing = Path("nowhere/table/card.json").absolute()
    said = f"cannot read {missing}: No such file or directory; give the folder of a table, or record it"
    assert found.pop("table-missing")[1].startswith(said) and not found
    assert left_of(command_line) == []


def test_what_a_cell_prints_and_leaves_behind_harms_nobody(command_line: CommandLine) -> None:
    ran = shell(
        command_line,
        "RUN | head -c 10",
        "chatty",
        *("--trainables", "chatty,parent,branin", "--searchers", "random", "--schedulers", "fifo"),
    )
    assert ran.code == 0 and ran.err == ""
    found = answers(ran, "trainable")
    assert found["chatty"] == found["branin"] == ("ok", "")
    assert found["parent"] == EXPECTED["aborts"]
    wait_until(lambda: left_of(command_line) == [], "nothing is left", 20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_all_ends_in_order_while_parts_are_loaded_and_run(
    command_line: CommandLine, number: int
) -> None:
    process = subprocess.Popen(
        command_line.arguments(
            *("--engine", "virtual", "--no-figures", "--trainables", "slow-curves", "--searchers"),
            *("random,search-hangs", "--schedulers", "fifo", "--repetitions", "20", "--jobs", "2"),
            name=f"signalled-{number}",
        ),
        env=command_line.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_until(lambda: bool(command_line.virtual_processes()), "parts are loaded", 60)
    for _ in range(3):  # as one who is in a hurry
        os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert err == "" and "interrupted; 0 of 40 experiments answered" in out and "\nresume with: " in out
    wait_until(lambda: left_of(command_line) == [], "nothing is left", 20)
