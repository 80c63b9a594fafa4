"""Helpers of schedulers that pause trials."""

from __future__ import annotations

from typing import Any

from ray.tune.experiment import Trial


def make_startable(trial: Trial) -> None:
    """Give a new trial its folder.

    Tune does so when it asks for an actor for the trial.  If several trials wait, as they do when paused ones
    go on, it may also hand one an actor that has just become free; then it forgets the folder, and the whole
    experiment dies ("Cannot access `trial_working_directory`").
    """
    trial.init_local_path()


def forget_stop(tune_controller: Any, trial: Trial) -> None:
    """Drop the STOP that Tune remembers for a trial that it paused while the trial was saving.

    Tune pauses such a trial by stopping its actor, and a STOP of a saving trial is kept for when the save is
    done.  That save never ends, for its actor is gone; the STOP would wait for the next one and end, as a
    success, a trial whose scheduler said CONTINUE.
    """
    tune_controller._cached_trial_decisions.pop(trial.trial_id, None)
