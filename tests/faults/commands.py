"""Commands of the suite in a place of their own, whose processes can be told from all others."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from watching import SHARED_MEMORY, Left, Process, abandoned, entries, marked

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
MARK = "TUNEGRID_FAULTS_PLACE"
PATIENCE_S = 300.0  # a guard against a hang, far above what one command here takes
GONE_S = 30.0  # after which a process that ought to have ended counts as left behind


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code (minus a signal's number) and what it printed."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What it printed on both streams."""
        return self.out + self.err

    @property
    def one_line(self) -> bool:
        """Whether its error is one line without a traceback."""
        return "Traceback" not in self.said and self.err.count("\n") == 1


@dataclass(frozen=True)
class Running:
    """A command that runs; its output goes into files, which no child of it can keep open for us."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def wait(self, seconds: float = PATIENCE_S) -> Ended:
        """Wait for its end; one that takes too long is killed, and fails the test."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"not ended after {seconds:g} s:\n{self.ended().said}") from None
        return self.ended()

    def ended(self) -> Ended:
        """Return what is known of it now."""
        out, err = (path.read_text(errors="replace") for path in (self.out, self.err))
        return Ended(self.process.returncode, out, err)

    def wait_for(self, text: str, seconds: float = PATIENCE_S) -> None:
        """Return as soon as it has printed the text; fail if it ends before."""
        end = time.monotonic() + seconds
        while text not in self.ended().out:
            over = self.process.poll() is not None or time.monotonic() > end
            assert not over or text in self.ended().out, f"waited in vain for {text!r}:\n{self.ended().said}"
            time.sleep(0.02)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal."""
        self.process.send_signal(number)


class Place:
    """A folder of runs, with a home and a temporary folder of its own.

    All processes started here inherit a mark, by which they are found wherever they are.

    Args:
        folder: for the runs; it must be empty or absent.
        plugins: modules beside this file that register parts.
        changes: variables of the environment to set, or with None to leave out.
    """

    def __init__(
        self,
        folder: Path,
        plugins: Sequence[str] = ("calm",),
        changes: Mapping[str, str | None] | None = None,
    ) -> None:
        self.folder, self.runs, self.home = folder, folder / "runs", folder / "home"
        self.home.mkdir(parents=True)
        self.temporary = Path(tempfile.mkdtemp(prefix="f-", dir="/tmp"))  # short: Unix sockets lie below
        self.mark = uuid.uuid4().hex
        self.changes = dict(changes or {})
        self._plugins = plugins
        self._memory = entries(SHARED_MEMORY)
        self._started = 0

    @property
    def environment(self) -> dict[str, str]:
        own: dict[str, str | None] = {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(HERE)]),
            "TUNEGRID_PLUGINS": ",".join(self._plugins),
            # Ray's workers give way to all others; beside other work on the machine they would not get on.
            "RAY_worker_niceness": "0",
            MARK: self.mark,
        }
        return {k: v for k, v in (os.environ | own | self.changes).items() if v is not None}

    def start(self, *options: str, name: str, prefix: Sequence[str] = ()) -> Running:
        """Start a run of that name; ``prefix`` is a command that starts commands."""
        grid = ["-m", "benchmarks.run", "--grid", "--out", str(self.runs), "--name", name]
        return self.popen([*prefix, sys.executable, *grid, *options])

    def run(self, *options: str, name: str, prefix: Sequence[str] = ()) -> Ended:
        """Run it to its end."""
        return self.start(*options, name=name, prefix=prefix).wait()

    def module(self, module: str, *options: str, prefix: Sequence[str] = ()) -> Ended:
        """Run another command of the suite to its end."""
        return self.popen([*prefix, sys.executable, "-m", module, *options]).wait()

    def popen(self, arguments: Sequence[str]) -> Running:
        """Start any command."""
        self._started += 1
        out, err = (self.folder / f"{self._started:03d}.{kind}" for kind in ("out", "err"))
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = subprocess.Popen(
                arguments,
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
                # A shell starts what it puts in the background deaf to Ctrl-C, and so its children.
                preexec_fn=_hear_signals,
            )
        return Running(process, out, err)

    def processes(self, *words: str) -> list[Process]:
        """Return the processes started from here in whose command line all these words stand."""
        found = marked(f"{MARK}={self.mark}")
        return [process for process in found if all(word in process.line for word in words)]

    def left(self) -> Left:
        """Return what is still there once the processes have had their time to end."""
        end = time.monotonic() + GONE_S
        while self.processes() and time.monotonic() < end:
            time.sleep(0.1)
        lines = [process.line for process in self.processes()]
        new = sorted(name for name in entries(SHARED_MEMORY) - self._memory if name.startswith("tg-"))
        nobodys = [name for name in new if self._abandoned(SHARED_MEMORY / name)]
        if nobodys:  # or another's, which is just being made or removed
            time.sleep(1)
            nobodys = [name for name in nobodys if self._abandoned(SHARED_MEMORY / name)]
        return Left(lines, sorted(entries(self.temporary)), nobodys)

    def _abandoned(self, folder: Path) -> bool:
        try:
            return abandoned(folder, str(self.folder))
        except FileNotFoundError:  # another's, who has removed it just now
            return False

    def close(self) -> None:
        """End whatever still runs, and remove the temporary folder."""
        for process in self.processes():
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        shutil.rmtree(self.temporary, ignore_errors=True)


def _hear_signals() -> None:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
