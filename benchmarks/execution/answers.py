"""Answers without a run: experiments that a rule forbids, or whose parts are missing or broken."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.core.errors import DataError
from benchmarks.core.guard import PluginError, guarded
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.engines.common.outcome import Outcome, not_run
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.part_caches import cached_of_parts
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, SpecError
from benchmarks.suite.rules import why_incompatible, why_unavailable

#: Answers an experiment that needs no run; None lets it run.
AnswerRule = Callable[[Experiment], Outcome | None]


def answer_by_rule(experiment: Experiment) -> Outcome | None:
    """Return the outcome of an experiment that needs no run.

    It is against a rule, something is missing, or one of its parts cannot even be asked.
    """
    answer = _ruled(experiment.trainable, experiment.searcher, experiment.scheduler, experiment.engine)
    most = TRAINABLES[experiment.trainable].most_epochs
    if answer is None and most is not None and experiment.epochs > most:
        answer = "incompatible", f"{experiment.trainable} ends after epoch {most}; ask for --epochs {most}"
    if answer is None and (table := recorded_table(experiment)):
        try:
            answer = ("incompatible", reason) if (reason := table.why_not(experiment)) else None
        except DataError as error:
            answer = "failed", str(error)
    return not_run(experiment, *answer) if answer else None


@cached_of_parts  # asked several times an experiment; what is installed stays so while a process runs
def _ruled(trainable: str, searcher: str, scheduler: str, engine: str) -> tuple[str, str] | None:
    parts = SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES[trainable]
    if ENGINES[engine].from_curves and TRAINABLES[trainable].curves is None:
        return (
            "incompatible",
            f"{trainable} has no learning curves for the {engine} engine; use engine live or tune",
        )
    try:
        reason = guarded(lambda: why_incompatible(*parts), f"space() of {trainable}")
    except PluginError as failure:
        refused = failure.__cause__  # a refusal says all by itself
        return "failed", str(refused if isinstance(refused, SpecError) else failure)
    if reason:
        return "incompatible", reason
    # A recorded table says all of its trainable's curves: nothing is trained, so nothing is needed to train.
    replayed = ENGINES[engine].from_curves and isinstance(TRAINABLES[trainable].curves, Recorded)
    if reason := why_unavailable(*(parts[:2] if replayed else parts)):
        return "unavailable", reason
    return None


def recorded_table(experiment: Experiment) -> Recorded | None:
    """Return the table that an experiment replays, if it does."""
    from_curves = ENGINES[experiment.engine].from_curves
    curves = TRAINABLES[experiment.trainable].curves if from_curves else None
    return curves if isinstance(curves, Recorded) else None
