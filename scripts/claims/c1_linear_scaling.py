"""Claim 1: linear scaling of ASHA with the number of workers."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from results.figures.style import looks
from scripts.claims.cells import Cells, ClaimCell, Key, Sample, simultaneous
from scripts.claims.claim import Claim, ClaimEvidence, Conclusion
from scripts.claims.experiments import measure as measured
from scripts.claims.incumbents import Search, search
from scripts.claims.page import markdown
from scripts.claims.tasks import CONVNET

#: An accuracy that about one random configuration in 4,000 reaches within ``EPOCHS``: ASHA with one worker
#: then trains for some 8,000 epochs, and what no number of workers makes shorter, one configuration's
#: epochs, is 9.
TARGET, TASK = 0.9585, CONVNET
EPOCHS, ENDLESS = 9, 60_000  # trials, more than anyone will need
SCHEDULERS, CONTROL = ("asha", "asha-promote"), "fifo"
WORKERS = (1, 25, 100)
CLAIMED = 25  # workers
TOLERANCE = 0.2  # of the speed-up; also how far the control may be from linear
FIRST = 1500.0  # seconds of all workers together, then doubled until the target is reached
LEAST = 3.0  # seconds, twice what one configuration takes


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict; a cell is the log of (speed-up / workers), 0 if linear."""
    asha, control = (cells[name, str(CLAIMED)] for name in ("asha", CONTROL))
    if not control.equivalent:
        return "undecided"  # the target limits the speed-up, not the scheduler
    if asha.equivalent:
        return "confirmed"
    return "not confirmed" if asha.worse else "undecided"


def reach(case: dict[str, Any]) -> list[float]:
    """Return the seconds to the target, and the test accuracy there, with as much time as it takes."""
    seconds = FIRST / case["workers"] + LEAST
    while True:
        result = Search(**search(case | {"time_budget": seconds}))
        reached = result.time_to(TARGET, TASK.sign)
        if math.isfinite(reached):
            return [reached, result.at(reached, "clock")[1]]
        if result.seconds < seconds * 0.9:
            raise RuntimeError(f"{case['scheduler']} had no configuration left that reaches {TARGET}")
        seconds *= 2


def measure(repetitions: range) -> ClaimEvidence:
    """Measure the time to the target, and compare it with a linear one."""
    cells_of = list(product((*SCHEDULERS, CONTROL), WORKERS))
    setting = {"trainable": TASK.name, "searcher": "random", "trials": ENDLESS, "epochs": EPOCHS}
    cases = [
        setting | {"scheduler": scheduler, "workers": workers, "repetition": repetition}
        for scheduler, workers in cells_of
        for repetition in repetitions
    ]
    reached = np.reshape(measured("c1", reach, cases), (len(cells_of), len(repetitions), 2))
    seconds = {cell: reached[place, :, 0] for place, cell in enumerate(cells_of)}
    samples: dict[Key, Sample] = {
        (scheduler, str(workers)): Sample(
            np.log(seconds[scheduler, 1] / seconds[scheduler, workers] / workers), -math.log(1 - TOLERANCE)
        )
        for scheduler, workers in cells_of
        if workers > 1
    }
    [cells] = simultaneous(samples)
    rows = []
    for scheduler in (*SCHEDULERS, CONTROL):
        times = [f"{np.median(seconds[scheduler, workers]):,.1f} s" for workers in WORKERS]
        ups = ["", *(speed_up(cells[scheduler, str(w)], w) for w in WORKERS[1:])]
        rows.append([scheduler, *(f"{t}{', ' if up else ''}{up}" for t, up in zip(times, ups, strict=True))])
    by_scheduler = np.reshape(reached[..., 1], (len(SCHEDULERS) + 1, -1)).mean(axis=1)
    tests = [f"{s} {v:.4f}" for s, v in zip((*SCHEDULERS, CONTROL), by_scheduler, strict=True)]
    asha, control = (speed_up(cells[name, str(CLAIMED)], CLAIMED) for name in ("asha", CONTROL))
    return ClaimEvidence(
        cells,
        {},
        f"With {CLAIMED} workers Ray's ASHA reaches the target {asha} times as fast as with one, the "
        f"control {control}. Mean test accuracy of what reached the target: {', '.join(tests)}.",
        {
            "Median time to the target, and the speed-up with its interval": markdown(
                ["scheduler", *(f"{workers} workers" if workers > 1 else "1 worker" for workers in WORKERS)],
                rows,
            )
        },
        draw(cells),
    )


def speed_up(cell: ClaimCell, workers: int) -> str:
    """Return a speed-up with its interval."""
    estimate, low, high = (
        workers * math.exp(min(value, 50.0)) for value in (cell.estimate, cell.low, cell.high)
    )
    return f"{estimate:.1f}x ({low:.1f} to {high:.1f})"


def draw(cells: Cells) -> Figure:
    """Draw the speed-ups by the number of workers, with their intervals and what is linear."""
    figure, axes = plt.subplots(figsize=(5.6, 3.4), layout="constrained")
    names = (*SCHEDULERS, CONTROL)
    for place, (scheduler, look) in enumerate(looks(names).items()):
        of_scheduler = [cells[scheduler, str(workers)] for workers in WORKERS[1:]]
        x = [workers * 1.06 ** (place - 1) for workers in WORKERS[1:]]
        y, low, high = (
            np.array([w * math.exp(getattr(c, what)) for c, w in zip(of_scheduler, WORKERS[1:], strict=True)])
            for what in ("estimate", "low", "high")
        )
        label = "fifo (control)" if scheduler == CONTROL else scheduler
        axes.errorbar(x, y, [y - low, high - y], fmt=look.marker, color=look.colour, label=label, capsize=2)
    line = np.array(WORKERS[1:], dtype=float)
    axes.plot(line, line, ":", color="grey", label="linear")
    axes.fill_between(
        line,
        line * (1 - TOLERANCE),
        line / (1 - TOLERANCE),
        color="#D9D9D9",
        alpha=0.6,
        linewidth=0,
        label="margin",
    )
    axes.set(xscale="log", yscale="log", xlabel="workers", ylabel="times as fast as one worker")
    axes.set_xticks(WORKERS[1:], WORKERS[1:])
    axes.set_yticks((20, 30, 50, 100), (20, 30, 50, 100))
    axes.minorticks_off()
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


CLAIM = Claim(
    title="ASHA scales linearly with the number of workers",
    said='ASHA "scales linearly with the number of workers in distributed settings".',
    place="Li et al., arXiv 1810.05934, abstract",
    setting=f"{TASK.name}, random search, trials of at most {EPOCHS} epochs without end, until a "
    f"validation accuracy of {TARGET} is reached, as about one configuration in 4,000 does: hard enough "
    f"that one configuration's own epochs are a small part of the time with {CLAIMED} workers. Ray's asha "
    "stops and never promotes; asha-promote is the published algorithm.",
    confirmed=f"with {CLAIMED} workers the speed-up of asha is surely within {TOLERANCE:.0%} of linear "
    f"({CLAIMED * (1 - TOLERANCE):g} to {CLAIMED / (1 - TOLERANCE):.1f}), and so is that of the control",
    refuted=f"the control is within {TOLERANCE:.0%} of linear, and asha surely below linear with an "
    f"estimate below {CLAIMED * (1 - TOLERANCE):g}; where the control itself is not linear, the target "
    "limits it: undecided",
    rule=rule,
    unit="virtual seconds to the target, as ratios; their logarithms are compared",
    tested="accuracy on the test images of what reached the target; the target is one of the validation "
    "metric",
    control="fifo, whose trials do not depend on each other",
    measure=measure,
)
