"""Options of searchers and schedulers: what their builders take by keyword, and variants with other values.

A builder's keyword-only arguments are its part's options: the signature has their names, types and defaults,
``options=`` of the decorator what they mean, their limits and whose they are.
"""

from __future__ import annotations

import inspect
import math
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar

from benchmarks.core.refusal import nearest, wrong
from benchmarks.suite.bracketed import Malformed, each, joined, values_of

#: A function that builds a part.
Builder = TypeVar("Builder", bound=Callable[..., Any])

_TYPES = (bool, int, float, str)
_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a word"}


class BadOption(ValueError):
    """An option that a part has not, or a value that one may not have; one line."""


@dataclass(frozen=True)
class Option:
    """The declaration of an option of a searcher or a scheduler.

    >>> import tunegrid as tg
    >>> step = tg.Option("length of the first step", above=0, extremes=(0.01, 1.0), source="my paper")
    >>> step.above, step.most
    (0, None)

    Attributes:
        meaning: what it does, a clause.
        least, most: limits of a number, allowed themselves.
        above, below: limits that are not allowed themselves.
        choices: the words that it may be.
        default: what happens without it, in words, where the signature's default is None.
        extremes: values with which a short experiment can still run, for tests; the limits if empty.
        source: whose option it is, and its paper if it has one: ``ASHAScheduler, arXiv 1810.05934``.
    """

    meaning: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    default: str = ""
    extremes: tuple[Any, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class BuilderOption:
    """An option as a builder takes it: the declaration with the type and the default of the signature."""

    name: str
    type: type[Any]
    default: Any
    declared: Option

    @property
    def expected(self) -> str:
        """The values that it may have, in words."""
        o = self.declared
        if o.choices:
            return " or ".join(o.choices)
        ends = (("from", o.least), ("above", o.above), ("to", o.most), ("below", o.below))
        return " ".join([_WORDS[self.type], *(f"{word} {end:g}" for word, end in ends if end is not None)])

    @property
    def default_text(self) -> str:
        """The default as it would be written, or what happens without the option."""
        return self.declared.default if self.default is None and self.declared.default else text(self.default)

    def read(self, given: str) -> Any:
        """Return the value that is written.

        Raises:
            BadOption: if it is of another type, or beyond the limits.
        """
        value: Any = None
        if self.type is bool:
            value = {"true": True, "false": False}.get(given.lower())
        elif self.type is str:
            value = given
        else:
            try:
                number = float(given)
            except ValueError:
                number = math.nan
            if math.isfinite(number) and (self.type is float or number == int(number)):
                value = self.type(number)
        if value is None or not self._allowed(value):
            raise BadOption(f"{self.name} is {given}; expected {self.expected}")
        return value

    def _allowed(self, value: Any) -> bool:
        o = self.declared
        if o.choices:
            return value in o.choices
        if isinstance(value, bool | str):
            return True
        return (
            (o.least is None or value >= o.least)
            and (o.most is None or value <= o.most)
            and (o.above is None or value > o.above)
            and (o.below is None or value < o.below)
        )

    def extremes(self) -> list[str]:
        """Return the least and the largest value, or all words, as they would be written; not the default."""
        o = self.declared
        values = o.extremes or o.choices or ((True, False) if self.type is bool else (o.least, o.most))
        return [text(value) for value in values if value is not None and value != self.default]


def text(value: Any) -> str:
    """Return an option's value as it is written: ``true``, ``4``, ``0.25``, ``none``."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def options_of(build: Callable[..., Any], declared: Mapping[str, Option]) -> dict[str, BuilderOption]:
    """Return the options of a builder.

    Raises:
        ValueError: for a declaration of what it does not take by keyword alone, or an option without a
            default or of another type than bool, int, float, str.
    """
    try:
        parameters = inspect.signature(build).parameters.values()
        hints = typing.get_type_hints(build)
    except (TypeError, ValueError, NameError):  # it hides its signature, or its annotations are not there
        parameters, hints = inspect.signature(lambda: None).parameters.values(), {}
    options = {}
    for parameter in (p for p in parameters if p.kind is p.KEYWORD_ONLY):
        kind = _type(hints.get(parameter.name), parameter.default)
        if kind is None or parameter.default is parameter.empty:
            if parameter.name not in declared:
                continue  # something else that its author gives it
            raise ValueError(
                f"holds {parameter.name!r}, which the builder takes without a default or a type; write "
                f"{parameter.name}: int = 1, or another of {', '.join(kind.__name__ for kind in _TYPES)}"
            )
        options[parameter.name] = BuilderOption(
            parameter.name, kind, parameter.default, declared.get(parameter.name, Option())
        )
    for name in declared:
        if name not in options:
            raise ValueError(
                f"holds {name!r}, which the builder does not take by keyword: def build(setup, *, "
                f"{name}=...); {nearest(name, options)}"
            )
    return options


def forwards(target: Callable[..., Any]) -> Callable[[Builder], Builder]:
    """Return a decorator for a builder that passes ``**options`` on to another one, whose options it has.

    It stands below ``@searcher`` or ``@scheduler``, so that types and defaults are declared once.

    Args:
        target: takes the options by keyword alone.
    """

    def decorate(build: Builder) -> Builder:
        parameters = [p for p in inspect.signature(build).parameters.values() if p.kind is not p.VAR_KEYWORD]
        names = {p.name for p in parameters}
        passed = [
            p
            for p in inspect.signature(target).parameters.values()
            if p.kind is p.KEYWORD_ONLY and p.name not in names
        ]
        hints = typing.get_type_hints(target)
        build.__annotations__ |= {p.name: hints[p.name] for p in passed if p.name in hints}
        build.__signature__ = inspect.Signature([*parameters, *passed])  # type: ignore[attr-defined]  # as PEP 362 has it
        return build

    return decorate


def _type(hint: Any, default: Any) -> type[Any] | None:
    """Return the type of an option, from its annotation or else its default."""
    if isinstance(hint, UnionType) or typing.get_origin(hint) is typing.Union:
        kinds = [kind for kind in typing.get_args(hint) if kind is not NoneType]
        hint = kinds[0] if len(kinds) == 1 else None
    kind = hint if hint is not None else type(default)
    return kind if kind in _TYPES else None


def chosen(name: str, options: Mapping[str, BuilderOption], within: str) -> Iterator[dict[str, Any]]:
    """Yield the options that brackets give to the part ``name``, in all combinations, without defaults.

    Raises:
        BadOption: for an unknown option or a value that it may not have.
    """
    try:
        given = values_of(within)
    except Malformed as error:
        raise BadOption(f"{name}: {error}") from error
    for option in given:
        if not options:
            raise BadOption(f"{name} has no options, so {option} cannot be set")
        if option not in options:
            raise BadOption(f"{name} has no option {option!r}; {nearest(option, options)}")
    for one in each(given):
        try:
            read = {option: options[option].read(value) for option, value in one.items()}
        except BadOption as error:
            raise BadOption(f"{name}: {error}") from error
        yield {option: value for option, value in read.items() if value != options[option].default}


def variant_name(base: str, values: Mapping[str, Any]) -> str:
    """Return the name of a part with these options: ``asha[grace_period=3,reduction_factor=4]``."""
    return joined(base, {name: text(value) for name, value in values.items()})


def declarations(value: Any) -> dict[str, Option]:
    """Return a spec's ``options`` field: names and declarations."""
    if not isinstance(value, Mapping) or not all(isinstance(o, Option) for o in value.values()):
        raise wrong(value, "a dict of names and Option(...)", '{"alpha": Option("what it does", least=0)}')
    return {str(name): option for name, option in value.items()}
