"""Readiness: what a trainable cannot be asked when it is registered, asked before anything runs."""

from __future__ import annotations

from benchmarks.spaces.user_functions import check_draws, draws_by_function
from benchmarks.suite.registry import SCHEDULERS, TRAINABLES


def check_trainable(name: str) -> None:
    """Check a trainable's space, its constants and the values of its ``sample_from``.

    A trainable without its libraries is not checked, since it cannot run.

    Raises:
        SpecError: if no configuration may hold it, or no score can be made of it.
    """
    spec = TRAINABLES[name]
    if spec.missing():
        return
    space = spec.space()
    # Those of a number of epochs come from curves, which may take a while to read.
    if spec.constants is not None and not spec.constants.by_epochs:
        spec.constants()
    if draws_by_function(space):
        try:
            check_draws(space)
        except ValueError as error:
            raise spec.refusal(f"space {error}") from error


def check_scheduler(name: str) -> None:
    """Raise SpecError for a replay of a scheduler that is not there."""
    spec = SCHEDULERS[name]
    if spec.replays is not None and spec.replays not in SCHEDULERS:
        raise spec.refusal(f"replays is {spec.replays!r}; expected a scheduler: {', '.join(SCHEDULERS)}")
