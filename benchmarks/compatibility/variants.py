"""Probe of options: each at its extremes, with a few partners, on the virtual engine.

All variants with all partners would be thousands of runs.  Each is run with the partners that ask most of the
other half: a searcher with the scheduler that lets everything pass and with the one that holds trials until
more come, a scheduler with a searcher that does not learn and with one that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.compatibility.checks import CheckFinding, PurposeRuns, ended, proposed_all, replayed, resumed
from benchmarks.compatibility.evidence import Evidence
from benchmarks.compatibility.plan import SLOW_S, TRAINABLE, ProbedCombination, Purpose
from benchmarks.compatibility.verdict import Kind, Verdict, unavailable
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS

#: Partners of a searcher's variants, and of a scheduler's; those that a rule refuses are left out.
SCHEDULER_PARTNERS = ("fifo", "hyperband")
SEARCHER_PARTNERS = ("random", "optuna-tpe")
#: Runs experiments that are not stored yet, and returns the evidence of all by their keys.
Gather = Callable[[Sequence[Experiment]], dict[str, Evidence]]


@dataclass(frozen=True)
class VariantCombination(ProbedCombination):
    """A combination of which one half has an option at an extreme."""

    def experiments(self) -> dict[Purpose, Experiment]:
        """Return one experiment with failures, and one that fills every bracket and rung."""
        trials = 12 if self.searcher.seconds_of_300 > SLOW_S else 27
        failing = Experiment(f"{TRAINABLE}-failing", *self._names, trials=12, epochs=4, engine="virtual")
        long = Experiment(TRAINABLE, *self._names, trials=trials, epochs=9, engine="virtual")
        return {Purpose.FAILING: failing, Purpose.LONG: long}

    def further(self) -> dict[Purpose, list[Experiment]]:
        """Return none: at an extreme, an effect need not show."""
        return {}

    @property
    def _names(self) -> tuple[str, str]:
        return self.searcher.name, self.scheduler.name


def variants(combinations: Sequence[ProbedCombination]) -> list[VariantCombination]:
    """Return the variants of all parts in these combinations, each with its partners."""
    searchers = {c.searcher.name: c.searcher for c in combinations if not c.searcher.set_options}
    schedulers = {c.scheduler.name: c.scheduler for c in combinations if not c.scheduler.set_options}

    def pairs() -> Iterator[tuple[str, str]]:
        for searcher in searchers.values():
            for variant in searcher.at_extremes():
                yield from ((variant, partner) for partner in SCHEDULER_PARTNERS)
        for scheduler in schedulers.values():
            for variant in scheduler.at_extremes():
                yield from ((partner, variant) for partner in SEARCHER_PARTNERS)

    variants_of_parts = [VariantCombination(SEARCHERS[one], SCHEDULERS[other]) for one, other in pairs()]
    return [combination for combination in variants_of_parts if not combination.rule]


def probe_variants(combinations: Sequence[VariantCombination], gather: Gather) -> list[Verdict]:
    """Run the experiments of all variants that are installed, and return a verdict on each."""
    missing = {combination.name: combination.missing for combination in combinations}
    present = [combination for combination in combinations if not missing[combination.name]]
    planned = {e.key: e for combination in present for e in combination.experiments().values()}
    evidence = gather(list(planned.values()))
    return [
        unavailable(combination, missing[combination.name])
        if missing[combination.name]
        else judge_variant(
            combination, {purpose: [evidence[e.key]] for purpose, e in combination.experiments().items()}
        )
        for combination in combinations
    ]


def judge_variant(combination: ProbedCombination, runs: PurposeRuns) -> Verdict:
    """Return whether the runs of a variant ended as those of its part must."""
    searcher, scheduler = combination.searcher, combination.scheduler
    broken = ended(runs)
    all_findings: list[CheckFinding | None] = [broken]
    if broken is None:
        all_findings = [proposed_all(searcher, scheduler, runs), resumed(scheduler, runs)]
        all_findings += [replayed(scheduler, runs)] if Purpose.CLEAN in runs else []
    declared = {**searcher.limits, **scheduler.limits}
    reported = [finding for finding in all_findings if finding is not None and finding.check not in declared]
    names = searcher.name, scheduler.name
    if not reported:
        return Verdict(*names, Kind.WORKS)
    texts = tuple(finding.text for finding in reported)
    return Verdict(*names, Kind.DIFFERENCE, f"at this option: {'; '.join(texts)}", texts)
