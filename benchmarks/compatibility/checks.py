"""Checks of a combination's runs: pure functions from the evidence to a finding, or None."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from benchmarks.compatibility.evidence import Evidence
from benchmarks.compatibility.plan import Purpose
from benchmarks.suite.registry import Capability, Effect, SchedulerSpec, SearcherSpec

#: The evidence of a combination; of some purposes there may be several experiments.
PurposeRuns = Mapping[Purpose, Sequence[Evidence]]

LATE = 1  # trials; one may be alike by chance, as categories are

SHOWN_BY: Mapping[Effect, tuple[str, Callable[[Evidence], bool]]] = {
    Effect.STOP: ("stopped no trial", lambda run: bool(run.decisions["STOP"] or run.row["trials_stopped"])),
    Effect.PAUSE: ("paused no trial", lambda run: bool(run.decisions["PAUSE"])),
    Effect.MUTATE: ("changed no trial's configuration", lambda run: run.mutated),
    Effect.RESIZE: ("gave no trial more CPUs", lambda run: run.resized),
}


@dataclass(frozen=True)
class CheckFinding:
    """A run without meaning, found by the check of this name."""

    check: str
    text: str


def ended(runs: PurposeRuns) -> CheckFinding | None:
    """Check that every run is ok, and that its trials end and fail by planted faults alone."""
    for purpose, several in runs.items():
        if purpose in (Purpose.REFERENCE_CLEAN, Purpose.REFERENCE_MIRRORED):
            continue
        for run in several:
            if run.status != "ok":
                return CheckFinding("ended", f"{purpose} run {run.status}: {run.why}")
            unfinished = int((run.trials["status"] == "unfinished").sum())
            if unfinished:
                return CheckFinding("ended", f"{purpose} run: {unfinished} trials never came to an end")
            if run.failed and purpose is not Purpose.FAILING:
                reason = next(str(text) for text in run.trials["reason"] if text)
                return CheckFinding("ended", f"{purpose} run: {run.failed} trials failed ({reason})")
    return None


def unharmed(scheduler: SchedulerSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that trials failed in one of the failing runs; else these show nothing."""
    if spared(scheduler, runs[Purpose.FAILING]):
        return CheckFinding("unharmed", "no trial of the failing runs failed, so that they show nothing")
    return None


def spared(scheduler: SchedulerSpec, runs: Sequence[Evidence]) -> bool:
    """Return whether no trial failed in these runs; a replay's one trial cannot, as it did not before."""
    return scheduler.replays is None and not any(run.failed for run in runs)


def proposed_all(searcher: SearcherSpec, scheduler: SchedulerSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that a searcher that learns proposes all the trials of the budget."""
    if not searcher.learns or scheduler.replays is not None:
        return None
    for purpose, several in runs.items():
        for run in several:
            if run.row["trials_run"] != run.row["trials_asked"]:
                of = f"{run.row['trials_run']} of {run.row['trials_asked']} trials"
                return CheckFinding("asked", f"{purpose} run: only {of} were ever proposed")
    return None


def learned(searcher: SearcherSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that a searcher that learns proposes other configurations when the curves are upside down.

    It must begin to as early as with a scheduler that lets it know of every result, unless each rung has a
    model of its own, which waits for as many results.
    """
    if not searcher.learns or not searcher.seedable:
        return None
    [clean], [mirrored] = runs[Purpose.CLEAN], runs[Purpose.MIRRORED]
    same = alike(clean, mirrored)
    if same == min(len(clean.configurations), len(mirrored.configurations)):
        return CheckFinding(
            "learned", "proposes the same when the curves are upside down: its model got no data"
        )
    if same == 0:
        return CheckFinding(
            "learned", "its first proposal does not repeat, so that its learning cannot be seen"
        )
    if Purpose.REFERENCE_CLEAN not in runs or searcher.by_rung:
        return None
    usual = alike(*runs[Purpose.REFERENCE_CLEAN], *runs[Purpose.REFERENCE_MIRRORED])
    if usual and same > usual + LATE:  # 0 if the reference did not run
        return CheckFinding(
            "learned", f"learns after {same} trials, not {usual}: results do not reach its model"
        )
    return None


def alike(one: Evidence, other: Evidence) -> int:
    """Return the number of leading configurations that are the same in both."""
    pairs = zip(one.configurations, other.configurations, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def acted(scheduler: SchedulerSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that the scheduler shows each of its effects in one of the long runs."""
    missed = lacking(scheduler, runs[Purpose.LONG])
    if not missed:
        return None
    count = len(runs[Purpose.LONG])
    return CheckFinding("acted", f"{' and '.join(missed)} in {count} long run{'s' * (count > 1)}")


def lacking(scheduler: SchedulerSpec, runs: Sequence[Evidence]) -> list[str]:
    """Return the effects that none of these runs shows."""
    effects = [SHOWN_BY[effect] for effect in sorted(scheduler.does)]
    return [failure for failure, shown in effects if not any(shown(run) for run in runs)]


def resumed(scheduler: SchedulerSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that a scheduler that pauses trials requires checkpoints."""
    paused = any(run.decisions["PAUSE"] for several in runs.values() for run in several)
    if not paused or Capability.CHECKPOINTS in scheduler.wants:
        return None
    return CheckFinding(
        "resumed", "pauses trials but asks for no checkpoints: a trainable that saves none starts anew"
    )


def replayed(scheduler: SchedulerSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that the one trial of a replay trains to its last epoch."""
    if scheduler.replays is None:
        return None
    for purpose in (Purpose.CLEAN, Purpose.LONG):
        for run in runs[purpose]:
            trained = len(run.results)
            if trained != run.epochs:
                return CheckFinding(
                    "replayed", f"{purpose} run: truncated after {trained} of {run.epochs} epochs"
                )
    return None


def repeated(searcher: SearcherSpec, runs: PurposeRuns) -> CheckFinding | None:
    """Check that trials that a searcher averages have equally many epochs."""
    if Capability.EVERY_EPOCH not in searcher.wants:
        return None
    for purpose in (Purpose.CLEAN, Purpose.LONG):
        for run in runs[purpose]:
            lengths: dict[str, set[int]] = {}
            for config, epochs in zip(run.configurations, run.lengths, strict=True):
                lengths.setdefault(json.dumps(config, sort_keys=True), set()).add(epochs)
            unequal = sum(len(several) > 1 for several in lengths.values())
            if unequal:
                return CheckFinding(
                    "repeated",
                    f"{purpose} run: averages trials of unequal length, in {unequal} of {len(lengths)} "
                    "configurations",
                )
    return None


def findings(searcher: SearcherSpec, scheduler: SchedulerSpec, runs: PurposeRuns) -> list[CheckFinding]:
    """Return the findings of all checks; if a run did not end as it should, that one alone."""
    broken = ended(runs)
    if broken is not None:
        return [broken]
    checked = [
        unharmed(scheduler, runs),
        proposed_all(searcher, scheduler, runs),
        learned(searcher, runs),
        acted(scheduler, runs),
        resumed(scheduler, runs),
        replayed(scheduler, runs),
        repeated(searcher, runs),
    ]
    return [finding for finding in checked if finding is not None]
