"""The check of a trainable before anything runs: its first epochs in a process of its own.

What nothing can come of is refused; what costs something is a note, and the run goes on.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.core.refusal import nearest
from benchmarks.core.scratch import of_process
from benchmarks.execution.first_trial import FirstTrial, Request
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import SCHEDULERS, TRAINABLES, Capability, SchedulerSpec, TrainableSpec
from results.messages import one_line
from results.numerals import significant
from results.store.schema import tune_name

SEEDS = (0, 1)  # of the configurations that are tried; the second only if the first one's metric is NaN
SEEDING = (
    "draw from the global generators of random, numpy and torch, which are seeded before each epoch, or seed "
    "your own in the trial by tunegrid.trial_seed"
)


def check(name: str, experiments: Iterable[Experiment], data_dir: str | None, patience: float) -> list[str]:
    """Try a trainable and return what is to be said of it, a line each.

    Args:
        name: of the trainable.
        experiments: those of the run that train it.
        data_dir: where full data lies.
        patience: its time limit, seconds.

    Raises:
        Misuse: if it cannot be trained, or does not report its metric.
    """
    mine = [experiment for experiment in experiments if experiment.trainable == name]
    spec, trial, value = TRAINABLES[name], FirstTrial(), math.nan
    diverged: list[str] = []
    for seed in SEEDS:
        e = mine[0]
        trial = _tried(Request(name, e.data, e.train_size, data_dir, e.device, seed), patience)
        _refuse_failed(name, trial)
        value = _value(spec, trial)
        if math.isfinite(value):
            break
        diverged.append(trial.config)
    if not math.isfinite(value):
        raise Misuse(
            f"check of {name}: {spec.metric} is {value} after the first epoch, with "
            f"{' and with '.join(map(one_line, diverged))}; let it report a number, or add --no-check"
        )
    lines = [
        f"an epoch takes {significant(trial.seconds, 2)} s; the first reports {spec.metric} "
        f"{significant(value)}"
    ]
    lines += [
        f"{spec.metric} is not finite with {one_line(config)}; such a trial counts as failed"
        for config in diverged
    ]
    schedulers = sorted({experiment.scheduler for experiment in mine})
    return [f"check of {name}: {line}" for line in [*lines, *_notes(spec, trial, schedulers)]]


def _tried(request: Request, patience: float) -> FirstTrial:
    """Return the facts of a trial in a process of its own.

    Raises:
        Misuse: if it ends that process, or takes longer than ``patience`` seconds.
    """
    name = request.trainable
    with tempfile.TemporaryDirectory(dir=of_process()) as folder:
        question, answer = Path(folder, "request.json"), Path(folder, "answer.json")
        question.write_text(json.dumps(asdict(request)))
        command = [sys.executable, "-m", "benchmarks.execution.first_trial", str(question), str(answer)]
        try:
            process = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=patience,
                env=os.environ | {"TMPDIR": folder},
            )
        except subprocess.TimeoutExpired:
            raise Misuse(
                f"check of {name}: its first epochs are not done after {patience:g} s; raise --timeout, or "
                "add --no-check to run it anyway"
            ) from None
        if not answer.is_file():
            last = (process.stderr.strip().splitlines() or ["nothing was printed"])[-1]
            raise Misuse(
                f"check of {name}: it ended its process with code {process.returncode}: {one_line(last)}"
            )
        return FirstTrial(**json.loads(answer.read_text()))


def _refuse_failed(name: str, trial: FirstTrial) -> None:
    """Raise Misuse if a step raised."""
    doing = {"save": "saving a checkpoint", "load": "going on from its checkpoint"}
    after = {"again": ", when it is trained once more in one process", "load": "; it must load what it saves"}
    if trial.failed:
        what = doing.get(trial.failed, "load()" if trial.failed == "load its data" else "its first epoch")
        raise Misuse(
            f"check of {name}: {what} raised {trial.why}{after.get(trial.failed, '')}"
            f" (with {one_line(trial.config, 80)})"
        )


def _value(spec: TrainableSpec, trial: FirstTrial) -> float:
    """Return the metric of the first epoch.

    Raises:
        Misuse: if there is none.
    """
    start, metrics = f"check of {spec.name}:", trial.first[0]
    if not metrics:
        raise Misuse(
            f"{start} it ends without a report; let it call tune.report({{{spec.metric!r}: ...}}) after each "
            "epoch"
        )
    if (metric := tune_name(spec.metric)) not in metrics:
        raise Misuse(
            f"{start} it reports no {spec.metric!r}; {nearest(metric, metrics)} (give that as --metric; or "
            "add --no-check if it comes in later epochs)"
        )
    value = metrics[metric]
    if not isinstance(value, float):
        raise Misuse(f"{start} {spec.metric} is {one_line(value)}; expected a number")
    return value


def _lacks_checkpoints(spec: TrainableSpec, scheduler: SchedulerSpec) -> bool:
    """Return whether a scheduler needs checkpoints, and nothing else that the trainable has not."""
    mutable = bool(spec.mutable) or Capability.MUTABLE not in scheduler.wants
    return mutable and Capability.CHECKPOINTS in scheduler.wants


def _notes(spec: TrainableSpec, trial: FirstTrial, schedulers: list[str]) -> Iterator[str]:
    """Yield what costs something: chance without a seed, schedulers that need what it lacks."""
    same = repr(trial.first[:1]) == repr(trial.again)
    all_pausing = [n for n, s in SCHEDULERS.items() if not s.hidden and _lacks_checkpoints(spec, s)]
    pausing = [n for n in schedulers if _lacks_checkpoints(spec, SCHEDULERS[n])]
    if not same:
        differing = [n for n, value in trial.first[0].items() if repr(value) != repr(trial.again[0].get(n))]
        yield (
            f"NOT SEEDED: one configuration, trained twice, reports another {differing[0]}, so that pairs of "
            f"runs differ by more than their tuner; {SEEDING}"
        )
    if trial.saved:
        yield (
            f"it reports a checkpoint but does not say so; [checkpoints=true] lets it run with "
            f"{', '.join(pausing or all_pausing)}, if it goes on from tune.get_checkpoint()"
        )
    elif not trial.saves:
        unasked = "" if pausing else " (none is asked for)"
        yield f"it saves no checkpoints, which costs {', '.join(pausing or all_pausing)}{unasked}"
    elif same and repr(trial.first[1:2]) != repr(trial.resumed):
        yield (
            "after a rest it trains on otherwise than without one, which makes "
            f"{', '.join(pausing or all_pausing)} something else: save all that the next epochs need, and "
            "draw what an epoch needs after the checkpoint was loaded"
        )
