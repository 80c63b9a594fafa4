"""BayesOptSearch under HyperBand by Ray alone: a program of its own, because it never ends by itself.

It prints FINISHED, or STUCK if every trial that Tune was given is over, more were asked for, and none comes.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, ClassVar

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["OMP_NUM_THREADS"] = "1"

import ray
from ray import tune
from ray.tune.schedulers import HyperBandScheduler
from ray.tune.search import ConcurrencyLimiter
from ray.tune.search.bayesopt import BayesOptSearch

from tunegrid_plugin import Free

TRIALS = 8
STUCK_S = 8.0  # with nothing running and nothing starting, a suggestion comes in milliseconds


class Watch(tune.Callback):  # type: ignore[misc]  # Ray publishes no types
    """Ends the program when Tune has had nothing to do for a while."""

    timers: ClassVar[list[threading.Timer]] = []  # of the class, because Tune pickles the object

    def on_step_end(self, iteration: int, trials: list[Any], **info: Any) -> None:
        while self.timers:
            self.timers.pop().cancel()
        if trials and len(trials) < TRIALS and all(trial.is_finished() for trial in trials):
            # In a thread, because Tune does not come back from its next step.
            self.timers.append(threading.Timer(STUCK_S, stuck, [len(trials)]))
            self.timers[0].start()


def stuck(trials: int) -> None:
    print(f"STUCK after {trials} trials", flush=True)
    ray.shutdown()
    os._exit(3)


def main(folder: str) -> None:
    # With one CPU the first trial is surely paused when the second one completes their bracket.
    ray.init(num_cpus=1, num_gpus=0, include_dashboard=False, log_to_driver=False, _temp_dir=f"{folder}/ray")
    tune.Tuner(
        tune.with_parameters(Free, session=None),
        param_space={"x": tune.uniform(0, 1)},
        tune_config=tune.TuneConfig(
            metric="score",
            mode="max",
            num_samples=TRIALS,
            search_alg=ConcurrencyLimiter(BayesOptSearch(random_search_steps=4), max_concurrent=2),
            scheduler=HyperBandScheduler(max_t=3),
        ),
        run_config=tune.RunConfig(storage_path=f"{folder}/results", verbose=0, callbacks=[Watch()]),
    ).fit()
    print("FINISHED", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
