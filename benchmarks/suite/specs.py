"""Specs: the registered facts of a part, those of all kinds, of a searcher and of a scheduler."""

from __future__ import annotations

import copy
import functools
import importlib.metadata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, Self

from benchmarks.core.refusal import SpecError, nearest, shown
from benchmarks.suite.capabilities import Capability, Effect
from benchmarks.suite.part_options import (
    BadOption,
    BuilderOption,
    Option,
    chosen,
    options_of,
    variant_name,
)
from benchmarks.suite.plain_lines import plain_with
from benchmarks.suite.setups import NativeSetup, SearchPlan

MOST_VARIANT = 100  # bytes of a name with options: three such names stand in the name of one file


@dataclass(frozen=True)
class Spec:
    """Fields that all three kinds of part share.

    Each field is checked by its rule (``suite.field_rules``), here and in whatever makes or replaces a spec.

    Raises:
        SpecError: for a value that a field may not hold.
    """

    KIND: ClassVar[str] = "part"
    DECORATED: ClassVar[str] = ""  # the field that holds what the decorator decorates

    name: str
    summary: str
    requires: tuple[str, ...] = ()  # distributions, as pip knows them
    provides: frozenset[Capability] = frozenset()
    wants: Mapping[Capability, str] = field(default_factory=dict)  # capability -> reason if missing
    install: str = ""  # the command that installs what is missing; "" = pip install of ``requires``
    repairs: tuple[str, ...] = ()  # defects of Ray or the library that are repaired here, a sentence each
    limits: Mapping[str, str] = field(default_factory=dict)  # name of a failed check of the probe -> why
    plain: tuple[str, ...] = ()  # Python that makes it with Ray alone: imports, statements, an expression
    hidden: bool = False  # for tests and probes: it runs only if named; globs and lists omit it
    origin: str = ""  # the module that registered it

    @classmethod
    def of(cls, name: str, summary: str, value: Any, values: Mapping[str, Any]) -> Self:
        """Return the spec of what a decorator decorates.

        Raises:
            SpecError: for an unknown field or a value that it may not hold.
        """
        known = [
            f.name
            for f in fields(cls)
            if f.name not in ("name", "summary", "origin", "set_options", cls.DECORATED)
        ]
        for field_name in values:
            if field_name not in known:
                raise SpecError(
                    f"{cls.KIND} {shown(name)}: {shown(field_name)} is not a field of a {cls.KIND}; "
                    f"{nearest(field_name, known)}"
                )
        origin = getattr(value, "__module__", None) or type(value).__module__
        return cls(name, summary, origin=origin, **{cls.DECORATED: value}, **values)

    def __post_init__(self) -> None:
        from benchmarks.suite.field_rules import rules

        known = rules()
        for each in fields(self):
            try:
                self._keep(each.name, known[each.name](getattr(self, each.name)))
            except ValueError as error:
                raise self.refusal(f"{each.name} {error}") from error

    def refusal(self, what: str) -> SpecError:
        """Return the error that refuses this spec."""
        return SpecError(f"{self.KIND} {shown(self.name)}: {what}")

    def _keep(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def missing(self) -> list[str]:
        """Return the required distributions that are not installed."""

        def absent(name: str) -> bool:
            try:
                importlib.metadata.distribution(name)  # unlike its version, this reads no file
            except importlib.metadata.PackageNotFoundError:
                return True
            return False

        return [name for name in self.requires if absent(name)]


@dataclass(frozen=True)
class BuiltSpec(Spec):
    """Fields of the parts that a function builds: searchers and schedulers.

    ``build`` is called with a setup.  Its keyword-only arguments are the options of the part; ``options``
    declares what they mean and may be (``suite.part_options``).
    ``set_options``: those that a variant has otherwise than by default.
    """

    DECORATED = "build"

    build: Callable[..., Any] = field(default=lambda setup: None)
    options: Mapping[str, Option] = field(default_factory=dict)
    set_options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            options_of(self.build, self.options)
        except ValueError as error:
            raise self.refusal(f"options {error}") from error

    def builder_options(self) -> Mapping[str, BuilderOption]:
        """Return the options with their types and defaults."""
        return options_of(self.build, self.options)

    def option_values(self) -> dict[str, Any]:
        """Return the value of each option: as set, else its default."""
        build = self.build
        if self.set_options and isinstance(build, functools.partial):
            build = build.func
        options = options_of(build, self.options)
        return {name: option.default for name, option in options.items()} | dict(self.set_options)

    def variants(self, within: str) -> Iterator[Self]:
        """Yield the part with the options that brackets give, in all combinations; at the defaults, itself.

        Raises:
            BadOption: for an unknown option or a value that it may not have.
        """
        for values in chosen(f"{self.KIND} {self.name}", self.builder_options(), within):
            yield self._variant(values) if values else self

    def at_extremes(self) -> list[str]:
        """Return the names of the variants that have one option at an extreme, for tests and probes."""
        return [
            variant.name
            for option in self.builder_options().values()
            for value in option.extremes()
            for variant in self.variants(f"{option.name}={value}")
        ]

    def _variant(self, values: Mapping[str, Any]) -> Self:
        name = variant_name(self.name, values)
        if len(name.encode()) > MOST_VARIANT:
            raise BadOption(f"{name} has more than {MOST_VARIANT} bytes; give fewer options at once")
        spec = copy.copy(self)  # its name is none that may be registered
        spec._keep("name", name)
        spec._keep("build", functools.partial(self.build, **values))
        spec._keep("set_options", dict(values))
        spec._keep("plain", plain_with(self.plain, values))
        return spec


@dataclass(frozen=True)
class SearcherSpec(BuiltSpec):
    """A search algorithm.

    ``any_domain``: it can also draw what has no encoding as a number (``sample_from``, ``randn``).
    ``learns``: what it proposes depends on the results so far.
    ``base``: it is plain random search, from which gains are counted.
    ``nested_in``: the searcher whose first proposals are all of this one's, with the same seed; the two are
    never tested against each other, as the larger cannot be worse.
    ``by_rung``: it models the results after each number of epochs by themselves, so that it begins to learn
    later where trials are stopped.
    ``budget``: how many times an experiment's trials it may ask for; shown wherever it is compared.
    ``seedable``: the same seed and results give the same proposals; False where a library cannot.
    ``chance``: another seed gives other proposals; False where nothing is drawn, as in a grid.
    ``seconds_of_300``: the most CPU seconds that 300 proposals with their results take, on one core in four
    dimensions.
    ``fixed_trials``: it is laid out for the number of trials, so a budget of time alone does not suit it.
    ``native``: the same search by the library's own documented API, without Ray; it is called with a
    ``NativeSetup`` and calls its ``loss`` once a trial.  With the same seed both must propose the same.
    ``native_kinds``: the kinds of domain (``spaces.domains.kind``) that the library's own API has; all others
    reach it encoded there too.  Empty: it has all.
    ``settings``: what is set otherwise than the library's default, and why, a sentence each.
    """

    KIND = "searcher"

    build: Callable[..., SearchPlan] = field(default=lambda setup: SearchPlan({}, 0))
    any_domain: bool = False
    learns: bool = True
    base: bool = False
    nested_in: str = ""
    by_rung: bool = False
    budget: int = 1
    seedable: bool = True
    chance: bool = True
    seconds_of_300: float = 30.0
    fixed_trials: bool = False
    native: Callable[[NativeSetup], Any] | None = None
    native_kinds: frozenset[str] = frozenset()
    settings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if Capability.VARIANTS not in self.provides:
            self._keep("provides", self.provides | {Capability.PAUSE_AWARE})

    def _variant(self, values: Mapping[str, Any]) -> Self:
        spec = super()._variant(values)
        spec._keep("native", None)  # it does the same at the defaults
        return spec


@dataclass(frozen=True)
class SchedulerSpec(BuiltSpec):
    """A trial scheduler.

    ``look_ahead``: the number of trials that may be undecided at once: as many as there are workers, or all
    of them (a bracket or a population must be complete before it can be judged).  ``replays``: the scheduler
    whose best policy this one replays in a second step.  ``does``: its effects on a trial; a long enough
    experiment shows each at least once.
    ``fixed_trials``: it compares all trials with each other, so a budget of time alone does not suit it;
    always so where ``look_ahead`` is all of them, and for a replay.
    """

    KIND = "scheduler"

    look_ahead: Literal["workers", "trials"] = "workers"
    reuse_actors: bool = True
    replays: str | None = None
    does: frozenset[Effect] = frozenset()
    fixed_trials: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.look_ahead == "trials" or self.replays is not None:
            self._keep("fixed_trials", True)

    def max_concurrent(self, trials: int, workers: int) -> int:
        """Return how many of ``trials`` may be undecided at the same time."""
        return trials if self.look_ahead == "trials" else min(workers, trials)
