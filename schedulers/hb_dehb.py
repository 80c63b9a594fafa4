"""The brackets of DEHB: every trial trains for as long as its searcher says."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler


@scheduler(
    "hb-dehb",
    "the brackets of DEHB: a trial ends after the epochs that its searcher gave it",
    wants={
        Capability.SETS_EPOCHS: "hb-dehb ends each trial after the epochs that its searcher gave it, and "
        "only a searcher that proposes epochs with each configuration (dehb) gives any"
    },
    does=frozenset({Effect.STOP}),
)
def hb_dehb(setup: ScheduleSetup) -> Any:
    """Awad, Mallik and Hutter, DEHB, IJCAI 2021, section 4.

    The searcher lays out the brackets.  No trial is paused: a configuration that enters the next rung is
    another one, or begins again from the first epoch.
    """
    from schedulers._given_epochs import GivenEpochs

    return GivenEpochs()
