"""The contract of a trial scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Capability, Effect, SchedulerSpec
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.testing import behaviour
from benchmarks.testing.base import Contract
from benchmarks.testing.cluster import Lab, open_lab

PROBE, MIRRORED, FAILING = "probe", "probe-min", "probe-failing"
LONG: dict[str, Any] = {"trials": 18, "epochs": 9}  # more than fill HyperBand's largest bracket
PATIENCE = 5  # long experiments, one of which must show each effect of a scheduler
SMALL: dict[str, Any] = {"trials": 6, "epochs": 3, "workers": 2}


def partners(spec: SchedulerSpec) -> list[str]:
    """Return the searchers that go with a scheduler and are installed; random search first."""
    fitting = [
        name
        for name in SEARCHERS.select(["*"])
        if why_incompatible(SEARCHERS[name], spec, TRAINABLES[PROBE]) is None
        and why_unavailable(SEARCHERS[name]) is None
    ]
    return sorted(fitting, key=lambda name: name != "random")


class SchedulerContract(Contract):
    """Requirements of a trial scheduler; for the fields of its spec see ``suite.specs``.

    >>> import tunegrid as tg
    >>> class TestMine(tg.SchedulerContract):  # in a file test_mine.py, which pytest collects
    ...     name = "mine"

    It schedules trials with made-up curves that rise towards a quality known from the configuration
    (``benchmarks.trainables.probe``), through Ray Tune.

    Attributes:
        compares: it stops trials because others are better.  Set it to False for one that judges each trial
            by itself, as by its plateau, and so may stop them all.
    """

    registry = SCHEDULERS
    compares: ClassVar[bool] = True

    @pytest.fixture(scope="class")
    def lab(self) -> Iterator[Lab]:
        """Experiments on a Ray cluster, started for these tests if there is none."""
        with open_lab() as opened:
            yield opened

    @pytest.fixture
    def spec(self, name: str) -> SchedulerSpec:
        return SCHEDULERS[name]

    @pytest.fixture
    def searcher(self, spec: SchedulerSpec) -> str:
        """A searcher to go with the scheduler: random search if it may."""
        fitting = partners(spec)
        if not fitting:
            pytest.skip(f"no searcher that is installed goes with {spec.name}")
        return fitting[0]

    @pytest.fixture
    def long(self, name: str, searcher: str, lab: Lab) -> Outcome:
        """The outcome of 18 trials for 9 epochs on 4 workers."""
        return finished(lab.once(Experiment(PROBE, searcher, name, workers=4, **LONG)))

    @pytest.fixture
    def alone(self, name: str, searcher: str, lab: Lab) -> Outcome:
        """The same with one worker, where results have one order."""
        return finished(lab.once(Experiment(PROBE, searcher, name, workers=1, **LONG)))

    def test_whole_sequence_of_decisions_repeats_with_one_worker(
        self, name: str, searcher: str, alone: Outcome, lab: Lab
    ) -> None:
        [again] = lab.run([Experiment(PROBE, searcher, name, workers=1, **LONG)])
        assert behaviour.sequence(again.results) == behaviour.sequence(alone.results)

    def test_minimising_mirrors_maximising(self, name: str, searcher: str, alone: Outcome, lab: Lab) -> None:
        twin = finished(lab.once(Experiment(MIRRORED, searcher, name, workers=1, **LONG)))
        assert behaviour.sequence(twin.results) == behaviour.sequence(alone.results)

    def test_it_does_to_trials_what_it_says_and_nothing_else(
        self, name: str, spec: SchedulerSpec, searcher: str, lab: Lab
    ) -> None:
        seen: frozenset[Effect] = frozenset()
        for repetition in range(PATIENCE):
            experiment = Experiment(PROBE, searcher, name, workers=4, repetition=repetition, **LONG)
            seen |= behaviour.effects(finished(lab.once(experiment)))
            undeclared = ", ".join(sorted(seen - spec.does))
            assert not undeclared, f"does what it does not say: {undeclared}"
            if seen == spec.does:
                return
        pytest.fail(f"{', '.join(sorted(spec.does - seen))}: never in {PATIENCE} experiments")

    def test_every_trial_ends_and_ends_once(self, spec: SchedulerSpec, long: Outcome, alone: Outcome) -> None:
        for outcome in (long, alone):
            assert behaviour.after_the_end(outcome.results) == []
            assert behaviour.ended_while_going_on(outcome) == []
            assert {trial["status"] for trial in outcome.trials} == {"ok"}
            # One that judges each trial by itself may stop them all.
            assert not self.compares or max(row["epoch"] for row in outcome.results) == LONG["epochs"]
            whole = all(trial["decision"] == "completed" for trial in outcome.trials)
            assert whole or Effect.STOP in spec.does
            assert whole or Capability.EVERY_EPOCH not in spec.provides

    def test_no_epoch_is_lost_or_trained_twice(
        self, spec: SchedulerSpec, long: Outcome, alone: Outcome
    ) -> None:
        if Effect.MUTATE in spec.does:
            pytest.skip("a trial may go on from another's checkpoint")
        assert behaviour.out_of_step(long.results) == behaviour.out_of_step(alone.results) == []

    def test_configurations_stay_in_their_space(self, long: Outcome, alone: Outcome) -> None:
        space = TRAINABLES[PROBE].space()
        assert behaviour.strayed([*long.results, *alone.results], space) == []

    def test_best_trial_of_an_epoch_goes_on(self, spec: SchedulerSpec, long: Outcome, alone: Outcome) -> None:
        if Effect.STOP not in spec.does or not self.compares:
            pytest.skip("stops no trial because of others")
        for outcome in (long, alone):
            assert behaviour.best_ended(outcome, TRAINABLES[PROBE].metric, TRAINABLES[PROBE].mode) == []

    def test_each_option_at_its_extremes_lets_every_trial_end(
        self, spec: SchedulerSpec, searcher: str, lab: Lab
    ) -> None:
        variants = spec.at_extremes()
        if not variants:
            pytest.skip("declares no options")
        outcomes = lab.run([Experiment(PROBE, searcher, variant, workers=4, **LONG) for variant in variants])
        for outcome in map(finished, outcomes):
            assert behaviour.after_the_end(outcome.results) == []
            assert behaviour.ended_while_going_on(outcome) == []
            assert {trial["status"] for trial in outcome.trials} == {"ok"}
            assert behaviour.effects(outcome) <= spec.does

    @pytest.mark.parametrize("trainable", [PROBE, FAILING])
    def test_it_finishes_with_every_searcher(self, spec: SchedulerSpec, trainable: str, lab: Lab) -> None:
        fitting = partners(spec)
        if not fitting:
            pytest.skip(f"no searcher that is installed goes with {spec.name}")
        outcomes = lab.run([Experiment(trainable, searcher, spec.name, **SMALL) for searcher in fitting])
        wrong = {
            searcher: why
            for searcher, outcome in zip(fitting, outcomes, strict=True)
            if (why := unfinished(outcome, spec, searcher))
        }
        assert wrong == {}


def finished(outcome: Outcome) -> Outcome:
    """Return the outcome of an experiment that is "ok"; any other fails the test with its reason."""
    assert outcome.status == "ok", f"{outcome.status}: {outcome.row['reason']}"
    return outcome


def unfinished(outcome: Outcome, scheduler: SchedulerSpec, searcher: str) -> str:
    """Return why an experiment is incomplete; "" if it is complete."""
    if outcome.status != "ok":
        return f"{outcome.status}: {outcome.row['reason']}"
    open_ones = [trial["trial_id"] for trial in outcome.trials if trial["status"] == "unfinished"]
    if open_ones:
        return f"trials that never came to an end: {open_ones}"
    whole = outcome.row["trials_run"] == outcome.row["trials_asked"]
    if SEARCHERS[searcher].learns and scheduler.replays is None and not whole:
        return f"{outcome.row['trials_run']} trials of {outcome.row['trials_asked']}"
    return ""
