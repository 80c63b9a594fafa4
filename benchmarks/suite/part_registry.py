"""The registry of the parts of one kind: what is registered, discovered, or named by its file or options."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from benchmarks.core.refusal import SpecError, error_line, nearest, one_line, shown
from benchmarks.suite import bracketed
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.part_caches import clear_caches
from benchmarks.suite.part_options import BadOption
from benchmarks.suite.plugins import entry_points, why_not_loaded
from benchmarks.suite.specs import BuiltSpec, Spec
from benchmarks.suite.used_constants import with_constants
from benchmarks.suite.user_parts import is_reference, located, specs_of
from benchmarks.user_files import announce, announced

PACKAGES = {
    "searchers": "searchers",
    "schedulers": "schedulers",
    "trainables": "benchmarks.trainables",
}

S = TypeVar("S", bound=Spec)


class UnknownName(KeyError):
    """A name or glob that matches nothing in the registry; the message names the nearest match."""


class Registry(Mapping[str, S], Generic[S]):
    """The registered parts of one kind, by name; looking at it imports their files first."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._specs: dict[str, S] = {}
        self._variants: dict[str, S] = {}
        self._named_by: dict[str, str] = {}  # name -> the file by which it was named
        self._refused: dict[str, str] = {}  # name -> why
        self._unloaded: list[str] = []
        self._discovered = False
        self.broken: dict[str, str] = {}  # plug-in, or its part -> why it is not there

    def add(self, spec: S) -> None:
        """Register ``spec``.

        Raises:
            SpecError: if another module took the name already.
        """
        namesake = self._specs.get(spec.name)
        if namesake is not None and namesake.origin != spec.origin:
            raise SpecError(
                f"two {self.kind} are called {spec.name!r}: {namesake.origin} and {spec.origin}; rename one"
            )
        self._specs[spec.name] = spec
        self._variants.clear()
        self._refused.pop(spec.name, None)
        self.broken.pop(f"{spec.name} ({spec.origin})", None)

    def file_of(self, name: str) -> str:
        """Return by which file or module a part was named; "" if it was registered otherwise."""
        return self._named_by.get(name, "")

    @contextmanager
    def set_aside(self, chosen: Callable[[S], bool]) -> Iterator[dict[str, S]]:
        """Leave out the parts that ``chosen`` is true of, and yield them; put all back at the end."""
        self._discover()
        before = self._specs, self._variants, self._named_by, self._refused
        aside = {name: spec for name, spec in self._specs.items() if chosen(spec)}
        self._specs = {name: spec for name, spec in self._specs.items() if name not in aside}
        self._variants, self._named_by, self._refused = {}, {}, {}
        clear_caches()
        try:
            yield aside
        finally:
            self._specs, self._variants, self._named_by, self._refused = before
            clear_caches()

    def refuse(self, name: Any, origin: str, reason: str) -> None:
        """Note that a plug-in's part could not be registered, and why in one line."""
        known = name if isinstance(name, str) else shown(name)
        self._refused[known] = reason
        self.broken[f"{one_line(known)} ({one_line(origin)})"] = reason

    def _discover(self) -> None:
        if self._discovered:
            return
        self._discovered = True
        package = importlib.import_module(PACKAGES[self.kind])
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                importlib.import_module(f"{package.__name__}.{module.name}")
        for point in entry_points(self.kind):
            if reason := why_not_loaded(point.value):
                what = f"{point.name} = {point.value}"
                self._unloaded.append(f"plug-in {what} could not be loaded ({reason})")
                self.broken[what] = reason
        for part in announced(self.kind):
            try:
                self._add_named(part)
            except (Misuse, SpecError) as error:  # what needs it will say so
                self._unloaded.append(f"{part} could not be loaded ({error_line(error)})")

    def __getitem__(self, name: str) -> S:
        self._discover()
        if name in self._specs:
            return self._specs[name]
        if name not in self._variants:
            [self._variants[name]] = self._with_options(name)
        return self._variants[name]

    def _with_options(self, name: str) -> list[S]:
        """Return the parts that a name with options in brackets stands for.

        Raises:
            UnknownName: if there is none.
        """
        base, within = bracketed.split(name)
        spec = self._specs.get(base)
        if spec is None or not within:
            raise UnknownName(self._unknown(base))
        if not isinstance(spec, BuiltSpec):
            raise UnknownName(f"{name}: {spec.KIND} {base} has no options; leave the brackets out")
        try:
            return list(spec.variants(within))
        except BadOption as error:
            raise UnknownName(str(error)) from error

    def _add_named(self, text: str) -> list[str]:
        """Register what a file or module holds, and return the names.

        Raises:
            Misuse: if it is not there, no such part, or its name is taken by another.
            SpecError: if it lacks something.
        """
        names = []
        for spec in specs_of(self.kind, text, lambda: self._specs.values()):
            namesake, by = self._specs.get(spec.name), self._named_by.get(spec.name, text)
            another = namesake is not None and (namesake.origin != spec.origin or by != text)
            if another and namesake is not spec:
                other = by if by != text else f"that of {namesake.origin if namesake else ''}"
                how = f"add [name=another] to it: {text.partition('[')[0]}[name=...]"
                raise Misuse(
                    f"{text} is called {spec.name!r}, as is {other}; "
                    + (how if self.kind == "trainables" else "rename its function")
                )
            self.add(cast("S", with_constants(spec)))
            self._named_by[spec.name] = text
            names.append(spec.name)
        announce(self.kind, text)
        return names

    def __iter__(self) -> Iterator[str]:
        self._discover()
        return iter(sorted(self._specs))

    def __len__(self) -> int:
        self._discover()
        return len(self._specs)

    def select(self, patterns: list[str]) -> list[str]:
        """Return the names that match any of the globs, in registry order; hidden ones by their name only.

        A pattern may have options in brackets, several values of which are several parts, or be the name of a
        file (``suite.user_parts``), whose parts are then registered.

        Raises:
            UnknownName: if a glob matches nothing, or an option cannot be.
            Misuse: if a file does not hold what it is to hold.
            SpecError: if a part in it lacks something.
        """
        self._discover()
        chosen = [name for pattern in patterns for name in self._matching(pattern)]
        order = list(self)
        return sorted(dict.fromkeys(chosen), key=lambda name: order.index(bracketed.split(name)[0]))

    def _matching(self, pattern: str) -> list[str]:
        """Return the names that a glob, a name with options, or the name of a file stands for."""
        if pattern in self._specs:
            return [pattern]
        base, within = bracketed.split(pattern)
        if is_reference(pattern) and base not in self._specs:
            if self.kind == "trainables":
                return self._add_named(located(pattern, Path.cwd()))
            bases = self._add_named(located(base, Path.cwd()))
        else:
            bases = [n for n, s in self.items() if fnmatchcase(n, base) and (not s.hidden or n == base)]
        if not bases:
            raise UnknownName(self._unknown(base))
        if not within:
            return bases
        return [spec.name for base in bases for spec in self._with_options(f"{base}[{within}]")]

    def _unknown(self, name: str) -> str:
        refused = [reason for part, reason in self._refused.items() if fnmatchcase(part, name)]
        if refused:
            return "; ".join(refused)
        open_first = sorted(self, key=lambda known: self[known].hidden)  # of very many not all are named
        unknown = f"unknown {self.kind.removesuffix('s')} {shown(name)}; {nearest(name, open_first)}"
        return "; ".join([unknown, *self._unloaded])
