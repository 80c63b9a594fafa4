"""The registry: what can be paired, and what each part needs and offers.

A searcher, scheduler or trainable registers itself by a decorator in a file of its own, in the packages
``searchers``, ``schedulers`` and ``benchmarks.trainables``; a third party's arrives by an entry point
(groups ``tunegrid.searchers``, ``tunegrid.schedulers``, ``tunegrid.trainables``) that names a module with
such decorators.  The environment variable ``TUNEGRID_PLUGINS`` names such modules too, which need no package;
it reaches every process of a run.  Each side states *capabilities* that it offers and wants;
``compatibility`` matches them.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from importlib.metadata import EntryPoint
from typing import Any, Generic, TypeVar

from benchmarks.specs import (
    Capability,
    Effect,
    SchedulerSpec,
    ScheduleSetup,
    SearcherSpec,
    SearchPlan,
    SearchSetup,
    Spec,
    TrainableSpec,
)

__all__ = [
    "SCHEDULERS",
    "SEARCHERS",
    "TRAINABLES",
    "Capability",
    "Effect",
    "Registry",
    "ScheduleSetup",
    "SchedulerSpec",
    "SearchPlan",
    "SearchSetup",
    "SearcherSpec",
    "Spec",
    "TrainableSpec",
    "UnknownName",
    "scheduler",
    "searcher",
    "trainable",
]

PACKAGES = {
    "searchers": "searchers",
    "schedulers": "schedulers",
    "trainables": "benchmarks.trainables",
}
PLUGINS = "TUNEGRID_PLUGINS"  # module names with commas between them


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
        for point in _entry_points(f"tunegrid.{self.kind}"):
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
        """Return the names that match any of the globs, in registry order; hidden ones by their name only.

        Raises:
            UnknownName: if a glob matches nothing.
        """
        names = [name for name, spec in self.items() if not spec.hidden or name in patterns]
        for pattern in patterns:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise UnknownName(self._unknown(pattern))
        return [name for name in names if any(fnmatchcase(name, p) for p in patterns)]

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, list(self), n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self)}"
        return f"unknown {self.kind.removesuffix('s')} {name!r}; {hint}"


def _entry_points(group: str) -> Iterator[EntryPoint]:
    """Yield those of a group, then what the environment names; each module is imported only once."""
    yield from importlib.metadata.entry_points(group=group)
    for module in filter(None, os.environ.get(PLUGINS, "").split(",")):
        yield EntryPoint(module, module, group)


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
