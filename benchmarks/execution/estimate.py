"""``--dry-run``: the experiments of a run, and how long they may take."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from benchmarks.core.refusal import ask
from benchmarks.execution.answers import answer_by_rule
from benchmarks.execution.loading import load_data
from benchmarks.spaces.user_functions import drawn
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES, SpecError
from benchmarks.suite.session import Session
from benchmarks.training.standalone import standalone

#: Seconds of an experiment besides training; see docs/performance.md.
OVERHEAD_S = 0.5


def describe(experiments: Sequence[Experiment], cpus: int, jobs: int, data_dir: str | None) -> str:
    """Return what would run, and an upper estimate of the time: no early stopping, one epoch timed here."""
    lines, seconds = [], 0.0
    to_run = [e for e in experiments if answer_by_rule(e) is None]
    trained = [e for e in to_run if not ENGINES[e.engine].from_curves]  # an epoch of a curve takes no time
    costs, untimed = _epoch_costs(trained, data_dir)
    for e in experiments:
        ruled = answer_by_rule(e)
        what = f"{ruled.status}: {ruled.row['reason']}" if ruled else "to run"
        lines.append(f"{e.key}  {e.trainable} {e.combination} {e.device} #{e.repetition}  {what}")
        if ruled is None:
            one_process = ENGINES[e.engine].virtual_clock  # for all of its trials
            runners = jobs or (cpus if one_process else max(1, cpus // e.workers))
            cost = costs.get((e.trainable, e.data, e.train_size), 0.0)
            training = e.trials * e.epochs * cost / e.workers
            if e.time_budget and not ENGINES[e.engine].virtual_clock:
                training = min(training, e.time_budget)
            seconds += (training + OVERHEAD_S) / runners
    counts = Counter("to run" if answer_by_rule(e) is None else "answered by a rule" for e in experiments)
    lines.append(", ".join(f"{n} {what}" for what, n in counts.items()))
    for reason in sorted(set(untimed.values())):
        names = ", ".join(name for name, why in untimed.items() if why == reason)
        lines.append(f"training not counted for {names}: {reason}")
    timed = ", ".join(f"{name} {cost:.3f} s an epoch" for (name, _, _), cost in costs.items())
    lines.append(f"at most about {seconds / 60:.1f} min on {cpus} CPUs (timed here: {timed or 'nothing'})")
    return "\n".join(lines)


def _epoch_costs(
    experiments: Sequence[Experiment], data_dir: str | None
) -> tuple[dict[tuple[str, str, int], float], dict[str, str]]:
    """Time one epoch of each trainable on the CPU; return also why some could not be timed."""
    costs: dict[tuple[str, str, int], float] = {}
    untimed: dict[str, str] = {}
    loaded = load_data(experiments, data_dir)
    untimed |= {name: reason for (name, _, _), reason in loaded.failed.items()}
    for (name, data, size), (arrays, key) in loaded.items():
        if not isinstance(TRAINABLES[name].target, type):
            untimed[name] = "a function cannot be timed alone"
            continue
        try:
            costs[name, data, size] = ask("its epoch", partial(_time_epoch, name, arrays, key))
        except SpecError as error:
            untimed[name] = str(error)
    return costs, untimed


def _time_epoch(name: str, arrays: Any, key: str) -> float:
    config = drawn(TRAINABLES[name].space(), seed=0)
    trial = standalone(TRAINABLES[name], config, Session(name, 0, "cpu", arrays, key))
    trial.step()  # the first epoch in a process is slower
    start = time.perf_counter()
    trial.step()
    return time.perf_counter() - start
