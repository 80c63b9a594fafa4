"""The same simulated experiment in Syne Tune, to compare speeds; it needs an environment of its own.

    pip install "syne-tune==0.16"
    python -m scripts.syne_tune_loop asha 1000 4

Random search under ASHA or FIFO on a table of 2,000 configurations and 27 epochs (made up, one second an
epoch), on the simulator backend.  Prints one JSON object: CPU seconds, results, trials.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.simulator_backend.simulator_callback import SimulatorCallback
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.simulated_tabular_backend import UserBlackboxBackend
from syne_tune.config_space import choice, randint
from syne_tune.optimizer.baselines import ASHA, RandomSearch

CONFIGURATIONS, EPOCHS = 2000, 27


def table() -> BlackboxTabular:
    """Return curves that fall towards a value of their own."""
    generator = np.random.default_rng(1)
    ends = generator.random(CONFIGURATIONS)
    epochs = np.arange(1, EPOCHS + 1)
    losses = ends[:, None] + 0.6 ** epochs[None, :]
    elapsed = np.broadcast_to(epochs.astype(float), losses.shape)
    values = np.stack([losses, elapsed], axis=-1)[:, None, :, :]
    return BlackboxTabular(
        hyperparameters=pd.DataFrame([(a, b) for a in range(40) for b in range(50)], columns=["a", "b"]),
        configuration_space={"a": choice(list(range(40))), "b": choice(list(range(50)))},
        fidelity_space={"epoch": randint(1, EPOCHS)},
        objectives_evaluations=values,
        objectives_names=["loss", "elapsed_time"],
    )


class Silent:
    """Takes the place of the logger that prints a line for each trial."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


def main(scheduler: str, trials: int, workers: int) -> None:
    logging.getLogger().setLevel(logging.ERROR)
    box = table()
    backend = UserBlackboxBackend(
        blackbox=box, elapsed_time_attr="elapsed_time", max_resource_attr="epochs", seed=0
    )
    space = {**box.configuration_space, "epochs": EPOCHS}
    common = {"do_minimize": True, "random_seed": 1}
    if scheduler == "asha":
        made = ASHA(
            space,
            metric="loss",
            time_attr="epoch",
            max_t=EPOCHS,
            grace_period=1,
            reduction_factor=3,
            **common,
        )
    else:
        made = RandomSearch(space, metrics=["loss"], **common)
    seen = []

    class Counting(SimulatorCallback):
        def on_trial_result(self, trial, status, result, decision):  # type: ignore[no-untyped-def]
            seen.append(1)
            super().on_trial_result(trial, status, result, decision)

    with tempfile.TemporaryDirectory() as folder:
        tuner = Tuner(
            trial_backend=backend,
            scheduler=made,
            stop_criterion=StoppingCriterion(max_num_trials_finished=trials),
            n_workers=workers,
            sleep_time=0,
            callbacks=[Counting()],
            save_tuner=False,
            suffix_tuner_name=False,
            tuner_name=Path(folder).name,
            results_update_interval=1e9,
            print_update_interval=1e9,
            output_logger=Silent(),
        )
        begun = time.process_time()
        tuner.run()
        spent = time.process_time() - begun
    print(json.dumps({"cpu_s": spent, "results": len(seen), "trials": trials}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
