"""Seeded randomness of training: initial weights, order of examples, noise.

Each is a function of (trainable, repetition, configuration, epoch), whichever trainer runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.core.seeding import trial_seed
from benchmarks.suite.session import Session

if TYPE_CHECKING:
    import torch

Config = Mapping[str, Any]


def seed_of(session: Session, config: Config, purpose: str, epoch: int = 0) -> int:
    """Return the seed of one purpose ("weights", "order", "noise") of a configuration at an epoch."""
    return trial_seed(session.trainable, session.repetition, config, purpose, epoch)


def minibatch_order(session: Session, config: Config, epoch: int, examples: int) -> torch.Tensor:
    """Return the order of the examples in an epoch (from 0), shape (examples,), int64, on the CPU."""
    import torch

    chance = torch.Generator().manual_seed(seed_of(session, config, "order", epoch))
    return torch.randperm(examples, generator=chance)


@contextmanager
def seeded(session: Session, config: Config, purpose: str, epoch: int = 0) -> Iterator[None]:
    """Seed torch's global generators inside the block, and leave them outside as they were."""
    import torch

    gpus = list(range(torch.cuda.device_count())) if session.device == "gpu" else []
    seed = seed_of(session, config, purpose, epoch)
    with torch.random.fork_rng(devices=gpus):
        torch.default_generator.manual_seed(seed)
        if gpus:
            torch.cuda.manual_seed_all(seed)
        yield
