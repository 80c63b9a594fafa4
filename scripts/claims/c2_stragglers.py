"""Claim 2: the cost of stragglers and lost jobs, of synchronous and asynchronous successive halving."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from ray.tune.experiment import Trial

from benchmarks.curves.model import CurveModel
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.tune_job import TuneJob, quiet
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.figures.style import looks
from results.types import Floats
from scripts.claims.cells import Cells, Key, Sample, simultaneous
from scripts.claims.claim import Claim, ClaimEvidence, Conclusion
from scripts.claims.experiments import measure as measured
from scripts.claims.page import markdown, shown, table
from scripts.claims.unit_time import NAME, UnitCurves

SYNCHRONOUS, ASYNCHRONOUS = "sha", ("asha-promote", "asha")
SCHEDULERS = (SYNCHRONOUS, *ASYNCHRONOUS)
STRAGGLERS = (0.0, 0.25, 0.5, 1.0, 2.0)
DROP_OUTS = (0.0, 1e-3, 3e-3, 1e-2)
SETTINGS = (*((sigma, 0.0) for sigma in STRAGGLERS), *((0.0, p) for p in DROP_OUTS[1:]))
EPOCHS, BRACKET, WORKERS, TIME = 81, 81, 25, 1000.0
ENDLESS = 20_000  # trials, more than there is time for
MARGIN = 1.0  # configurations
SHARE_MARGIN = 0.05  # of the count without stragglers and losses


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
    experiment = Experiment(
        *(NAME, "random", scheduler),
        trials=trials,
        epochs=EPOCHS,
        workers=WORKERS,
        repetition=repetition,
        max_failures=-1,
        time_budget=seconds,
    )
    outcome = virtually(experiment, type("Jobs", (Jobs,), {"stragglers": sigma}), drop_outs=p)
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


def label(setting: tuple[float, float]) -> str:
    """Return a setting for people."""
    return f"sigma {setting[0]:g}, drop-outs {setting[1]:g}"


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict; a cell is the asynchronous count minus the synchronous one in a setting."""
    published = [cell for (line, column), cell in cells.items() if column == ASYNCHRONOUS[0]]
    if any(cell.no_gain for cell in published):
        return "not confirmed"
    return "confirmed" if all(cell.better for cell in published) else "undecided"


def measure(repetitions: range) -> ClaimEvidence:
    """Run the simulations."""
    cases = [(s, *at, r) for s in SCHEDULERS for at in SETTINGS for r in repetitions]
    counts = np.reshape(measured("c2", completed, cases), (len(SCHEDULERS), len(SETTINGS), len(repetitions)))
    trained = {
        (s, at): counts[i, j].astype(float) for i, s in enumerate(SCHEDULERS) for j, at in enumerate(SETTINGS)
    }
    more: dict[Key, Sample] = {
        (label(at), s): Sample(trained[s, at] - trained[SYNCHRONOUS, at], MARGIN)
        for at in SETTINGS
        for s in ASYNCHRONOUS
    }
    kept = {
        (s, at): trained[s, at] / np.maximum(1, trained[s, SETTINGS[0]])
        for s in SCHEDULERS
        for at in SETTINGS
    }
    shares: dict[Key, Sample] = {
        (label(at), s): Sample(kept[s, at] - kept[SYNCHRONOUS, at], SHARE_MARGIN)
        for at in SETTINGS[1:]
        for s in ASYNCHRONOUS
    }
    cells, of_shares = simultaneous(more, shares)
    promote = ASYNCHRONOUS[0]
    surely = sum(cells[label(at), promote].better for at in SETTINGS)
    keeps, loses = (
        sum(getattr(of_shares[label(at), promote], what) for at in SETTINGS[1:])
        for what in ("better", "worse")
    )
    worst = max(STRAGGLERS), 0.0
    means = [f"{trained[s, worst].mean():.1f}" for s in (promote, SYNCHRONOUS)]
    rows = [
        [
            label(at),
            *(f"{trained[s, at].mean():.1f}" for s in SCHEDULERS),
            *(shown(cells[label(at), s], 1) for s in ASYNCHRONOUS),
        ]
        for at in SETTINGS
    ]
    return ClaimEvidence(
        cells,
        {},
        f"In {surely} of {len(SETTINGS)} settings {promote} surely trains more configurations to the end "
        f"than {SYNCHRONOUS}: with stragglers of sigma {worst[0]:g} {means[0]} against {means[1]}. In "
        f"addition: of its count without stragglers and losses {promote} keeps a larger share than "
        f"{SYNCHRONOUS} in {keeps} of {len(SETTINGS) - 1} settings and a smaller one in {loses}.",
        {
            f"Configurations trained to {EPOCHS} epochs in {TIME:g} units of time (means), and differences "
            "from "
            f"{SYNCHRONOUS}": markdown(
                ["setting", *SCHEDULERS, *(f"{s} - {SYNCHRONOUS}" for s in ASYNCHRONOUS)], rows
            ),
            f"In addition: share of the undisturbed count that is kept, minus that of {SYNCHRONOUS}": table(
                of_shares, "setting", dict.fromkeys(ASYNCHRONOUS, 2)
            ),
        },
        draw(trained, cells),
        others=len(of_shares),
    )


def draw(trained: dict[tuple[str, tuple[float, float]], Floats], cells: Cells) -> Figure:
    """Draw the synchronous mean, and above it the differences with the intervals of the table."""
    figure, panels = plt.subplots(1, 2, figsize=(8, 3), sharey=True, layout="constrained")
    axes_of = (
        ("sigma of stragglers", [(s, 0.0) for s in STRAGGLERS]),
        ("chance, in each unit of time, that a job is lost", [(0.0, p) for p in DROP_OUTS]),
    )
    for axes, (text, settings) in zip(panels, axes_of, strict=True):
        at = np.arange(len(settings))
        for place, (scheduler, look) in enumerate(looks(ASYNCHRONOUS).items()):
            of_scheduler = [cells[label(setting), scheduler] for setting in settings]
            y, low, high = (
                np.array([getattr(cell, what) for cell in of_scheduler])
                for what in ("estimate", "low", "high")
            )
            shifted = at + 0.12 * (place - 0.5)
            axes.errorbar(
                shifted,
                y,
                [y - low, high - y],
                fmt=look.marker,
                color=look.colour,
                label=scheduler,
                capsize=2,
            )
        axes.axhline(0, color="grey", linewidth=0.8)
        axes.set_xticks(at, [f"{max(setting):g}" for setting in settings])
        axes.set(xlabel=text)
    panels[0].set(ylabel=f"configurations trained to the end\nmore than by {SYNCHRONOUS}")
    panels[1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


CLAIM = Claim(
    title="With stragglers and lost jobs asynchronous halving trains more configurations to the end",
    said="With stragglers and with dropped jobs, asynchronous successive halving trains more "
    "configurations to the end than synchronous (in our words).",
    place="Li et al., arXiv 1810.05934, Appendix A.1",
    setting=f"{WORKERS} workers. A job is the way from one rung to the next; one that is lost is begun "
    f"again. Synchronous brackets of {BRACKET} follow each other, and what a bracket leaves idle stays "
    "idle. Ray's asha neither pauses nor saves, so that its lost trials begin at 0; the verdict is that "
    "of asha-promote, the published algorithm.",
    confirmed=f"in each of {len(SETTINGS)} settings asha-promote surely trains more (lower limit above 0), "
    f"by more than {MARGIN:g} configuration",
    refuted=f"in some setting it surely trains no more than {MARGIN:g} configuration more (upper limit "
    f"below {MARGIN:g})",
    rule=rule,
    unit=f"configurations trained to {EPOCHS} epochs in {TIME:g} units of time",
    tested="none: what is counted is trainings, not their quality",
    control="the setting without stragglers and losses, in which only idle workers differ",
    measure=measure,
)
