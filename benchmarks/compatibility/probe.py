"""The compatibility probe: runs the planned experiments and judges their results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import results
from benchmarks.compatibility.checks import findings, lacking, spared
from benchmarks.compatibility.evidence import Evidence, gather
from benchmarks.compatibility.plan import ProbedCombination, Purpose
from benchmarks.compatibility.verdict import Verdict, judge, unavailable
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import Limits
from benchmarks.execution.driver import Conditions, Driver
from benchmarks.execution.loading import load_data
from benchmarks.execution.ticker import Ticker
from benchmarks.suite.experiment import Experiment
from results.store.store import Store


@dataclass(frozen=True)
class ProbeOptions:
    """Limits of a probe.

    Attributes:
        jobs: experiments at a time.
        stall: seconds without a result after which one ends.
        address: of a Ray cluster on which they run; "" = this machine.
    """

    jobs: int
    stall: float
    address: str = ""


def probe(
    combinations: Sequence[ProbedCombination], options: ProbeOptions, ticker: Ticker, folder: Path
) -> list[Verdict]:
    """Run all experiments of these combinations and return the verdict on each.

    Refused combinations run too; those whose libraries are not installed cannot.

    Args:
        combinations: to be probed.
        options: limits of the probe.
        ticker: notified of each experiment.
        folder: a run folder; its experiments are not run again.
    """
    missing = {combination.name: combination.missing for combination in combinations}
    present = [combination for combination in combinations if not missing[combination.name]]
    planned = {e.key: e for combination in present for e in combination.experiments().values()}
    evidence = run_planned(planned.values(), options, ticker, folder)
    further = [experiment for combination in present for experiment in _further(combination, evidence)]
    evidence |= run_planned(further, options, ticker, folder)
    return [
        unavailable(combination, missing[combination.name])
        if missing[combination.name]
        else judge(combination, combination.rule, _runs(combination, evidence))
        for combination in combinations
    ]


def _runs(combination: ProbedCombination, evidence: dict[str, Evidence]) -> dict[Purpose, list[Evidence]]:
    runs = {purpose: [evidence[e.key]] for purpose, e in combination.experiments().items()}
    for purpose, experiments in combination.further().items():
        runs[purpose] += [evidence[e.key] for e in experiments if e.key in evidence]
    return runs


def _further(combination: ProbedCombination, evidence: dict[str, Evidence]) -> list[Experiment]:
    """Return further runs, which may show effects that the first did not show by chance.

    Those are effects, failures, and, where a rule refuses the combination, a run without meaning.
    """
    runs = _runs(combination, evidence)
    if any(run.status != "ok" for several in runs.values() for run in several):
        return []
    scheduler, more = combination.scheduler, combination.further()
    harmless = combination.rule and not findings(combination.searcher, scheduler, runs)
    wanted: list[Experiment] = []
    if harmless or lacking(scheduler, runs[Purpose.LONG]):
        wanted += more[Purpose.LONG]
    if spared(scheduler, runs[Purpose.FAILING]):
        wanted += more[Purpose.FAILING]
    return wanted


def run_planned(
    experiments: Iterable[Experiment], options: ProbeOptions, ticker: Ticker, folder: Path
) -> dict[str, Evidence]:
    """Run those experiments that are not in the folder, whatever the rules say; return all evidence."""
    store = Store(folder)
    stored = store.keys()
    listed = [experiment for experiment in experiments if experiment.key not in stored]
    if listed:
        ticker.expect(len(listed))
        conditions = Conditions(
            Limits(timeout=10 * options.stall, stall=options.stall),
            num_cpus=options.jobs,
            num_gpus=0,
            jobs=options.jobs,
            address=options.address,
        )
        driver = Driver(folder, store, conditions, ticker, rule=_let_run)
        driver.run(listed, load_data(listed, None, rule=_let_run))
    return gather(results.load(folder))


def _let_run(experiment: Experiment) -> Outcome | None:
    """Allow everything, in place of the driver's rules."""
    return None
