"""Did it mean something?  Each check is a pure function from what the runs left to a finding, or None."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from benchmarks.compatibility.evidence import Evidence
from benchmarks.compatibility.plan import Purpose
from benchmarks.suite.registry import Capability, Effect, SchedulerSpec, SearcherSpec

#: The evidence of a combination; of some purposes there may be several experiments.
Runs = Mapping[Purpose, Sequence[Evidence]]

LATE = 1  # trials; one may be alike by chance, as categories are

SHOWN_BY: Mapping[Effect, tuple[str, Callable[[Evidence], bool]]] = {
    Effect.STOP: ("stopped no trial", lambda run: bool(run.decisions["STOP"] or run.row["trials_stopped"])),
    Effect.PAUSE: ("paused no trial", lambda run: bool(run.decisions["PAUSE"])),
    Effect.MUTATE: ("changed no trial's configuration", lambda run: run.mutated),
    Effect.RESIZE: ("gave no trial more CPUs", lambda run: run.resized),
}


@dataclass(frozen=True)
class CheckFinding:
    """What a check found to be without meaning; ``check`` is the name of the check."""

    check: str
    text: str


def ended(runs: Runs) -> CheckFinding | None:
    """Every run ends ok, each of its trials comes to an end, and only planted faults make one fail."""
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


def unharmed(scheduler: SchedulerSpec, runs: Runs) -> CheckFinding | None:
    """Trials did fail in one of the failing runs; else these show nothing."""
    if spared(scheduler, runs[Purpose.FAILING]):
        return CheckFinding("unharmed", "no trial of the failing runs failed, so that they show nothing")
    return None


def spared(scheduler: SchedulerSpec, runs: Sequence[Evidence]) -> bool:
    """Has no trial failed in any of these runs?  A replay's one trial cannot: it did not fail before."""
    return scheduler.replays is None and not any(run.failed for run in runs)


def asked(searcher: SearcherSpec, scheduler: SchedulerSpec, runs: Runs) -> CheckFinding | None:
    """A searcher that learns proposes as many trials as it is asked for."""
    if not searcher.learns or scheduler.replays is not None:
        return None
    for purpose, several in runs.items():
        for run in several:
            if run.row["trials_run"] != run.row["trials_asked"]:
                of = f"{run.row['trials_run']} of {run.row['trials_asked']} trials"
                return CheckFinding("asked", f"{purpose} run: only {of} were ever proposed")
    return None


def learned(searcher: SearcherSpec, runs: Runs) -> CheckFinding | None:
    """A searcher that learns proposes something else when the curves are upside down, and not before.

    And it begins to as early as with a scheduler that lets it know of every result, unless each rung has a
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
            "learned", "its first proposal does not repeat, so that what it learns cannot be told"
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
    """Return how many configurations are the same in both, from the first on."""
    pairs = zip(one.configurations, other.configurations, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def acted(scheduler: SchedulerSpec, runs: Runs) -> CheckFinding | None:
    """The scheduler does what it says that it may do, in one of the long runs at least."""
    missed = lacking(scheduler, runs[Purpose.LONG])
    if not missed:
        return None
    count = len(runs[Purpose.LONG])
    return CheckFinding("acted", f"{' and '.join(missed)} in {count} long run{'s' * (count > 1)}")


def lacking(scheduler: SchedulerSpec, runs: Sequence[Evidence]) -> list[str]:
    """Return what the scheduler has failed to do in all of these runs."""
    effects = [SHOWN_BY[effect] for effect in sorted(scheduler.does)]
    return [failure for failure, shown in effects if not any(shown(run) for run in runs)]


def resumed(scheduler: SchedulerSpec, runs: Runs) -> CheckFinding | None:
    """A scheduler that pauses trials asks for trainables that can go on from a checkpoint."""
    paused = any(run.decisions["PAUSE"] for several in runs.values() for run in several)
    if not paused or Capability.CHECKPOINTS in scheduler.wants:
        return None
    return CheckFinding(
        "resumed", "pauses trials but asks for no checkpoints: a trainable that saves none starts anew"
    )


def replayed(scheduler: SchedulerSpec, runs: Runs) -> CheckFinding | None:
    """The one trial of a replay trains to its last epoch."""
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


def repeated(searcher: SearcherSpec, runs: Runs) -> CheckFinding | None:
    """Trials that a searcher averages have trained equally long."""
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


def findings(searcher: SearcherSpec, scheduler: SchedulerSpec, runs: Runs) -> list[CheckFinding]:
    """Return all that was found; if a run did not end as it should, that alone."""
    broken = ended(runs)
    if broken is not None:
        return [broken]
    found = [
        unharmed(scheduler, runs),
        asked(searcher, scheduler, runs),
        learned(searcher, runs),
        acted(scheduler, runs),
        resumed(scheduler, runs),
        replayed(scheduler, runs),
        repeated(searcher, runs),
    ]
    return [finding for finding in found if finding is not None]
