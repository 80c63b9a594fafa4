"""The registry: what can be paired, and what each part needs and offers.

A searcher, scheduler or trainable registers itself by a decorator in a file of its own, in the packages
``searchers``, ``schedulers`` and ``benchmarks.trainables``; a third party's arrives by an entry point
(groups ``tunegrid.searchers``, ``tunegrid.schedulers``, ``tunegrid.trainables``) that names a module with
such decorators.  Each side states *capabilities* that it offers and wants; ``compatibility`` matches them.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Generic, Literal, TypeVar

PACKAGES = {
    "searchers": "searchers",
    "schedulers": "schedulers",
    "trainables": "benchmarks.trainables",
}


class Capability(StrEnum):
    """What one part of a combination can offer and another can want."""

    VARIANTS = "variants"  # searcher: Tune's own variant generator draws, there is no Searcher object
    ONE_TRIAL = "one-trial"  # searcher: one configuration on its own makes sense
    PAUSE_AWARE = "pause-aware"  # searcher: understands TuneBOHB's on_pause and on_unpause
    FEEDS_BOHB = "feeds-bohb"  # scheduler: tells TuneBOHB's model what it needs
    CHECKPOINTS = "checkpoints"  # trainable: saves, loads and resets (a class trainable)
    MUTABLE = "mutable"  # trainable: some hyperparameters may change while it trains
    MORE_CPUS = "more-cpus"  # trainable: uses the CPUs that it is given


@dataclass(frozen=True)
class SearchSetup:
    """What a searcher is built from; ``space`` is Tune's search-space dict."""

    space: Mapping[str, Any]
    trials: int
    seed: int
    look_ahead: int

    @property
    def startup(self) -> int:
        """Random trials before a model steps in: a quarter of the budget, 3 to 10, the same for all."""
        return min(10, max(3, self.trials // 4))


@dataclass(frozen=True)
class SearchPlan:
    """What Tune is given: the space it resolves itself, how often, and the algorithm (None = Tune's own)."""

    space: Mapping[str, Any]
    num_samples: int
    algorithm: Any = None


@dataclass(frozen=True)
class ScheduleSetup:
    """What a scheduler is built from; metric and mode reach it through Tune.

    ``policy`` is the file that a PBT experiment left for a replay, else None.
    """

    space: Mapping[str, Any]
    mutable: tuple[str, ...]
    trials: int
    epochs: int
    workers: int
    seed: int
    policy: str | None = None


@dataclass(frozen=True)
class Spec:
    """What all three kinds have in common."""

    name: str
    summary: str
    requires: tuple[str, ...] = ()  # distributions, as pip knows them
    provides: frozenset[Capability] = frozenset()
    wants: Mapping[Capability, str] = field(default_factory=dict)  # capability -> reason if missing
    origin: str = ""  # the module that registered it

    def missing(self) -> list[str]:
        """Return the required distributions that are not installed."""

        def absent(name: str) -> bool:
            try:
                importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                return True
            return False

        return [name for name in self.requires if absent(name)]


@dataclass(frozen=True)
class SearcherSpec(Spec):
    """A search algorithm.

    ``any_domain``: it can also draw what has no encoding as a number (``sample_from``, ``randn``).
    """

    build: Callable[[SearchSetup], SearchPlan] = field(default=lambda setup: SearchPlan({}, 0))
    any_domain: bool = False


@dataclass(frozen=True)
class SchedulerSpec(Spec):
    """A trial scheduler.

    ``look_ahead``: how many trials may be undecided at once: as many as there are workers, or all of them
    (a bracket or a population must be complete before it can be judged).  ``replays``: the scheduler whose
    best policy this one replays in a second step.
    """

    build: Callable[[ScheduleSetup], Any] = field(default=lambda setup: None)
    look_ahead: Literal["workers", "trials"] = "workers"
    reuse_actors: bool = True
    replays: str | None = None


@dataclass(frozen=True)
class TrainableSpec(Spec):
    """A model-training problem.

    ``target`` is a ``ray.tune.Trainable`` subclass or a function trainable; ``space()`` its search space;
    ``load(data, train_size, data_dir)`` the arrays that every trial reads, put once into the object store.
    ``test_metric`` names what ``target.test()`` reports of the incumbent, never shown to a searcher.
    """

    target: Any = None
    space: Callable[[], Mapping[str, Any]] = dict
    load: Callable[[str, int, str | None], Mapping[str, Any]] = field(default=lambda *_: {})
    metric: str = "val_accuracy"
    mode: Literal["min", "max"] = "max"
    test_metric: str | None = None
    mutable: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ("subset",)


S = TypeVar("S", bound=Spec)


class UnknownName(KeyError):
    """A name or glob that matches nothing in the registry; the message names the nearest match."""


class Registry(Mapping[str, S], Generic[S]):
    """The registered parts of one kind, by name; looking at it imports their files first."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._specs: dict[str, S] = {}
        self._discovered = False
        self.broken: dict[str, str] = {}  # entry point -> why it could not be loaded

    def add(self, spec: S) -> None:
        """Register ``spec``.

        Raises:
            ValueError: if another module took the name already.
        """
        taken = self._specs.get(spec.name)
        if taken is not None and taken.origin != spec.origin:
            raise ValueError(
                f"two {self.kind} are called {spec.name!r}: {taken.origin} and {spec.origin}; rename one"
            )
        self._specs[spec.name] = spec

    def _discover(self) -> None:
        if self._discovered:
            return
        self._discovered = True
        package = importlib.import_module(PACKAGES[self.kind])
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                importlib.import_module(f"{package.__name__}.{module.name}")
        for point in importlib.metadata.entry_points(group=f"tunegrid.{self.kind}"):
            try:
                point.load()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything
                self.broken[f"{point.name} = {point.value}"] = f"{type(error).__name__}: {error}"

    def __getitem__(self, name: str) -> S:
        self._discover()
        if name not in self._specs:
            raise UnknownName(self._unknown(name))
        return self._specs[name]

    def __iter__(self) -> Iterator[str]:
        self._discover()
        return iter(sorted(self._specs))

    def __len__(self) -> int:
        self._discover()
        return len(self._specs)

    def select(self, patterns: list[str]) -> list[str]:
        """Return the names that match any of the globs, in registry order.

        Raises:
            UnknownName: if a glob matches nothing.
        """
        names = list(self)
        for pattern in patterns:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise UnknownName(self._unknown(pattern))
        return [name for name in names if any(fnmatchcase(name, p) for p in patterns)]

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, list(self), n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self)}"
        return f"unknown {self.kind.removesuffix('s')} {name!r}; {hint}"


SEARCHERS: Registry[SearcherSpec] = Registry("searchers")
SCHEDULERS: Registry[SchedulerSpec] = Registry("schedulers")
TRAINABLES: Registry[TrainableSpec] = Registry("trainables")

F = TypeVar("F", bound=Callable[..., Any])


def searcher(name: str, summary: str, **fields: Any) -> Callable[[F], F]:
    """Register the decorated ``build(SearchSetup) -> SearchPlan``; ``fields`` are SearcherSpec's."""

    def register(build: F) -> F:
        SEARCHERS.add(SearcherSpec(name, summary, build=build, origin=build.__module__, **fields))
        return build

    return register


def scheduler(name: str, summary: str, **fields: Any) -> Callable[[F], F]:
    """Register the decorated ``build(ScheduleSetup) -> TrialScheduler``; ``fields`` are SchedulerSpec's."""

    def register(build: F) -> F:
        SCHEDULERS.add(SchedulerSpec(name, summary, build=build, origin=build.__module__, **fields))
        return build

    return register


def trainable(name: str, summary: str, **fields: Any) -> Callable[[F], F]:
    """Register the decorated trainable, a class or a function; ``fields`` are TrainableSpec's."""

    def register(target: F) -> F:
        TRAINABLES.add(TrainableSpec(name, summary, target=target, origin=target.__module__, **fields))
        return target

    return register
