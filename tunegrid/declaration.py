"""The declaration of a command: its name, a line of help, and where its code is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from results.parser import Parser


class Command(NamedTuple):
    """A command of ``tunegrid``; its module is imported when it is used.

    Attributes:
        name: after ``tunegrid`` on the command line.
        summary: one line for ``tunegrid --help``.
        module: with the code.
        main: name in ``module`` of the function that runs it: ``main(arguments, prog)`` gives the exit code.
        parser: name in ``module`` of the function that returns its parser: ``parser(prog)``.
    """

    name: str
    summary: str
    module: str
    main: str = "main"
    parser: str = "parser"

    @property
    def prog(self) -> str:
        """Return the words that call the command."""
        return f"tunegrid {self.name}"

    def run(self, arguments: Sequence[str]) -> int:
        """Run the command and return its exit code."""
        code: int = getattr(import_module(self.module), self.main)(arguments, self.prog)
        return code

    def make_parser(self) -> Parser:
        """Return the command's parser."""
        parser: Parser = getattr(import_module(self.module), self.parser)(self.prog)
        return parser
