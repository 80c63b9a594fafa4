"""The command line as its user has it: a process of its own, whose exit code, output and run folder count."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

import results
from benchmarks.engines.virtual.fork_server import NAMES

REPOSITORY = Path(__file__).parents[2]
PLUGIN = REPOSITORY / "tests" / "plugin"
PATIENCE_S = 480.0  # a guard against a hang, far above what anything here takes


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str
    folder: Path
    home: Path
    temporary: Path

    @cached_property
    def tables(self) -> results.Run:
        return results.load(self.folder)

    @property
    def experiments(self) -> pd.DataFrame:
        return self.tables.experiments

    def experiment(self, **wanted: object) -> pd.Series:
        """Return the one row of the experiments table that matches."""
        [row] = [row for _, row in self.experiments.iterrows() if all(row[k] == v for k, v in wanted.items())]
        return row

    def trials_of(self, experiment: pd.Series) -> pd.DataFrame:
        trials = self.tables.trials
        return trials[trials["key"] == experiment["key"]]

    def results_of(self, experiment: pd.Series) -> pd.DataFrame:
        rows = self.tables.results
        return rows[rows["key"] == experiment["key"]]


class CommandLine:
    """Starts commands with a home and a folder for temporary files that nobody else uses.

    Only processes started here have that temporary folder's name in their arguments, so they can be told
    from anyone else's Ray.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.home = out / "home"
        self.home.mkdir()
        # Not pytest's own folder: Ray's Unix sockets lie below, and allow 107 characters.
        self.temporary = Path(tempfile.mkdtemp(prefix="e2e-", dir="/tmp"))

    @property
    def environment(self) -> dict[str, str]:
        bin_folder = Path(sys.executable).parent
        return os.environ | {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{PLUGIN}",
        }

    def arguments(self, *options: str, name: str | None = None) -> list[str]:
        command = [sys.executable, "-m", "benchmarks.run", "--grid", "--out", str(self.out)]
        return command + (["--name", name] if name else []) + list(options)

    def start(self, *options: str, name: str) -> subprocess.Popen[str]:
        """Start a run and return its process; the caller ends it."""
        return self.popen(self.arguments(*options, name=name))

    def popen(self, arguments: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            arguments,
            env=self.environment,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell starts what it puts in the background deaf to Ctrl-C, and so its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def finish(self, process: subprocess.Popen[str], name: str) -> Finished:
        """Wait until the command has ended; if that takes too long, end it and fail."""
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{name} did not end within {PATIENCE_S:g} s:\n{out}\n{err}") from None
        return Finished(process.returncode, out, err, self.out / name, self.home, self.temporary)

    def run(self, *options: str, name: str) -> Finished:
        """Run the command to its end."""
        return self.finish(self.start(*options, name=name), name)

    def processes(self) -> list[str]:
        """Return the command lines of all processes that belong to clusters started from here."""
        return self._processes("cmdline", f"{self.temporary}/")

    def virtual_processes(self) -> list[str]:
        """Return the command lines of all processes of the virtual engine in runs started from here."""
        return self._processes("environ", f"TMPDIR={self.temporary}/", f"{NAMES}=")

    def _processes(self, file: str, *words: str) -> list[str]:
        """Return the command lines of the other processes in whose file below /proc all these words stand."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal() and folder.name != str(os.getpid()):
                try:
                    text, line = (
                        (folder / name).read_bytes().replace(b"\0", b" ").decode(errors="replace")
                        for name in (file, "cmdline")
                    )
                except OSError:  # it has ended meanwhile
                    continue
                if all(word in text for word in words):
                    found.append(line)
        return found

    def kill(self, program: str) -> None:
        """Kill a program of Ray's that a run started from here has started."""
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended meanwhile
                line = (folder / "cmdline").read_bytes().decode(errors="replace")
                if line.split("\0")[0].endswith(f"/{program}") and f"{self.temporary}/" in line:
                    os.kill(int(folder.name), signal.SIGKILL)
                    return
        raise AssertionError(f"no {program} is running")

    def close(self) -> None:
        shutil.rmtree(self.temporary, ignore_errors=True)


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Return as soon as ``true()``; fail if it does not come about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.05)
