"""Proximal policy optimisation of a small network; one epoch is a fixed number of steps in the environment.

The algorithm is PPO with the clipped objective of Schulman et al. (arXiv 1707.06347), equations 7 and 9, and
their generalised advantage estimation (arXiv 1506.02438), equation 16.  Policy and value are networks of
their own, so that no weight stands between their losses.  An episode whose time is up is no failure: what
would have come is estimated by the value of its last observation.

torch is imported where it is used, so that listing the registry does not cost its import.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from ray import tune

from benchmarks.core.seeding import canonical
from benchmarks.suite.registry import Capability
from benchmarks.suite.session import Session
from benchmarks.trainables._episodes import Actions, Choose, Episodes, Floats, Rollout, mean_of_ended
from benchmarks.training.device_data import choose_device
from benchmarks.training.seeded import Config, seed_of, seeded

if TYPE_CHECKING:
    import torch

COPIES = 4  # of the environment that trains
STEPS = 128  # of each between two updates
UPDATES = 4  # an epoch: 512 steps of each copy, so that an episode of 500 has room; 2,048 in all
EVALUATED = 10  # episodes of a validation or a test
MODEL_FILE = "model.pt"


def space() -> dict[str, Any]:
    """Return a space of eight hyperparameters, in which most of them can spoil everything."""
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


def advantages(rollout: Rollout, values: Floats, discount: float, gae_lambda: float) -> Floats:
    """Return the generalised advantage estimate of each step, shape (steps, copies).

    Where an episode ended the sum ends; where it was cut off, with the value of what was seen last.

    Args:
        rollout: with ``steps`` steps.
        values: of its observations, shape (steps + 1, copies).
        discount: of a reward that comes a step later (gamma).
        gae_lambda: share of the estimate that goes on beyond the next step.
    """
    after = np.where(rollout.terminated, 0.0, values[1:])
    errors = rollout.rewards + discount * after - values[:-1]
    goes_on = discount * gae_lambda * ~rollout.ended
    estimates, running = np.empty_like(errors), np.zeros(errors.shape[1])
    for step in reversed(range(len(errors))):
        running = errors[step] + goes_on[step] * running
        estimates[step] = running
    return estimates


class Batch(NamedTuple):
    """Steps to learn from, each of shape (n,) but for the observations, (n, features)."""

    observations: torch.Tensor
    actions: torch.Tensor
    log_chances: torch.Tensor  # of the actions, when they were chosen
    advantages: torch.Tensor  # with mean 0 and standard deviation 1
    returns: torch.Tensor  # what the value is to predict


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
        width, features = int(new_config["width"]), self._episodes.features
        with seeded(self._session, new_config, "weights"):
            self._policy = _network(features, width, self._episodes.actions).to(self._device)
            self._value = _network(features, width, 1).to(self._device)
        with torch.no_grad():
            self._policy[-1].weight.mul_(0.01)  # it begins with all actions alike
        parameters = [*self._policy.parameters(), *self._value.parameters()]
        self._optimizer = torch.optim.Adam(parameters, lr=new_config["lr"], fused=True)
        return True

    def step(self) -> dict[str, float]:
        """Train one epoch of 2,048 steps, then validate."""
        import torch

        torch.set_num_threads(1)  # too small to share
        chance, order = self._chance("actions"), self._chance("order")
        self._episodes.begin(self._seed("episodes"))
        rollouts = []
        for _ in range(UPDATES):
            rollouts.append(self._episodes.play(STEPS, self._sampled(chance)))
            self._learn(self._batch(rollouts[-1]), order)
        self._epoch += 1
        return {"val_return": self._mean_return("validation"), "train_return": mean_of_ended(rollouts)}

    def test(self) -> dict[str, float]:
        """Return the mean return of the test episodes; asked of the incumbent only, never part of a result."""
        return {"test_return": self._mean_return("test")}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Write ``model.pt``: weights, optimizer state, epoch, and the configuration as JSON."""
        import torch

        state = {
            "policy": dict(self._policy.state_dict()),
            "value": dict(self._value.state_dict()),
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
        self._policy.load_state_dict(saved["policy"])
        self._value.load_state_dict(saved["value"])
        own = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": saved["optimizer"], "param_groups": own})
        self._epoch = int(saved["epoch"])

    def cleanup(self) -> None:
        """Give up the environments."""
        self._episodes.close()
        self._evaluated.close()

    def _seed(self, purpose: str) -> int:
        return seed_of(self._session, self._config, purpose, self._epoch)

    def _chance(self, purpose: str) -> torch.Generator:
        """Return a generator for one purpose of this epoch, on the CPU."""
        import torch

        return torch.Generator().manual_seed(self._seed(purpose))

    def _seen(self, observations: npt.NDArray[Any]) -> torch.Tensor:
        """Return observations as float inputs on the device."""
        import torch

        return torch.as_tensor(observations, dtype=torch.float32).to(self._device)

    def _sampled(self, chance: torch.Generator) -> Choose:
        """Return the choice of actions with the policy's probabilities: the largest score with Gumbel noise."""
        import torch

        def choose(observations: Floats) -> Actions:
            with torch.inference_mode():
                scores = self._policy(self._seen(observations)).cpu()
                noise = torch.empty_like(scores).exponential_(generator=chance).log_().neg_()
                chosen: Actions = (scores + noise).argmax(1).numpy()
                return chosen

        return choose

    def _mean_return(self, purpose: str) -> float:
        """Return the mean return of the "validation" or "test" episodes."""
        beginnings = seed_of(self._session, {}, purpose)
        return float(self._evaluated.returns(beginnings, self._sampled(self._chance(purpose))).mean())

    def _batch(self, rollout: Rollout) -> Batch:
        """Return what is learnt from a rollout."""
        import torch

        seen = self._seen(rollout.observations)
        with torch.inference_mode():
            values = self._value(seen)[..., 0].cpu().double().numpy()
            log_chances = self._policy(seen[:-1]).log_softmax(-1)
        found = advantages(rollout, values, self._config["discount"], self._config["gae_lambda"])
        acted = torch.as_tensor(rollout.acted).to(self._device)
        actions = torch.as_tensor(rollout.actions).to(self._device)
        estimated = self._seen(found)[acted]
        return Batch(
            seen[:-1][acted],
            actions[acted],
            log_chances.gather(-1, actions[..., None])[..., 0][acted],
            (estimated - estimated.mean()) / (estimated.std() + 1e-8),
            self._seen(found + values[:-1])[acted],
        )

    def _learn(self, batch: Batch, order: torch.Generator) -> None:
        """Go over the steps some times, in minibatches of another order each time."""
        import torch

        size = int(self._config["minibatch_size"])
        for _ in range(int(self._config["update_epochs"])):
            shuffled = torch.randperm(len(batch.actions), generator=order).to(self._device)
            for chosen in shuffled.split(size):
                loss = self._loss(Batch(*(part[chosen] for part in batch)))
                self._optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                self._optimizer.step()

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Return the negative clipped objective, less the entropy bonus, plus the error of the values."""
        import torch

        clip = self._config["clip"]
        log_chances = self._policy(batch.observations).log_softmax(-1)
        ratios = (log_chances.gather(-1, batch.actions[:, None])[:, 0] - batch.log_chances).exp()
        clipped = ratios.clamp(1 - clip, 1 + clip)
        gained = torch.minimum(ratios * batch.advantages, clipped * batch.advantages).mean()
        entropy = -(log_chances.exp() * log_chances).sum(-1).mean()
        errors = (self._value(batch.observations)[:, 0] - batch.returns).square().mean()
        return errors - gained - self._config["entropy"] * entropy


def _network(inputs: int, width: int, outputs: int) -> torch.nn.Sequential:
    """Return a fresh network of two hidden layers on the CPU."""
    from torch import nn

    return nn.Sequential(
        nn.Linear(inputs, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, outputs)
    )
