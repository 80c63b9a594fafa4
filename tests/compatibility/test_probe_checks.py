"""The probe's checks and verdicts, on rows made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from benchmarks.compatibility.checks import findings
from benchmarks.compatibility.evidence import Evidence, gather
from benchmarks.compatibility.plan import ProbedCombination, Purpose
from benchmarks.compatibility.verdict import Kind, Verdict, judge
from benchmarks.suite.registry import Capability, Effect, SchedulerSpec, SearcherSpec
from results import Run

EPOCHS = 3
RULE = "a rule says no"

LEARNER = SearcherSpec("learner", "")
DRAWER = SearcherSpec("drawer", "", learns=False)
AVERAGER = SearcherSpec("averager", "", learns=False, wants={Capability.EVERY_EPOCH: "equal lengths"})
PLAIN = SchedulerSpec("plain", "")
BUSY = SchedulerSpec("busy", "", does=frozenset(Effect), wants={Capability.CHECKPOINTS: "it pauses"})
REPLAY = SchedulerSpec("replay", "", replays="busy")

Trial = Mapping[str, Any]


def trial(x: float, epochs: int = EPOCHS, **special: Any) -> Trial:
    """A trial with the configuration ``x`` that trained so long.

    Of ``special``: ``status`` and ``reason``; ``decision``, after its last epoch; ``then``, the value of x
    from the second epoch on; ``cpus``, at its last epoch.
    """
    return {"x": x, "epochs": epochs} | special


def evidence(*trials: Trial, status: str = "ok", reason: str = "", asked: int | None = None) -> Evidence:
    """What an experiment with these trials leaves in the store."""
    rows, results = [], []
    for number, made in enumerate(trials):
        name, last = f"t{number:04d}", made["epochs"]
        configs = [made["x"] if epoch == 1 else made.get("then", made["x"]) for epoch in range(1, last + 1)]
        rows.append(
            {
                "trial_id": name,
                "number": number,
                "config": json.dumps({"x": configs[-1] if configs else made["x"], "__trial_index__": number}),
                "status": made.get("status", "ok"),
                "reason": made.get("reason", ""),
                "epochs": last,
            }
        )
        for epoch, x in enumerate(configs, 1):
            at_last = epoch == last
            results.append(
                {
                    "trial_id": name,
                    "seq": len(results),
                    "config": json.dumps({"x": x, "__trial_index__": number}),
                    "decision": made.get("decision", "END") if at_last else "CONTINUE",
                    "cpus": made.get("cpus", 1.0) if at_last else 1.0,
                }
            )
    states = [made.get("status", "ok") for made in trials]
    row = {
        "status": status,
        "reason": reason,
        "epochs": EPOCHS,
        "trials_asked": len(trials) if asked is None else asked,
        "trials_run": len(trials),
        "trials_failed": states.count("failed"),
        "trials_stopped": 0,
    }
    trials_frame = pd.DataFrame(rows, columns=["trial_id", "number", "config", "status", "reason", "epochs"])
    results_frame = pd.DataFrame(results, columns=["trial_id", "seq", "config", "decision", "cpus"])
    return Evidence(row, trials_frame, results_frame)


GOOD: dict[Purpose, list[Evidence]] = {
    Purpose.CLEAN: [evidence(trial(0.1), trial(0.2), trial(0.3))],
    Purpose.MIRRORED: [evidence(trial(0.1), trial(0.2), trial(0.4))],
    Purpose.FAILING: [evidence(trial(0.1), trial(0.2, 0, status="failed", reason="ValueError: planted"))],
    Purpose.LONG: [
        evidence(
            trial(0.1, 1, decision="STOP"), trial(0.2, 2, decision="PAUSE"), trial(0.3, then=0.5, cpus=2.0)
        )
    ],
}
REFERENCE = {  # with fifo it learns from the second trial on
    Purpose.REFERENCE_CLEAN: [evidence(trial(0.1), trial(0.2))],
    Purpose.REFERENCE_MIRRORED: [evidence(trial(0.1), trial(0.3))],
}
LATE = {
    Purpose.CLEAN: [evidence(*(trial(x) for x in (0.1, 0.2, 0.3, 0.4)))],
    Purpose.MIRRORED: [evidence(*(trial(x) for x in (0.1, 0.2, 0.3, 0.5)))],
}
ONE_TRIAL = {purpose: [evidence(trial(0.1))] for purpose in Purpose}
QUIET = [evidence(trial(0.1), trial(0.2), trial(0.3))]


def with_run(purpose: Purpose, *several: Evidence) -> dict[Purpose, list[Evidence]]:
    return GOOD | {purpose: list(several)}


def verdict(searcher: SearcherSpec, scheduler: SchedulerSpec, runs: Any, rule: str = "") -> Verdict:
    return judge(ProbedCombination(searcher, scheduler), rule, runs)


@pytest.mark.parametrize(
    ("searcher", "scheduler", "runs"),
    [
        (LEARNER, BUSY, GOOD),
        (DRAWER, BUSY, GOOD | {Purpose.MIRRORED: GOOD[Purpose.CLEAN]}),  # who does not learn need not differ
        (LEARNER, PLAIN, GOOD | {Purpose.LONG: QUIET}),  # who does nothing need not show anything
        (replace(LEARNER, seedable=False), PLAIN, GOOD | {Purpose.LONG: QUIET, Purpose.MIRRORED: QUIET}),
        (LEARNER, BUSY, with_run(Purpose.LONG, *QUIET, *GOOD[Purpose.LONG])),  # in one of several is enough
        (DRAWER, PLAIN, GOOD | {Purpose.LONG: [evidence(trial(0.1), asked=9)]}),  # a grid has its own size
        (LEARNER, BUSY, GOOD | REFERENCE),  # one trial later may be chance
        (LEARNER, BUSY, GOOD | LATE),  # later than what?
        (LEARNER, BUSY, GOOD | REFERENCE | {Purpose.REFERENCE_CLEAN: [evidence(status="stalled")]}),
        (DRAWER, REPLAY, ONE_TRIAL),
        (AVERAGER, PLAIN, GOOD | {Purpose.LONG: [evidence(trial(0.1), trial(0.1), trial(0.3, 2))]}),
    ],
)
def test_a_combination_that_means_something_works_and_a_rule_against_it_is_wrong(
    searcher: SearcherSpec, scheduler: SchedulerSpec, runs: Any
) -> None:
    assert verdict(searcher, scheduler, runs).kind is Kind.WORKS
    against = verdict(searcher, scheduler, runs, RULE)
    assert against.kind is Kind.DIFFERENCE
    assert RULE in against.reason and "meant something" in against.reason


WITHOUT_MEANING = {
    "gave up": (
        *(
            "asked",
            LEARNER,
            BUSY,
            with_run(Purpose.FAILING, evidence(trial(0.1, 0, status="failed"), asked=3)),
        ),
        "1 of 3",
    ),
    "spared": ("unharmed", LEARNER, BUSY, with_run(Purpose.FAILING, *QUIET), "no trial of the failing runs"),
    "deaf": (
        *("learned", LEARNER, BUSY, with_run(Purpose.MIRRORED, *GOOD[Purpose.CLEAN])),
        "its model got no data",
    ),
    "unsteady": (
        *("learned", LEARNER, BUSY, with_run(Purpose.MIRRORED, evidence(trial(0.7), trial(0.2), trial(0.3)))),
        "does not repeat",
    ),
    "late": ("learned", LEARNER, BUSY, GOOD | REFERENCE | LATE, "learns after 3 trials, not 1"),
    "never stops": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.STOP})), with_run(Purpose.LONG, *QUIET)),
        "stopped no trial in 1 long run",
    ),
    "never pauses": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.PAUSE})), with_run(Purpose.LONG, *QUIET)),
        "paused no trial",
    ),
    "never mutates": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.MUTATE})), with_run(Purpose.LONG, *QUIET)),
        "changed no trial's configuration",
    ),
    "never resizes": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.RESIZE})), with_run(Purpose.LONG, *QUIET)),
        "gave no trial more CPUs",
    ),
    "lost": ("resumed", LEARNER, replace(BUSY, wants={}), GOOD, "asks for no checkpoints"),
    "truncated": (
        *("replayed", DRAWER, REPLAY, ONE_TRIAL | {Purpose.LONG: [evidence(trial(0.1, 2))]}),
        "truncated after 2 of 3 epochs",
    ),
    "unequal": (
        *("repeated", AVERAGER, BUSY, with_run(Purpose.CLEAN, evidence(trial(0.1), trial(0.1, 2)))),
        "averages trials of unequal length",
    ),
}


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_what_runs_without_meaning_is_a_difference_if_allowed_and_agreement_if_refused(name: str) -> None:
    check, searcher, scheduler, runs, text = WITHOUT_MEANING[name]
    assert [finding.check for finding in findings(searcher, scheduler, runs)] == [check]
    allowed = verdict(searcher, scheduler, runs)
    assert allowed.kind is Kind.DIFFERENCE and text in allowed.reason
    refused = verdict(searcher, scheduler, runs, RULE)
    assert (refused.kind, refused.reason, refused.silent) == (Kind.REFUSED, RULE, True)
    assert text in refused.shown[0]


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_a_limit_that_was_declared_beforehand_is_a_note_and_covers_no_other_check(name: str) -> None:
    check, searcher, scheduler, runs, _ = WITHOUT_MEANING[name]
    declared = replace(scheduler, limits={check: "Ray cannot"})
    assert verdict(searcher, declared, runs).kind is Kind.NOTED
    assert verdict(searcher, declared, runs).reason == "Ray cannot"
    other = replace(scheduler, limits={"another": "Ray cannot"})
    assert verdict(searcher, other, runs).kind is Kind.DIFFERENCE


def test_a_model_for_each_rung_may_begin_later_but_must_begin() -> None:
    by_rung = replace(LEARNER, by_rung=True)
    assert verdict(by_rung, BUSY, GOOD | REFERENCE | LATE).kind is Kind.WORKS
    deaf = with_run(Purpose.MIRRORED, *GOOD[Purpose.CLEAN])
    assert "got no data" in verdict(by_rung, BUSY, deaf).reason


BROKEN = {
    "failed": (
        Purpose.CLEAN,
        evidence(status="failed", reason="ValueError: no\nlong text"),
        "ValueError: no",
    ),
    "stalled": (
        Purpose.FAILING,
        evidence(status="stalled", reason="no new result for 9 s"),
        "stalled: no new",
    ),
    "unfinished": (Purpose.LONG, evidence(trial(0.1, 1, status="unfinished")), "1 trials never came"),
    "trial failed": (
        *(Purpose.CLEAN, evidence(trial(0.1, 1, status="failed", reason="KeyError: 'lr'"))),
        "KeyError: 'lr'",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_run_that_does_not_end_well_is_the_only_finding(name: str) -> None:
    purpose, run, text = BROKEN[name]
    runs = with_run(purpose, run)
    assert [finding.check for finding in findings(LEARNER, BUSY, runs)] == ["ended"]
    assert text in verdict(LEARNER, BUSY, runs).reason
    refused = verdict(LEARNER, BUSY, runs, RULE)
    assert refused.kind is Kind.REFUSED and not refused.silent
    assert text in refused.shown[0] and "\n" not in refused.shown[0]


def test_the_reason_is_what_was_raised_first_without_addresses() -> None:
    nested = (
        'TuneError: Traceback (most recent call last):\n  File "x.py", line 1, in f\n'
        "AttributeError: <a.B object at 0x7fe3> has no on_pause\n\nTraceback (most recent call last):\n"
        "ray.tune.error.TuneError: Traceback"
    )
    assert evidence(status="failed", reason=nested).why == "AttributeError: <a.B> has no on_pause"


def test_evidence_comes_back_from_the_tables_by_key_and_in_order() -> None:
    first = evidence(trial(0.1), trial(0.2), trial(0.3, then=0.5))
    second = GOOD[Purpose.MIRRORED][0]
    experiments = pd.DataFrame([{"key": "a"} | dict(first.row), {"key": "b"} | dict(second.row)])
    trials = pd.concat([second.trials.assign(key="b"), first.trials.assign(key="a")])
    results = pd.concat([second.results.assign(key="b"), first.results.assign(key="a")])[::-1]
    found = gather(Run(experiments, trials, results))
    assert [config["x"] for config in found["a"].configurations] == [0.1, 0.2, 0.3]
    assert [config["x"] for config in found["b"].configurations] == [0.1, 0.2, 0.4]


def test_a_trial_began_with_the_configuration_of_its_first_epoch() -> None:
    assert evidence(trial(0.3, then=0.5)).configurations == [{"x": 0.3}]
    assert evidence(trial(0.3, 0)).configurations == [{"x": 0.3}]
