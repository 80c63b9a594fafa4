"""The three parts of the fidelity certificate, as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.fidelity.forced import Agreement, follow
from benchmarks.fidelity.free import Control, Distance, distance
from benchmarks.fidelity.incumbents import IncumbentComparison, compare
from benchmarks.fidelity.runs import RealRun, bare_context, experiment_of, laboratory, trained, virtually
from benchmarks.suite.experiment import EngineName

TRIALS, EPOCHS = 12, 9
FAST, TRUE = 0.02, 1.0  # real seconds of a second of the curves: for orders, and for times
FREE = ("fifo", "asha", "asha-promote", "sha", "hyperband", "median")
DISTRIBUTIONS = (("random", "asha"), ("optuna-tpe", "asha"), ("optuna-tpe", "hyperband"))

Say = Callable[[str], None]


@dataclass(frozen=True)
class Followed:
    """The agreement of a combination's real run with an engine that follows it."""

    searcher: str
    scheduler: str
    agreement: Agreement
    engine: EngineName = "virtual"


@dataclass(frozen=True)
class Free:
    """Distances of a scheduler's real run from other runs of the same trials."""

    scheduler: str
    again: Distance  # a second real run
    measured: Distance  # the virtual engine with measured latencies
    none: Distance  # without any
    control: Distance  # with the costs of other configurations


@dataclass(frozen=True)
class Distribution:
    """Final incumbents of a combination on both engines."""

    searcher: str
    scheduler: str
    comparison: IncumbentComparison


def forced_order(pairs: Sequence[tuple[str, str]], say: Say) -> list[Followed]:
    """Run each combination for real, then let both engines with a virtual clock follow it."""
    real: list[RealRun] = []
    with laboratory(FAST) as lab:
        for number, (searcher, scheduler) in enumerate(pairs, 1):
            say(f"forced order, real run {number} of {len(pairs)}: {searcher} x {scheduler}")
            real.append(lab.run(experiment_of(searcher, scheduler, TRIALS, EPOCHS)))
    parts = []
    with trained([run.experiment for run in real]) as trainers, bare_context() as bare:
        followers: tuple[tuple[EngineName, ExecutionContext], ...] = (("virtual", bare), ("live", trainers))
        for engine, context in followers:
            for (searcher, scheduler), run in zip(pairs, real, strict=True):
                say(f"forced order, {engine} follows {searcher} x {scheduler}")
                agreement = follow(run.experiment, context, run.outcome, run.scripts, engine)
                parts.append(Followed(searcher, scheduler, agreement, engine))
    return parts


def free_running(schedulers: Sequence[str], say: Say) -> list[Free]:
    """Run random search under each scheduler twice for real, at true speed, and compare."""
    real: dict[str, list[RealRun]] = {name: [] for name in schedulers}
    with laboratory(TRUE) as lab:
        for turn in (1, 2):
            for name in schedulers:
                say(f"free running, real run {turn} of 2: random x {name}")
                real[name].append(lab.run(experiment_of("random", name, TRIALS, EPOCHS)))
    parts = []
    for name, (first, second) in real.items():
        e = first.experiment
        others = (
            second.outcome,
            virtually(e, latency="measured"),
            virtually(e),
            virtually(e, Control, latency="measured"),
        )
        parts.append(Free(name, *(distance(first.outcome, other) for other in others)))
    return parts


def distributions(repetitions: int, say: Say) -> list[Distribution]:
    """Compare the final incumbents of both engines over repetitions."""
    real: dict[tuple[str, str], list[RealRun]] = {pair: [] for pair in DISTRIBUTIONS}
    with laboratory(FAST) as lab:
        for repetition in range(repetitions):
            for searcher, scheduler in DISTRIBUTIONS:
                say(f"incumbents, repetition {repetition + 1} of {repetitions}: {searcher} x {scheduler}")
                real[searcher, scheduler].append(
                    lab.run(experiment_of(searcher, scheduler, TRIALS, EPOCHS, repetition))
                )
    parts = []
    for (searcher, scheduler), runs in real.items():
        best = [float(run.outcome.row["best"]) for run in runs]
        virtual = [float(virtually(run.experiment).row["best"]) for run in runs]
        parts.append(Distribution(searcher, scheduler, compare(best, virtual)))
    return parts
