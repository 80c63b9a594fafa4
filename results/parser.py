"""The parser of every command: one style of help, and of errors."""

from __future__ import annotations

import argparse
import difflib
import re
import textwrap
from collections.abc import Sequence
from typing import Any, NoReturn

from results.messages import nearest, one_line
from results.quantities import duration, positive_duration, spelled

#: A name, whose brackets may hold what separates names: ``asha[grace_period=1|3, reduction_factor=4]``.
_NAME = re.compile(r"(?:\[[^\[\]]*=[^\[\]]*\]|[^\s,])+")


class Help(argparse.HelpFormatter):
    """Help that shows the default and the choices of each option, where its text does not say them.

    Lines do not end within a name, so that names can be found and copied.
    """

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        text = action.help or ""
        known = action.choices if action.metavar is not None and action.choices else known_names(action)
        if known:
            text += f"; choose {', '.join(map(str, known)).replace('%', '%%')}"
        if default := _default(action):
            text += f" (default: {default})"
        return text


def _default(action: argparse.Action) -> str:
    """Return the default as it would be typed; empty for a flag, or where the help says it already."""
    value, says = action.default, "default" in (action.help or "")
    if not action.option_strings or action.required or action.nargs == 0 or says:
        return ""
    if value is argparse.SUPPRESS:
        return ""
    if value is None:
        return "none"
    names = known_names(action)
    if isinstance(value, list | tuple):
        text = "all" if names and list(value) == names else " ".join(map(str, value))
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if action.type in (duration, positive_duration):
            text = spelled(value)
    return text.replace("%", "%%")


class NamesAction(argparse.Action):
    """The names that were given, which a comma or a blank separates.

    Args:
        known: the names that there are; without it any name, or glob, will do.
    """

    def __init__(self, *arguments: Any, known: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*arguments, **{"nargs": "+"} | settings)
        self.known = list(known)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        names = split_names(values)
        for name in names:
            if self.known and name not in self.known:
                shown = one_line(name, 80)
                raise argparse.ArgumentError(self, f"unknown name {shown!r}; {nearest(name, self.known)}")
        if not names:
            raise argparse.ArgumentError(self, "it names nothing; give at least one name")
        setattr(namespace, self.dest, names)


def split_names(words: Sequence[str]) -> list[str]:
    """Return the names in words of a command line; a comma or a blank outside of brackets separates them."""
    return _NAME.findall(" ".join(words))


def known_names(action: argparse.Action) -> list[str]:
    """Return the names that an option knows, none if it takes any."""
    return action.known if isinstance(action, NamesAction) else []


class Parser(argparse.ArgumentParser):
    """argparse that says in one line what is wrong and what to do, with exit code 2.

    Args:
        prog: the command as it was called, such as ``tunegrid run``.
        description: one sentence.
        epilog: what is said after the options, if anything.
    """

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, formatter_class=Help)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse a command line; an unknown option is answered with the nearest one."""
        parsed, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}{self._nearest_option(rest)}")
        return parsed

    def _nearest_option(self, words: Sequence[str]) -> str:
        unknown = next((word.partition("=")[0] for word in words if word.startswith("-")), "")
        near = difflib.get_close_matches(unknown, self._option_string_actions, n=1)
        return f"; did you mean {near[0]}?" if near else ""

    def error(self, message: str) -> NoReturn:
        """End the process with exit code 2 and ``PROG: what is wrong; what to do``."""
        text = one_line(message)
        todo = "" if "; " in text or "(choose" in text else f"; {self.prog} --help shows what there is"
        self.exit(2, f"{self.prog}: {text}{todo}\n")
