"""Proximal policy optimisation of a small network; one epoch is a fixed number of steps in the environment.

Such a task has the engines ``tune`` and ``live`` and no recorded table: a table holds the curves of
configurations that stay what they are, and what pays here is to change them while they train.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ray import tune

from benchmarks.core.seeding import canonical
from benchmarks.suite.registry import Capability
from benchmarks.suite.session import Session
from benchmarks.trainables._actor_critic import ActorCritic, Transitions
from benchmarks.trainables._episodes import Episodes, mean_of_ended
from benchmarks.training.device_data import choose_device
from benchmarks.training.seeded import seed_of, seeded

if TYPE_CHECKING:
    import torch

COPIES = 2  # of the environment that trains
STEPS = 128  # of each between two updates
UPDATES = 4  # an epoch: 512 steps of each copy, so that an episode of 500 has room; 1,024 in all
EVALUATED = 10  # episodes of a validation or a test
MODEL_FILE = "model.pt"


def space() -> dict[str, Any]:
    """Return a space of eight hyperparameters, as wide as one is without experience."""
    return {
        "lr": tune.loguniform(1e-5, 1e-1),
        "clip": tune.uniform(0.05, 0.5),
        "entropy": tune.loguniform(1e-5, 1e-1),
        "gae_lambda": tune.uniform(0.8, 1.0),
        "update_epochs": tune.randint(1, 13),
        "minibatch_size": tune.choice([32, 64, 128, 256]),
        "width": tune.lograndint(8, 129),
        "discount": tune.uniform(0.9, 0.999),
    }


#: What the tasks have in common.
FIELDS: dict[str, Any] = {
    "space": space,
    "metric": "val_return",
    "mode": "max",
    "test_metric": "test_return",
    "mutable": ("lr", "clip", "entropy"),
    "cheap": {"update_epochs": 1, "minibatch_size": 256, "width": 8},
    "provides": frozenset({Capability.CHECKPOINTS, Capability.MUTABLE}),
    "requires": ("torch", "gymnasium"),
    "install": "pip install gymnasium==1.4.0",
}


class Ppo(tune.Trainable):
    """Trains a policy, and reports the mean return of whole validation episodes.

    In these the policy draws its actions, as it does in training: that is what PPO makes better, and the
    likeliest action alone sometimes never comes out of a loop.

    Each epoch begins new episodes, so that a checkpoint needs no state of an environment.  All that it draws,
    their beginnings, actions and the order of minibatches, follows from (trainable, repetition,
    configuration, epoch); the beginnings of validation and test episodes from (trainable, repetition): they
    are the same for each configuration and epoch.
    """

    environment: ClassVar[str]

    def setup(self, config: dict[str, Any], session: Session) -> None:  # type: ignore[override]
        """Prepare the first trial; ``session`` comes by ``tune.with_parameters``.

        Raises:
            RuntimeError: if the session requires a GPU and there is none.
        """
        self._session = session
        self._device = choose_device(session)
        self._episodes = Episodes(self.environment, COPIES)
        self._evaluated = Episodes(self.environment, EVALUATED)
        self.reset_config(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Start a new trial in this actor; it equals one in a fresh process."""
        import torch

        self._config, self._epoch = new_config, 0
        sizes = self._episodes.features, self._episodes.actions, int(new_config["width"])
        with seeded(self._session, new_config, "weights"):
            self._networks = ActorCritic(*sizes, self._device)
        self._optimizer = torch.optim.Adam(self._networks.parameters(), lr=new_config["lr"], fused=True)
        return True

    def step(self) -> dict[str, float]:
        """Train one epoch of 1,024 steps, then validate."""
        import torch

        torch.set_num_threads(1)  # too small to share
        choose, order = self._networks.sampled(self._chance("actions")), self._chance("order")
        self._episodes.begin(seed_of(self._session, self._config, "episodes", self._epoch))
        rollouts = []
        for _ in range(UPDATES):
            rollouts.append(self._episodes.play(STEPS, choose))
            batch = self._networks.batch(rollouts[-1], self._config["discount"], self._config["gae_lambda"])
            self._learn(batch, order)
        self._epoch += 1
        return {"val_return": self._mean_return("validation"), "train_return": mean_of_ended(rollouts)}

    def test(self) -> dict[str, float]:
        """Return the mean return of the test episodes; asked of the incumbent only."""
        return {"test_return": self._mean_return("test")}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Write ``model.pt``: weights, optimizer state, epoch, and the configuration as JSON."""
        import torch

        state = self._networks.state() | {
            "optimizer": self._optimizer.state_dict()["state"],
            "epoch": self._epoch,
            "trainable": self._session.trainable,
            "config": canonical(self._config),
        }
        torch.save(state, Path(checkpoint_dir, MODEL_FILE))

    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        """Continue from a checkpoint's weights, moments and epoch with this trial's own hyperparameters.

        Raises:
            pickle.UnpicklingError: if the file holds more than plain values and tensors.
        """
        import torch

        path = Path(checkpoint, MODEL_FILE)
        saved = torch.load(path, map_location=self._device, weights_only=True)
        self._networks.load(saved)
        own = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": saved["optimizer"], "param_groups": own})
        self._epoch = int(saved["epoch"])

    def cleanup(self) -> None:
        """Give up the environments."""
        self._episodes.close()
        self._evaluated.close()

    def _learn(self, batch: Transitions, order: torch.Generator) -> None:
        """Go over the steps some times, in minibatches of another order each time."""
        import torch

        size = int(self._config["minibatch_size"])
        for _ in range(int(self._config["update_epochs"])):
            shuffled = torch.randperm(len(batch.actions), generator=order).to(self._device)
            for chosen in torch.split(shuffled, size):
                loss = self._networks.loss(batch.rows(chosen), self._config["clip"], self._config["entropy"])
                self._optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                self._optimizer.step()

    def _chance(self, purpose: str) -> torch.Generator:
        """Return a generator for one purpose of this epoch, on the CPU."""
        import torch

        return torch.Generator().manual_seed(seed_of(self._session, self._config, purpose, self._epoch))

    def _mean_return(self, purpose: str) -> float:
        """Return the mean return of the "validation" or "test" episodes."""
        choose = self._networks.sampled(self._chance(purpose))
        return float(self._evaluated.returns(seed_of(self._session, {}, purpose), choose).mean())
