"""PPO on gymnasium's CartPole-v1: a pole to be kept upright; a step of it is worth 1, at most 500 times."""

from __future__ import annotations

from benchmarks.suite.registry import trainable
from benchmarks.suite.shipped_constants import ShippedConstants
from benchmarks.trainables._ppo import FIELDS, Ppo


@trainable(
    "ppo-cartpole",
    "reinforcement learning of CartPole by PPO: eight hyperparameters, returns up to 500",
    source="gymnasium's CartPole-v1 (Barto, Sutton and Anderson 1983), MIT",
    constants=ShippedConstants.beside(__file__, "ppo-cartpole"),
    **FIELDS,
)
class PpoCartpole(Ppo):
    """Two actions, four features."""

    environment = "CartPole-v1"
