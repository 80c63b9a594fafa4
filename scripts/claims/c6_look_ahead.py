"""Claim 6: the cost of Ray's look-ahead, which asks a searcher for one trial in advance."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import product
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from ray.tune.experiment import Trial
from ray.tune.search import ConcurrencyLimiter

from benchmarks.engines.common.tune_job import TuneJob, quiet
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.figures.style import looks
from results.types import Floats
from scripts.claims.cells import Cells, Key, simultaneous
from scripts.claims.claim import PAIRED, Claim, ClaimEvidence, Conclusion
from scripts.claims.differences import both, collect
from scripts.claims.experiments import measure as measured
from scripts.claims.incumbents import summary
from scripts.claims.page import markdown, table
from scripts.claims.tasks import CONVNET, margins
from scripts.claims.unit_time import NAME

TASK, TRIALS, EPOCHS = CONVNET, 64, 27
SEARCHERS = ("optuna-tpe", "optuna-cmaes", "hyperopt", "nevergrad-cma")
WORKERS = (1, 2, 4, 8, 16, 32)
CLAIMED = 4  # workers, in the claim
AS_IN_RAY, ASKED = "one trial ahead", "max_concurrent_trials"
PULL_REQUEST = asdict(Experiment(NAME, SEARCHERS[0], "fifo", trials=16, epochs=2, workers=CLAIMED))

SLOWER = 1.1  # times as long, that a user would notice
TIMED = 3  # repetitions of one trial ahead: times are deterministic, and quality is not compared


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


def outcome_of(case: tuple[dict[str, Any], str]) -> list[float]:
    """Return the seconds of an experiment, and its final value and test metric (NaN if there is none)."""
    fields, way = case
    experiment = Experiment(**fields)
    quiet()
    load_here([experiment.searcher], ["fifo"], [])
    outcome = virtually(experiment, AsInRay if way == AS_IN_RAY else LimitedConcurrency, latency="measured")
    assert outcome.status == "ok", outcome.row["reason"]
    found = summary(experiment.trainable, outcome.row, outcome.results)
    return [float(outcome.row["wall_s"]), found.value[-1], found.beside[-1]]


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict from the ratios of the deterministic times, with 4 workers as in the claim."""
    if facts["least"] >= SLOWER:
        return "confirmed"
    return "not confirmed" if facts["most"] < SLOWER else "undecided"


def measure(repetitions: range) -> ClaimEvidence:
    """Run the experiments both ways, with each number of workers."""
    setting = {"trainable": TASK.name, "scheduler": "fifo", "trials": TRIALS, "epochs": EPOCHS}
    times: dict[tuple[str, str, int], Floats] = {}
    for way, some in ((ASKED, repetitions), (AS_IN_RAY, repetitions[:TIMED])):
        keys = list(product(SEARCHERS, WORKERS))
        cases = [
            (setting | {"searcher": s, "workers": w, "repetition": r}, way) for s, w in keys for r in some
        ]
        results = np.reshape(measured("c6", outcome_of, cases), (len(keys), len(some), 3))
        times |= {(way, *key): result for key, result in zip(keys, results, strict=True)}
    ratios = {
        (s, w): times[AS_IN_RAY, s, w][:, 0] / times[ASKED, s, w][:TIMED, 0]
        for s, w in product(SEARCHERS, WORKERS)
    }
    parts = []
    for s, w in product(SEARCHERS, WORKERS[1:]):
        key: Key = (s, f"{w} workers")
        parts.append(both(TASK, key, times[ASKED, s, w][:, 1:] - times[ASKED, s, 1][:, 1:]))
    cells, beside = simultaneous(*collect(parts))
    four = np.concatenate([ratios[s, CLAIMED] for s in SEARCHERS])
    example = [outcome_of((PULL_REQUEST, way))[0] for way in (AS_IN_RAY, ASKED)]
    spread = max(float(np.ptp(of[:, 0])) for of in times.values())
    rows = [
        [
            str(w),
            *(
                f"{np.median([times[way, s, w][:, 0] for s in SEARCHERS]):,.0f} s"
                for way in (AS_IN_RAY, ASKED)
            ),
            f"{np.median([ratios[s, w] for s in SEARCHERS]):.2f}",
        ]
        for w in WORKERS
    ]
    many = WORKERS[-1]
    lost = [f"{s} {cells[s, f'{many} workers'].estimate:+.4f}" for s in SEARCHERS]
    return ClaimEvidence(
        cells,
        {},
        f"With {CLAIMED} workers the search takes {four.min():.2f} to {four.max():.2f} times as long as "
        f"with max_concurrent_trials, with {many} {np.median([ratios[s, many] for s in SEARCHERS]):.1f} "
        f"times; the times are deterministic (they differ by {spread:.2g} between repetitions), so that "
        f"they have no interval. The pull request's example takes {example[0]:.1f} s here, and "
        f"{example[1]:.1f} s. In addition, what {many} workers in place of one change in the validation "
        f"accuracy that is found: {', '.join(lost)}.",
        {
            "Time of the search (deterministic)": markdown(
                ["workers", AS_IN_RAY, ASKED, "times as long"], rows
            ),
            "In addition: validation accuracy with so many workers minus that with one "
            "(max_concurrent_trials), of "
            "each searcher by itself": table(cells, "searcher"),
            "The same by the test metric": table(beside, "searcher"),
        },
        draw(ratios, cells),
        others=len(beside),
        facts={"least": float(four.min()), "most": float(four.max())},
    )


def draw(ratios: dict[tuple[str, int], Any], cells: Cells) -> Figure:
    """Draw the slow-down, and what more workers change in accuracy, against the workers."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3), layout="constrained")
    left.plot(WORKERS, [np.median([ratios[s, w] for s in SEARCHERS]) for w in WORKERS], "o-", color="black")
    places = np.arange(1, len(WORKERS))
    for shift, (searcher, look) in enumerate(looks(SEARCHERS).items()):
        of_searcher = [cells[searcher, f"{w} workers"] for w in WORKERS[1:]]
        y, low, high = (
            np.array([getattr(cell, what) for cell in of_searcher]) for what in ("estimate", "low", "high")
        )
        x = places + 0.15 * (shift - 1.5)
        right.errorbar(
            x, y, [y - low, high - y], fmt=look.marker, color=look.colour, label=searcher, capsize=2
        )
    right.axhspan(-TASK.margin, TASK.margin, color="#D9D9D9", alpha=0.6, linewidth=0)
    right.axhline(0, color="grey", linewidth=0.8)
    left.set(ylabel="one trial ahead: times as long", ylim=(0, None), xscale="log", xlabel="workers")
    left.set_xticks(WORKERS, WORKERS)
    left.minorticks_off()
    right.set(ylabel="validation accuracy\nminus that with one worker", xlabel="workers")
    right.set_xticks(places, WORKERS[1:])
    right.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


CLAIM = Claim(
    title="One trial ahead starves the workers of a model-based search",
    said="Ray asks a searcher for one trial ahead of those that have an actor, so that workers wait: 16 "
    "trials of 2 s on 4 workers took 60.4 s, and 12.0 s with max_concurrent_trials (in our words).",
    place="ray-project/ray, pull request 63770",
    setting=f"{TRIALS} trials of {TASK.name}, {EPOCHS} epochs each, an actor for each trial, which takes "
    "the seconds measured on one machine to start; without max_concurrent_trials one starts after the "
    "other.",
    confirmed=f"with {CLAIMED} workers every searcher takes at least {SLOWER:g} times as long as with "
    "max_concurrent_trials",
    refuted=f"with {CLAIMED} workers none takes {SLOWER:g} times as long",
    rule=rule,
    unit=f"virtual seconds, as ratios; in addition validation accuracy, margin {margins((TASK,))}",
    tested="accuracy on the test images, in addition; the verdict is one of time",
    control="one worker, for which one trial ahead changes nothing",
    measure=measure,
    interval=f"none for times, which are deterministic. Accuracy: {PAIRED}, over the repetitions of one "
    "searcher, the independent unit",
)
