"""An experiment that reports while it runs, on whatever engine."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from benchmarks.core.reasons import headline
from benchmarks.engines.common.execution import Execution, ExecutionContext
from benchmarks.engines.common.outcome import Outcome, Stalled, not_run
from benchmarks.suite.experiment import Experiment

#: The module of each engine, whose ``ENGINE`` is its ``Execution``.
MODULES = {"tune": "benchmarks.engines.ray.engine", "virtual": "benchmarks.engines.virtual.engine"}
BEAT_S = 0.5
TRACEBACK_CHARS = 4000  # of a failure's traceback, its end, are kept in the row


@dataclass(frozen=True)
class Beat:
    """A sign of life: how many results there are, and who waits for whom."""

    results: int
    waiting: str


def run_watched(experiment: Experiment, context: ExecutionContext) -> Iterator[Beat | Outcome]:
    """Run the experiment in a thread; yield a beat every half second, and at last its outcome.

    A thread of its own lets a searcher that never returns be seen, and named, from outside.
    """
    done: list[Outcome] = []
    try:
        runner = execution(experiment, context)
    except BaseException as error:  # noqa: BLE001 - whatever a cell raises becomes its row
        yield failure(experiment, error)
        return

    def work() -> None:
        try:
            done.append(runner.run())
        except Stalled as stalled:
            done.append(not_run(experiment, "stalled", str(stalled)))
        except BaseException as error:  # noqa: BLE001 - whatever a cell raises becomes its row
            done.append(failure(experiment, error))

    thread = threading.Thread(target=work, name="experiment", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(BEAT_S)
        if thread.is_alive():
            yield Beat(runner.results, f"{runner.who_waits()}; the driver is in {_place(thread)}")
    yield done[0]


def failure(experiment: Experiment, error: BaseException) -> Outcome:
    """Return the outcome of an experiment that has raised an error."""
    text = "".join(traceback.format_exception(error))[-TRACEBACK_CHARS:]
    return not_run(experiment, "failed", f"{headline(error)}\n{text}")


def execution(experiment: Experiment, context: ExecutionContext) -> Execution:
    """Return the experiment on its engine, ready to run."""
    made: Execution = import_module(MODULES[experiment.engine]).ENGINE(experiment, context)
    return made


def _place(thread: threading.Thread) -> str:
    """Return the function that the thread is in, the innermost one that is not the standard library's."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if "site-packages" in path.parts or "benchmarks" in path.parts or "searchers" in path.parts:
            return f"{frame.f_code.co_name} ({path.parent.name}/{path.name}:{frame.f_lineno})"
        frame = frame.f_back
    return "nothing"
