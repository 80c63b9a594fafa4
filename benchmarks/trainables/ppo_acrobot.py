"""PPO on gymnasium's Acrobot-v1: two links to be swung up; each step costs 1, and 500 are the most."""

from __future__ import annotations

from benchmarks.suite.registry import trainable
from benchmarks.suite.shipped_constants import ShippedConstants
from benchmarks.trainables._ppo import FIELDS, Ppo


@trainable(
    "ppo-acrobot",
    "reinforcement learning of Acrobot by PPO: eight hyperparameters, returns from -500 on",
    source="gymnasium's Acrobot-v1 (Sutton 1995), MIT",
    constants=ShippedConstants.beside(__file__, "ppo-acrobot"),
    **FIELDS,
)
class PpoAcrobot(Ppo):
    """Three actions, six features; no reward tells a failure from another until one episode succeeds."""

    environment = "Acrobot-v1"
