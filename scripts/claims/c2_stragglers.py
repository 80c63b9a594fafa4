"""Claim 2: the cost of stragglers and lost jobs, of synchronous and asynchronous successive halving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import numpy as np
from matplotlib import pyplot as plt
from ray.tune.experiment import Trial

from benchmarks.curves.model import CurveModel
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.tune_job import TuneJob, quiet
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.figures.style import looks
from scripts.claims.finding import ClaimResult, Floats, interval, markdown
from scripts.claims.grids import spread
from scripts.claims.unit_time import NAME, UnitCurves

SYNCHRONOUS, ASYNCHRONOUS = "sha", ("asha-promote", "asha")
SCHEDULERS = (SYNCHRONOUS, *ASYNCHRONOUS)
STRAGGLERS = (0.0, 0.25, 0.5, 1.0, 2.0)
DROP_OUTS = (0.0, 1e-3, 3e-3, 1e-2)
SETTINGS = (*((sigma, 0.0) for sigma in STRAGGLERS), *((0.0, p) for p in DROP_OUTS[1:]))
EPOCHS, BRACKET, WORKERS, TIME = 81, 81, 25, 1000.0
ENDLESS = 20_000  # trials, more than there is time for


class Jobs(VirtualExecution):
    """Trials with checkpoints only where a scheduler pauses them: a lost trial repeats its job."""

    stragglers = 0.0

    def carry_out(self, job: TuneJob) -> list[Trial]:
        return super().carry_out(replace(job, checkpoint_every=0))

    def model(self) -> CurveModel:
        model = super().model()
        assert isinstance(model, UnitCurves)
        model.stragglers = self.stragglers
        return model


def run(scheduler: str, sigma: float, p: float, trials: int, repetition: int, seconds: float) -> Outcome:
    """Return the outcome of one experiment of at most this many units of time."""
    asked = Experiment(
        *(NAME, "random", scheduler),
        trials=trials,
        epochs=EPOCHS,
        workers=WORKERS,
        repetition=repetition,
        max_failures=-1,
        time_budget=seconds,
    )
    outcome = virtually(asked, type("Jobs", (Jobs,), {"stragglers": sigma}), drop_outs=p)
    assert outcome.status == "ok", outcome.row["reason"]
    return outcome


def trained(outcome: Outcome, seconds: float) -> int:
    """Return the number of configurations trained to the end in time."""
    return sum(row["epoch"] == EPOCHS and float(row["clock"]) <= seconds for row in outcome.results)


def completed(case: tuple[str, float, float, int]) -> int:
    """Return the number of configurations trained to the end in ``TIME``.

    Asynchronous: new ones enter as long as there is time.  Synchronous: one bracket after the other.
    """
    scheduler, sigma, p, repetition = case
    quiet()
    load_here(["random"], list(SCHEDULERS), [])
    if scheduler in ASYNCHRONOUS:
        return trained(run(scheduler, sigma, p, ENDLESS, repetition, TIME), TIME)
    done, left = 0, TIME
    for bracket in count():
        outcome = run(scheduler, sigma, p, BRACKET, 1000 * repetition + bracket, left)
        done += trained(outcome, left)
        left -= max(float(row["clock"]) for row in outcome.results)
        if left <= 1 or not trained(outcome, left + TIME):
            return done
    raise AssertionError("there is always another bracket")


def check(repetitions: int) -> ClaimResult:
    """Run the simulations and state what came of it."""
    cases = [(s, *at, r) for s in SCHEDULERS for at in SETTINGS for r in range(repetitions)]
    counts = np.reshape(spread(completed, cases), (len(SCHEDULERS), len(SETTINGS), repetitions)).astype(float)
    found = {(s, at): counts[i, j] for i, s in enumerate(SCHEDULERS) for j, at in enumerate(SETTINGS)}
    rows = []
    for at in SETTINGS:
        means = [interval(found[scheduler, at]) for scheduler in SCHEDULERS]
        rows.append(
            [f"{at[0]:g}", f"{at[1]:g}", *(f"{m:.1f} ({low:.1f} to {high:.1f})" for m, low, high in means)]
        )
    kept = {
        (s, at): found[s, at] / np.maximum(1, found[s, SETTINGS[0]])
        for s in SCHEDULERS
        for at in SETTINGS[1:]
    }
    promote = ASYNCHRONOUS[0]
    losses = {at: interval(kept[promote, at] - kept[SYNCHRONOUS, at]) for at in SETTINGS[1:]}
    held, broken = (
        sum(low > 0 for _, low, _ in losses.values()),
        sum(high < 0 for *_, high in losses.values()),
    )
    worst = max(STRAGGLERS), 0.0
    last = 0.0, max(DROP_OUTS)
    shares = [
        f"{100 * kept[scheduler, at].mean():.0f} %"
        for at in (worst, last)
        for scheduler in (promote, SYNCHRONOUS)
    ]
    return ClaimResult(
        "Stragglers and lost jobs cost synchronous halving more",
        "With stragglers and dropped jobs, asynchronous successive halving trains more configurations to the "
        "end than synchronous (Li et al., arXiv 1810.05934, Appendix A.1).",
        "confirmed" if held == len(losses) else "not confirmed" if broken else "undecided",
        f"Of its undisturbed count {promote} keeps a larger share than {SYNCHRONOUS} in {held} of "
        f"{len(losses)} settings and a smaller one in {broken} (n = {repetitions}): with stragglers of sigma "
        f"{worst[0]:g} {shares[0]} against {shares[1]}, with a drop-out rate of {last[1]:g} {shares[2]} "
        f"against {shares[3]}.",
        f"{WORKERS} workers; the count of configurations that are trained to {EPOCHS} epochs in {TIME:g} "
        "units of time. A job is the way from one rung to the next; one that is lost is begun again. "
        f"Synchronous brackets of {BRACKET} follow each other, and what a bracket leaves idle stays idle. "
        "Ray's asha neither pauses nor saves, so that its lost trials begin at 0.",
        markdown(["sigma of stragglers", "drop-outs a unit", *SCHEDULERS], rows),
        draw(found),
    )


def draw(found: Mapping[tuple[str, tuple[float, float]], Floats]) -> plt.Figure:
    """Draw the counts over sigma and over p."""
    figure, panels = plt.subplots(1, 2, figsize=(8, 3), sharey=True, layout="constrained")
    axes_of = (
        ("sigma of stragglers", [(s, 0.0) for s in STRAGGLERS]),
        ("drop-outs", [(0.0, p) for p in DROP_OUTS]),
    )
    for axes, (label, settings) in zip(panels, axes_of, strict=True):
        at = [max(setting) for setting in settings]
        for scheduler, look in looks(SCHEDULERS).items():
            mean, low, high = np.transpose([interval(found[scheduler, setting]) for setting in settings])
            axes.plot(at, mean, label=scheduler, color=look.colour, dashes=look.dashes, marker=look.marker)
            axes.fill_between(at, low, high, color=look.colour, alpha=0.2, linewidth=0)
        axes.set(xlabel=label, ylim=(0, None))
    panels[1].set(xlabel="chance, in each unit of time, that a job is lost")
    panels[0].set(ylabel=f"configurations trained to the end\nin {TIME:g} units of time")
    panels[1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure
