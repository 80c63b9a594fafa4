"""Make many things one after the other, where one that fails does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from results.console import say_error
from results.errors import Unreadable, first_line
from results.files import NotWritten

log = logging.getLogger(__name__)
Part = TypeVar("Part")


class TooLittle(Exception):
    """There are results, but not those that this takes; the message says what is missing."""


class SomeFailed(Exception):
    """Some of many parts could not be made; the message says which, and why.  All others were."""


@dataclass
class Made:
    """What became of the things that were to be made.

    Attributes:
        paths: the files written.
        failed: name -> why it could not be made.
        empty: name -> why there is nothing to show.
        halted: which file could not be written, and why; nothing was made after it.
    """

    paths: list[Path] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    halted: str = ""

    def add(self, other: Made) -> None:
        """Take in what became of others."""
        self.paths += other.paths
        self.failed |= other.failed
        self.empty |= other.empty
        self.halted = self.halted or other.halted

    def tell(self, kind: str, prog: str) -> int:
        """Print it in the name of the command ``prog``; return the exit code, 1 if anything failed."""
        for path in self.paths:
            print(path)
        for name, why in self.empty.items():
            print(f"{name}: no {kind}, {why}")
        for name, why in self.failed.items():
            say_error(prog, f"{name}: {why}")
        return 1 if self.failed else 0


def apart(parts: Iterable[tuple[str, Callable[[], Iterable[Part]]]]) -> Iterator[Part]:
    """Yield what each of the parts, a name and what makes it, yields; one that fails costs no other.

    Raises:
        SomeFailed: after the last one, if any failed.
    """
    failed = []
    for name, one in parts:
        try:
            yield from one()
        except (Unreadable, NotWritten):  # no other one can be made either
            raise
        except Exception as error:
            log.debug("%s failed", name, exc_info=True)
            failed.append(f"{name}: {because(error)}")
    if failed:
        raise SomeFailed("; ".join(failed))


def because(error: Exception) -> str:
    """Return in one line why something could not be made."""
    kind = "" if isinstance(error, SomeFailed | TooLittle) else f"{type(error).__name__}: "
    return f"{kind}{first_line(error)}"


def make(names: Iterable[str], one: Callable[[str], Iterable[list[Path]]]) -> Made:
    """Make what the names stand for; ``one`` yields the files of each part of it, nothing without data.

    A file that cannot be written ends it: the disk is full, or the folder belongs to somebody else.
    """
    made = Made()
    for name in names:
        before = len(made.paths)
        try:
            for paths in one(name):
                made.paths += paths
        except Unreadable:  # no other one can be made either
            raise
        except TooLittle as error:
            made.empty[name] = str(error)
        except NotWritten as error:  # neither can the others
            made.failed[name] = made.halted = str(error)
            break
        except Exception as error:
            log.debug("%s failed", name, exc_info=True)
            made.failed[name] = because(error)
        else:
            if len(made.paths) == before:
                made.empty[name] = "the run has no data for it yet"
    return made
