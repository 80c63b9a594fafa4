"""Command templates: the words of a command line, with placeholders for hyperparameters.

``{lr}`` is the value of a hyperparameter, ``{model/width}`` that of one in a nested space; a format may
follow (``{lr:.3g}``).  ``{{`` is a brace.  A word is filled as a whole: no shell reads it.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any

from results.messages import nearest

#: Placeholders other than hyperparameters -> what they stand for.
SPECIAL = {
    "config": "a JSON file of the configuration",
    "seed": "a seed of (trainable, repetition, configuration)",
    "folder": "an empty folder of the trial's own",
}


class BadCommand(ValueError):
    """A command that cannot be a trainable; the message is one line."""


@dataclass(frozen=True)
class Template:
    """A command line with placeholders.

    Raises:
        BadCommand: if it cannot be split into words, or a brace is not closed.
    """

    text: str

    def __post_init__(self) -> None:
        if not self.words:
            raise BadCommand("the command is empty; write one such as 'python train.py --lr {lr}'")
        self.placeholders  # noqa: B018 - read once, so that a mistake shows here

    @cached_property
    def words(self) -> list[str]:
        """The words, as a shell would split them."""
        try:
            return shlex.split(self.text)
        except ValueError as error:
            raise BadCommand(f"the command {self.text!r} cannot be split into words: {error}") from error

    @cached_property
    def placeholders(self) -> list[str]:
        """The names in braces."""
        return [name for word in self.words for _, name, _ in _pieces(word) if name is not None]

    def check(self, varying: Iterable[str], fixed: Iterable[str] = ()) -> None:
        """Check the placeholders against the names of a space.

        Args:
            varying: names at the top of the space that have a domain.
            fixed: the other ones.

        Raises:
            BadCommand: for a placeholder that the space does not have, or a varying one that is left out.
        """
        varying, fixed = list(varying), list(fixed)
        for name in self.placeholders:
            if _top(name) not in (*varying, *fixed, *SPECIAL):
                hint = nearest(name, [*varying, *fixed, *SPECIAL])
                raise BadCommand(
                    f"the command has {{{name}}}, which is not in the space; {hint} (a brace that is meant "
                    "is written twice)"
                )
        used = {_top(name) for name in self.placeholders}
        left_out = [name for name in varying if name not in used]
        if left_out and ("config" not in used or "config" in (*varying, *fixed)):
            raise BadCommand(
                f"the command leaves out {', '.join(left_out)} of the space; add "
                f"{' '.join(f'{{{name}}}' for name in left_out)}, or {{config}}, {SPECIAL['config']}"
            )

    def filled(self, values: Mapping[str, Any]) -> list[str]:
        """Return the words with these values in place of the placeholders.

        Text stands as it is, everything else as JSON (``true``, ``null``, ``1e-05``).

        Raises:
            BadCommand: for a name that is not there, or a format that does not fit its value.
        """
        return ["".join(_filled(word, values)) for word in self.words]


def _filled(word: str, values: Mapping[str, Any]) -> Iterator[str]:
    for literal, name, spec in _pieces(word):
        yield literal
        if name is None:
            continue
        value = _value_of(name, values)
        if not spec:
            yield value if isinstance(value, str) else json.dumps(value)
            continue
        try:
            yield format(value, spec)
        except (TypeError, ValueError) as error:
            raise BadCommand(f"{{{name}:{spec}}} does not fit {value!r}: {error}") from error


def _value_of(name: str, values: Mapping[str, Any]) -> Any:
    value: Any = values
    for part in [name] if name in values else name.split("/"):
        if not isinstance(value, Mapping) or part not in value:
            raise BadCommand(f"the configuration has no {name}, which the command needs")
        value = value[part]
    return value


def _pieces(word: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield the literal texts of a word, each with the placeholder and format after it."""
    try:
        for literal, name, spec, conversion in Formatter().parse(word):
            if name == "" or conversion:
                raise BadCommand(f"{word!r} has an empty placeholder or a conversion; write {{name}}")
            yield literal, name, spec or ""
    except BadCommand:
        raise
    except ValueError as error:
        raise BadCommand(
            f"{word!r} cannot be read: {error}; a brace that is meant is written twice"
        ) from error


def _top(name: str) -> str:
    return name.partition("/")[0]
