"""Claim 6: the cost of Ray's look-ahead, which asks a searcher for one trial in advance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from ray.tune.experiment import Trial
from ray.tune.search import ConcurrencyLimiter

from benchmarks.engines.common.tune_job import TuneJob, quiet
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.figures.style import looks
from scripts.claims.finding import LEAST, ClaimResult, Floats, interval, markdown
from scripts.claims.grids import score_of, spread
from scripts.claims.unit_time import NAME

TASK, TRIALS, EPOCHS = "mnist-convnet", 64, 27
SEARCHERS = ("optuna-tpe", "optuna-cmaes", "hyperopt", "nevergrad-cma")
WORKERS = (1, 2, 4, 8, 16, 32)
AS_IN_RAY, ASKED = "one trial ahead", "max_concurrent_trials"
PULL_REQUEST = Experiment(NAME, SEARCHERS[0], "fifo", trials=16, epochs=2, workers=4)

Case = tuple[Experiment, str]


class AsInRay(VirtualExecution):
    """Tune's defaults for a class trainable: an actor for each trial, and one trial ahead of the workers."""

    @property
    def max_concurrent(self) -> int:
        return min(self.experiment.workers + 1, self.num_trials)

    def carry_out(self, job: TuneJob) -> list[Trial]:
        return super().carry_out(replace(job, reuse_actors=False))


class LimitedConcurrency(VirtualExecution):
    """The same with ``max_concurrent_trials``: as many actors start at once, none in advance."""

    def carry_out(self, job: TuneJob) -> list[Trial]:
        limited = ConcurrencyLimiter(job.plan.algorithm, self.experiment.workers)
        return super().carry_out(replace(job, plan=replace(job.plan, algorithm=limited), reuse_actors=False))


def seconds_and_score(case: Case) -> tuple[float, float]:
    """Return the seconds of an experiment, and its final score."""
    experiment, way = case
    quiet()
    load_here(list(SEARCHERS), ["fifo"], [])
    outcome = virtually(experiment, AsInRay if way == AS_IN_RAY else LimitedConcurrency, latency="measured")
    assert outcome.status == "ok", outcome.row["reason"]
    known = outcome.row.get("baseline")
    return outcome.row["wall_s"], score_of(outcome.row, outcome.row["best"]) if known is not None else np.nan


def measure(
    repetitions: int,
) -> tuple[dict[tuple[str, str, int], Floats], dict[tuple[str, str, int], Floats]]:
    """Return seconds and scores, by way, searcher and workers, shape (repetitions,)."""
    keys = [(way, searcher, w) for way in (AS_IN_RAY, ASKED) for searcher in SEARCHERS for w in WORKERS]
    cases = [
        (Experiment(TASK, searcher, "fifo", trials=TRIALS, epochs=EPOCHS, workers=w, repetition=r), way)
        for way, searcher, w in keys
        for r in range(repetitions)
    ]
    measured = np.reshape(spread(seconds_and_score, cases), (len(keys), repetitions, 2))
    return dict(zip(keys, measured[..., 0], strict=True)), dict(zip(keys, measured[..., 1], strict=True))


def check(repetitions: int) -> ClaimResult:
    """Run the experiments and state what came of it."""
    seconds, scores = measure(repetitions)

    def over(worth: Callable[[str, int], Floats], of: Callable[..., Any] = np.mean) -> dict[int, Any]:
        """Return the interval of all searchers together for each number of workers."""
        return {w: interval(np.concatenate([worth(s, w) for s in SEARCHERS]), of=of) for w in WORKERS}

    slower = over(lambda s, w: np.log(seconds[AS_IN_RAY, s, w] / seconds[ASKED, s, w]))
    lost = over(lambda s, w: scores[ASKED, s, w] - scores[ASKED, s, 1], np.median)
    ahead = over(lambda s, w: scores[AS_IN_RAY, s, w] - scores[ASKED, s, w], np.median)
    rows = [
        [
            str(w),
            *(f"{np.median([seconds[way, s, w] for s in SEARCHERS]):,.0f} s" for way in (AS_IN_RAY, ASKED)),
            "{:.2f} ({:.2f} to {:.2f})".format(*np.exp(slower[w])),
            *("{:+.1f} ({:+.1f} to {:+.1f})".format(*points[w]) for points in (ahead, lost)),
        ]
        for w in WORKERS
    ]
    example = [seconds_and_score((PULL_REQUEST, way))[0] for way in (AS_IN_RAY, ASKED)]
    many = WORKERS[-1]
    return ClaimResult(
        "One trial ahead starves the workers of a model-based search",
        "Ray asks a searcher for one trial ahead of those that have an actor: 16 trials of 2 s on 4 workers "
        "took 60.4 s, and 12.0 s with max_concurrent_trials (ray-project/ray, pull request 63770).",
        "confirmed" if slower[4][1] > 0 else "not confirmed" if slower[4][2] < 0.1 else "undecided",
        f"With {many} workers the search takes {np.exp(slower[many][0]):.1f} times as long as with "
        f"max_concurrent_trials (interval {np.exp(slower[many][1]):.1f} to {np.exp(slower[many][2]):.1f}), "
        f"with 4 {np.exp(slower[4][0]):.2f} times (n = {repetitions} for each of {len(SEARCHERS)} "
        f"searchers), while what a searcher does not know yet when it is asked costs {-lost[many][0]:.1f} "
        f"score points with {many} workers in place of one ({-lost[many][2]:.1f} to {-lost[many][1]:.1f}), "
        f"and the one trial ahead {-ahead[many][0]:.1f} ({-ahead[many][2]:.1f} to {-ahead[many][1]:.1f}).",
        f"{TRIALS} trials of {TASK}, {EPOCHS} epochs each, an actor for each trial, which takes the seconds "
        "measured on one machine to start; without max_concurrent_trials one starts after the other. "
        "Differences of score points are paired, and their medians are given. The pull request's example "
        f"takes {example[0]:.1f} s here, and {example[1]:.1f} s.",
        markdown(
            [
                *("workers", AS_IN_RAY, ASKED, "times as long", "score points of one trial ahead"),
                "score points of so many workers in place of one",
            ],
            rows,
        ),
        draw(seconds, scores),
    )


def draw(
    seconds: dict[tuple[str, str, int], Floats], scores: dict[tuple[str, str, int], Floats]
) -> plt.Figure:
    """Draw the slow-down and the score against the workers."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3), layout="constrained")
    for searcher, look in looks(SEARCHERS).items():
        style: dict[str, Any] = {"color": look.colour, "dashes": look.dashes, "marker": look.marker}
        ratios = [np.median(seconds[AS_IN_RAY, searcher, w] / seconds[ASKED, searcher, w]) for w in WORKERS]
        left.plot(WORKERS, ratios, **style)
        mean, low, high = np.transpose([interval(scores[ASKED, searcher, w], of=np.median) for w in WORKERS])
        beyond = f" (below {LEAST:g})" if mean.max() < LEAST else ""
        right.plot(WORKERS, mean, label=searcher + beyond, **style)
        right.fill_between(WORKERS, low, high, color=look.colour, alpha=0.12, linewidth=0)
    left.set(ylabel="one trial ahead: times as long", ylim=(0, None))
    right.set(ylabel=f"median score after {TRIALS} trials,\nwith max_concurrent_trials")
    medians = np.array([[np.median(scores[ASKED, s, w]) for w in WORKERS] for s in SEARCHERS])
    fine = medians[(medians >= LEAST).all(axis=1)]  # a searcher that fails would flatten the others
    right.set_ylim(fine.min() - 5, fine.max() + 5)
    for axes in (left, right):
        axes.set(xscale="log", xlabel="workers")
        axes.set_xticks(WORKERS, WORKERS)
        axes.minorticks_off()
    right.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure
