"""Process runners: each experiment is a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Self

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import Died, Limits, Runner
from benchmarks.engines.common.watched import Beat, failure, run_watched
from benchmarks.engines.virtual.fork_server import die_with_parent, ensure_server
from benchmarks.suite.experiment import Experiment
from results.console import steady_streams
from results.processes import program_hidden

END_S = 5.0  # a process that has sent its outcome ends within milliseconds


class ProcessRunner(Runner):
    """Runs each experiment in a process that is forked from one which has the libraries loaded."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._multiprocessing = multiprocessing.get_context("forkserver")
        self._process: Any = None

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        ensure_server()
        ours, theirs = self._multiprocessing.Pipe(duplex=False)
        process = self._multiprocessing.Process(target=serve, args=(theirs, experiment, context), daemon=True)
        try:
            with program_hidden():
                process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._process = process
        return ours

    def receive(self) -> Beat | Outcome:
        try:
            # Its end is seen by itself too: what it has started may hold the stream open.
            if not self.stream.poll() and not self._process.is_alive() and not self.stream.poll():
                raise EOFError
            message: Beat | Outcome = self.stream.recv()
        except Exception as error:
            self._process.join(END_S)
            ended = isinstance(error, EOFError | OSError)
            raise Died(
                f"it ended with code {self._process.exitcode}"
                if ended
                else f"what it sent cannot be read ({type(error).__name__}: {error})"
            ) from error
        if isinstance(message, Outcome):
            self._process.join(END_S)
            self.stop()
        return message

    def renew(self) -> None:
        """No-op: experiments share nothing."""

    def stop(self) -> None:
        if self.stream is not None:
            with suppress(ProcessLookupError, PermissionError):  # with what it has started
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join(END_S)
            self.stream.close()
            self.stream = None

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        ready = wait(
            [source for runner in runners for source in (runner.stream, runner._process.sentinel)], timeout
        )
        return [runner for runner in runners if runner.stream in ready or runner._process.sentinel in ready]


def serve(connection: Connection, experiment: Experiment, context: ExecutionContext) -> None:
    """Run the experiment and send its messages; the process ends with it, or earlier with its parent."""
    os.setpgid(0, 0)
    die_with_parent(os.getppid())
    steady_streams()  # what the experiment prints may have no reader
    for message in run_watched(experiment, context):
        try:
            connection.send(message)
        except OSError:  # the driver has gone
            return
        except Exception as error:  # noqa: BLE001 - a row may hold a plug-in's object
            connection.send(failure(experiment, error))
    connection.close()
