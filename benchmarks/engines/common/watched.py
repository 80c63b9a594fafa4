"""A watched experiment: it reports while it runs, on any engine."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.core.reasons import headline
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.deaths import death
from benchmarks.engines.common.engine import engine_class
from benchmarks.engines.common.execution import Execution
from benchmarks.engines.common.outcome import Outcome, Stalled, not_run
from benchmarks.suite.experiment import Experiment

TRACEBACK_CHARS = 4000  # the end of a traceback that a row keeps


@dataclass(frozen=True)
class Beat:
    """A sign of life: the number of results, what each trial waits for, and whether that is others' work."""

    num_results: int
    waiting: str
    held: bool = False


def run_watched(experiment: Experiment, context: ExecutionContext) -> Iterator[Beat | Outcome]:
    """Run the experiment in a thread; yield a beat every half second, and at last its outcome.

    A thread of its own lets a searcher that never returns be seen, and named, from outside.
    """
    outcomes: list[Outcome] = []
    try:
        execution = execution_of(experiment, context)
    except BaseException as error:  # noqa: BLE001 - any error of an experiment becomes its row
        yield failure(experiment, error)
        return

    def work() -> None:
        try:
            outcomes.append(execution.run())
        except Stalled as stalled:
            outcomes.append(not_run(experiment, "stalled", str(stalled)))
        except BaseException as error:  # noqa: BLE001 - any error of an experiment becomes its row
            outcomes.append(failure(experiment, error))

    thread = threading.Thread(target=work, name="experiment", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(context.beat_s)
        if thread.is_alive():
            yield Beat(
                execution.num_results,
                f"{execution.trial_states()}; the driver is in {_place(thread)}",
                execution.held,
            )
    yield outcomes[0]


def failure(experiment: Experiment, error: BaseException) -> Outcome:
    """Return the outcome of an experiment that has raised an error."""
    text = "".join(traceback.format_exception(error))[-TRACEBACK_CHARS:]
    outcome = not_run(experiment, "failed", f"{headline(error)}\n{text}")
    outcome.doubt = death(error)
    return outcome


def execution_of(experiment: Experiment, context: ExecutionContext) -> Execution:
    """Return the experiment on its engine, ready to run."""
    return engine_class(experiment.engine).execution(experiment, context)


def _place(thread: threading.Thread) -> str:
    """Return the function that the thread is in, the innermost one that is not the standard library's."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if "site-packages" in path.parts or "benchmarks" in path.parts or "searchers" in path.parts:
            return f"{frame.f_code.co_name} ({path.parent.name}/{path.name}:{frame.f_lineno})"
        frame = frame.f_back
    return "nothing"
