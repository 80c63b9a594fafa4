"""Measurement of the gate's false alarms and power; writes ``docs/gate.md``.

``python -m scripts.measure_gate [--quick] [--folder runs/gate] [--out docs/gate.md]``

Pools of experiments are kept in the folder: a measurement that was cut off goes on.  --quick is a small trial
of it, whose numbers say nothing, and is printed only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.gate.settings import Settings
from scripts.gate_proof.gates import GateSummary, loss, simulate, summary
from scripts.gate_proof.page import page
from scripts.gate_proof.pools import fill, pool
from scripts.gate_proof.shapes import SHAPES, rates
from scripts.planted.plans import COLLAPSES, IMPROVEMENTS, REGRESSIONS, SAME, PlantedPlan

#: Looks of a gate that is to find what happens in few repetitions.
LATE = (20, 40)


def measure(plan: PlantedPlan, options: argparse.Namespace, settings: Settings) -> GateSummary:
    """Return the summary of simulated gates on a plan."""
    changed = plan is not SAME
    count = options.repetitions if changed else 2 * options.repetitions
    as_is = pool(options.folder, plan, False, count, options.jobs)
    planted = pool(options.folder, plan, True, count, options.jobs) if changed else as_is
    sides = (planted, as_is) if plan.turned else (as_is, planted)
    gates = options.gates if changed else options.same
    chance = np.random.default_rng(0)
    summarised = summary(
        list(simulate(*sides, plan.quantities, gates, paired=changed, chance=chance, settings=settings)),
        loss(*sides),
    )
    print(f"{plan.title}: {dict(summarised.counts)}, by {dict(summarised.by)}", file=sys.stderr, flush=True)
    return summarised


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all, or run what one pool lacks."""
    options = _parser().parse_args(arguments)
    plans = {plan.title: plan for plan in (SAME, *REGRESSIONS, *COLLAPSES, *IMPROVEMENTS)}
    if options.fill:
        fill(options.folder, plans[options.fill], options.repetitions, options.jobs)
        return
    settings = Settings(stages=(3, 6) if options.quick else Settings().stages)
    if options.quick:
        options.repetitions, options.gates, options.same, options.shapes = 8, 5, 10, 50
    only = set(options.only or plans)
    same = measure(SAME, options, settings) if SAME.title in only or not options.only else None
    worse, better = (
        [(plan, measure(plan, options, settings)) for plan in group if plan.title in only]
        for group in (REGRESSIONS, IMPROVEMENTS)
    )
    rare = {
        tuple(one.stages): [(plan, measure(plan, options, one)) for plan in COLLAPSES if plan.title in only]
        for one in (settings, settings if options.quick else replace(settings, stages=LATE))
    }
    if same is None:
        return
    chance = np.random.default_rng(0)
    shapes = {
        name: rates(draw, settings.stages, settings.alpha, options.shapes, chance)
        for name, draw in SHAPES.items()
    }
    how = "python -m scripts.measure_gate"
    text = page(same, SAME, worse, better, settings, how, rare=rare, shapes=shapes)
    print(text)
    if not (options.quick or options.only):
        options.out.write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    p.add_argument("--folder", type=Path, default=Path("runs/gate"), help="of the pools")
    p.add_argument("--out", type=Path, default=Path("docs/gate.md"))
    p.add_argument("--quick", action="store_true", help="a small trial; writes nothing")
    p.add_argument("--only", nargs="+", metavar="TITLE", help="measure these alone; writes nothing")
    p.add_argument("--same", type=int, default=1000, metavar="N", help="gates of the same code (1000)")
    p.add_argument("--gates", type=int, default=200, metavar="N", help="gates of each planted change (200)")
    p.add_argument(
        "--repetitions",
        type=int,
        default=60,
        metavar="N",
        help="in a pool (60; of the same code twice as many)",
    )
    p.add_argument("--shapes", type=int, default=2000, metavar="N", help="gates of each shape (2000)")
    p.add_argument("--jobs", type=int, default=0, help="experiments at the same time (CPUs)")
    p.add_argument("--fill", metavar="TITLE", help=argparse.SUPPRESS)
    return p


if __name__ == "__main__":
    main()
