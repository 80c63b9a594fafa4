"""Files of a user's, outside of the repository, for tests of parts that are named by their file."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from benchmarks import user_files
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES

TRAIN = """
    import numpy as np
    from ray import tune

    SPACE = {"lr": tune.loguniform(1e-5, 1.0), "width": tune.choice([8, 16, 32])}

    def train_fn(config):
        for epoch in range(100):
            tune.report({"val_loss": config["lr"] / (1 + epoch) + 0.01 * np.random.rand()})
"""
#: Both engines: a class that trains, and the formula of its curves.
CURVED = """
    from ray import tune
    from tunegrid import CurveModel, Epoch, trainable

    class Curves(CurveModel):
        def __init__(self, place):
            pass

        def start(self, config):
            return 0

        def step(self, state, config, cpus):
            return Epoch(state + 1, {"score": config["x"] * (1 - 0.5 ** (state + 1))}, 1.0)

    @trainable("rising", "rises", space=lambda: {"x": tune.uniform(0.0, 1.0)}, metric="score", mode="max",
               curves=Curves, chance=False)
    class Rising(tune.Trainable):
        def setup(self, config):
            self.x, self.epoch = config["x"], 0

        def step(self):
            self.epoch += 1
            return {"score": self.x * (1 - 0.5 ** self.epoch)}

        def save_checkpoint(self, folder):
            from pathlib import Path

            Path(folder, "epoch").write_text(str(self.epoch))

        def load_checkpoint(self, folder):
            from pathlib import Path

            self.epoch = int(Path(folder, "epoch").read_text())

        def reset_config(self, config):
            self.setup(config)
            return True
"""
TUNERS = """
    from ray.tune.schedulers import ASHAScheduler
    from ray.tune.search import BasicVariantGenerator
    from tunegrid import SearchPlan

    def plain(setup, *, constant: bool = False):
        return SearchPlan(setup.space, setup.trials, BasicVariantGenerator(random_state=setup.seed))

    def halving(setup, *, brackets: int = 1):
        return ASHAScheduler(time_attr="training_iteration", max_t=setup.epochs, brackets=brackets)
"""


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text))
    return path


def forget_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process forget the files that the test names, when it is over."""
    monkeypatch.setenv(user_files.VARIABLE, "")
    monkeypatch.setattr(sys, "path", list(sys.path))
    for module in [name for name in sys.modules if user_files.is_user_file(name)]:
        monkeypatch.delitem(sys.modules, module)
    for registry in (TRAINABLES, SEARCHERS, SCHEDULERS):
        len(registry)  # all that is registered anyway
        for name in ("_specs", "_variants", "_named_by"):
            monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
