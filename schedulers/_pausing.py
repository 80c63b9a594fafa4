"""What schedulers that pause trials share."""

from __future__ import annotations

from ray.tune.experiment import Trial


def make_startable(trial: Trial) -> None:
    """Give a new trial its folder.

    Tune does so when it asks for an actor for the trial.  If several trials wait, as they do when paused ones
    go on, it may also hand one an actor that has just become free; then it forgets the folder, and the whole
    experiment dies ("Cannot access `trial_working_directory`").
    """
    trial.init_local_path()
