"""Wrapped trainables: a user's class or function with its session, its seeds, and checks of its declarations.

Each epoch begins with the global generators seeded from (trainable, repetition, configuration, epoch), so
that a trial draws the same whatever its process has done before, and when it goes on in another.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ray import tune
from ray.tune.trainable import FunctionTrainable, wrap_function

from benchmarks.core.seeding import seed_generators, trial_seed
from benchmarks.engines.ray_internals import get_session
from benchmarks.suite.registry import Capability, TrainableSpec
from benchmarks.suite.session import Session
from benchmarks.training.exits import as_errors


class CheckpointError(RuntimeError):
    """A function declared with ``checkpoints=True`` does not report or does not read one."""


@dataclass(frozen=True)
class EpochSeeding:
    """Seeds the global generators of a trial's process; ``on`` False leaves them alone."""

    trainable: str
    repetition: int
    gpu: bool
    on: bool

    @classmethod
    def of(cls, spec: TrainableSpec, session: Session) -> EpochSeeding:
        """Return the seeding of this trainable's epochs in a session."""
        return cls(spec.seeds_of or spec.name, session.repetition, session.device == "gpu", spec.seeded)

    def begin(self, config: Mapping[str, Any], epoch: int) -> None:
        """Seed the generators for an epoch (from 0) of a configuration."""
        if self.on:
            seed = trial_seed(self.trainable, self.repetition, config, "global", epoch)
            seed_generators(seed, gpu=self.gpu)


def as_tune_takes_it(spec: TrainableSpec, session: Session) -> type[tune.Trainable]:
    """Return the trainable as a class for Tune, with the session bound to it."""
    chance = EpochSeeding.of(spec, session)
    if inspect.isclass(spec.target):
        bound: type[tune.Trainable] = tune.with_parameters(seeded(spec.target, chance), session=session)
    else:
        function = tune.with_parameters(_called(spec.target), session=session)
        bound = _function(function, chance, saves=Capability.CHECKPOINTS in spec.provides)
    bound.__name__ = getattr(spec.target, "__name__", spec.name)
    return bound


def seeded(target: type, chance: EpochSeeding) -> type[Any]:
    """Return a class trainable whose set-up, resets and epochs begin with seeded generators.

    ``setup`` is given the session if it has a parameter of that name.
    """
    with_session = _takes_session(target.setup)  # type: ignore[attr-defined]

    class Seeded(target):  # type: ignore[misc]
        """The user's class, seeded before each epoch."""

        def setup(self, config: dict[str, Any], session: Session) -> None:
            self._seeded_config = copy.deepcopy(config)
            chance.begin(self._seeded_config, 0)
            with as_errors():
                super().setup(config, **({"session": session} if with_session else {}))

        def reset_config(self, new_config: dict[str, Any]) -> Any:
            self._seeded_config = copy.deepcopy(new_config)
            chance.begin(self._seeded_config, 0)
            with as_errors():
                return super().reset_config(new_config)

        def step(self) -> Any:
            chance.begin(self._seeded_config, self._iteration)
            with as_errors():
                return super().step()

        def save_checkpoint(self, checkpoint_dir: str) -> Any:
            with as_errors():
                return super().save_checkpoint(checkpoint_dir)

        def load_checkpoint(self, checkpoint: Any) -> None:
            with as_errors():
                super().load_checkpoint(checkpoint)

        def cleanup(self) -> None:
            with as_errors():
                super().cleanup()

    return Seeded


def _function(function: Callable[..., Any], chance: EpochSeeding, saves: bool) -> type[FunctionTrainable]:
    """Return Tune's class of a function trainable, seeded before every epoch.

    Args:
        function: of the configuration alone.
        chance: its seeds.
        saves: it has promised to report checkpoints and to go on from them.
    """

    class Function(wrap_function(function)):  # type: ignore[misc]
        """The function in its thread, which waits in ``tune.report`` while no epoch is trained."""

        _loaded: ResumedCheckpoint | None = None

        def setup(self, config: dict[str, Any]) -> None:
            self._seeded_config = copy.deepcopy(config)
            super().setup(config)

        def _begin(self) -> None:
            chance.begin(self._seeded_config, self._iteration)

        def step(self) -> Any:
            self._begin()
            result = super().step()
            if self._loaded is not None and not self._loaded.read:
                raise CheckpointError(
                    f"the trial goes on after epoch {self._iteration}, but the function began anew without "
                    "reading tune.get_checkpoint(); let it load what it reported, or leave out "
                    "checkpoints=True"
                )
            self._loaded = None
            return result

        def save(self, checkpoint_dir: str | None = None) -> Any:
            saved = super().save(checkpoint_dir)
            if saves and saved.checkpoint is None:
                raise CheckpointError(
                    f"epoch {self._iteration} was reported without a checkpoint, so the trial cannot rest "
                    "there; pass one with every tune.report(metrics, checkpoint=...), or leave out "
                    "checkpoints=True"
                )
            return saved

        def load_checkpoint(self, checkpoint: Any) -> None:
            super().load_checkpoint(checkpoint)
            if saves:
                session = get_session()
                assert session is not None, "Tune has set the function up"
                session.loaded_checkpoint = self._loaded = ResumedCheckpoint(
                    checkpoint.checkpoint, self._begin
                )

    return Function


class ResumedCheckpoint(tune.Checkpoint):
    """The checkpoint from which a function resumes.

    When it has been read, the epoch begins: what the function drew before, for the first weights say, must
    not shift what it draws after, or a trial that rested would train on otherwise than one that did not.

    Args:
        checkpoint: what is read.
        begin: called after each reading.
    """

    def __init__(self, checkpoint: tune.Checkpoint, begin: Callable[[], None]) -> None:
        self._begin = begin
        super().__init__(checkpoint.path, checkpoint.filesystem)
        self.read = False

    @property
    def path(self) -> str:
        self._was_read()
        return self._path

    @path.setter
    def path(self, value: str) -> None:
        self._path, self.read = value, False

    @contextmanager
    def as_directory(self) -> Iterator[str]:
        with super().as_directory() as folder:
            yield folder
        self._was_read()

    def _was_read(self) -> None:
        self.read = True
        self._begin()


def _called(target: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as one of configuration and session; it is given the session if it takes one."""
    with_session = _takes_session(target)

    def train(config: dict[str, Any], session: Session) -> Any:
        with as_errors():
            return target(config, session=session) if with_session else target(config)

    return train


def _takes_session(call: Callable[..., Any]) -> bool:
    given = inspect.signature(call).parameters
    return "session" in given or any(p.kind is p.VAR_KEYWORD for p in given.values())
