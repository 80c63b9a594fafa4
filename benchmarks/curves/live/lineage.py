"""The lineage of a training: what it was started from, by which a curve of real training is known.

A trial that keeps its configuration has one curve.  One that takes over another trial's checkpoint, or whose
configuration is changed while it trains, goes on as a *branch*: a curve of its own, behind some epochs of its
parent.  Equal lineages have equal curves, whichever experiment asks for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from benchmarks.core.seeding import canonical
from benchmarks.suite.experiment import Device

KEY_DIGITS, SUBJECT_DIGITS = 20, 16  # hexadecimal


@dataclass(frozen=True)
class Subject:
    """What is trained: a trainable on its data and device, in one repetition.

    Attributes:
        trainable: the registered name.
        content: hash of the trainable's version, its data, and the environment of its numerics.
        device: "cpu" or "gpu".
        gpus: share of a GPU that a training has.
        repetition: part of every seed.
    """

    trainable: str
    content: str
    device: Device
    gpus: float
    repetition: int

    @cached_property
    def key(self) -> str:
        """16 hexadecimal digits of what curves depend on, but for the repetition."""
        text = canonical([self.trainable, self.content, self.device])
        return hashlib.sha256(text.encode()).hexdigest()[:SUBJECT_DIGITS]


@dataclass(frozen=True)
class Curve:
    """The curve of one configuration, from its start or behind a parent's first epochs.

    Attributes:
        subject: what is trained.
        config: the configuration, as the trainable is given it.
        cpus: CPUs of the trial.
        parent: the curve whose checkpoint it goes on from; None for a training from the start.
        branch: epochs of the parent behind it.
    """

    subject: Subject
    config: Mapping[str, Any]
    cpus: float = 1.0
    parent: Curve | None = None
    branch: int = 0

    @cached_property
    def text(self) -> str:
        """The configuration as canonical JSON."""
        return canonical(dict(self.config))

    @cached_property
    def key(self) -> str:
        """The curve's name, in every run and on every machine."""
        parts = [self.subject.key, self.subject.repetition, self.text, self.cpus]
        if self.parent is not None:
            parts += [self.parent.key, self.branch]
        return hashlib.sha256(canonical(parts).encode()).hexdigest()[:KEY_DIGITS]

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and self.key == other.key

    def continued(self, epoch: int, config: Mapping[str, Any], cpus: float) -> Curve:
        """Return the curve on which a trial goes on behind ``epoch`` epochs of this one.

        That is this one while configuration and CPUs stay what they are, else a branch.
        """
        if cpus == self.cpus and canonical(dict(config)) == self.text:
            return self
        return Curve(self.subject, dict(config), cpus, self, epoch)
