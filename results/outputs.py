"""Files of several figures or tables, where one that fails does not stop the others."""

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
Item = TypeVar("Item")


class NotEnoughData(Exception):
    """The results lack what a figure or table needs; the message says what."""


class SomeFailed(Exception):
    """Some parts failed, after all others were made; the message says which, and why."""


@dataclass
class WrittenFiles:
    """Files that were written, and the names for which there are none.

    Attributes:
        paths: the files written.
        failed: name -> the error.
        empty: name -> why there is nothing to show.
        halted: which file could not be written, and why; nothing was made after it.
    """

    paths: list[Path] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    halted: str = ""

    @classmethod
    def of_parts(cls, parts: Iterable[tuple[str, WrittenFiles]]) -> WrittenFiles:
        """Return the files and failures of several calls, each for one name, which may be in several.

        A name is empty if none of its calls has a file.
        """
        whole = cls()
        named = set()
        for name, part in parts:
            whole.paths += part.paths
            for failed, why in part.failed.items():
                reasons = [whole.failed[failed], why] if failed in whole.failed else [why]
                whole.failed[failed] = "; ".join(dict.fromkeys(reasons))
            whole.empty |= part.empty
            whole.halted = whole.halted or part.halted
            if part.paths or part.failed:
                named.add(name)
        whole.empty = {name: why for name, why in whole.empty.items() if name not in named}
        return whole

    def tell(self, kind: str, prog: str) -> int:
        """Print it in the name of the command ``prog``; return the exit code, 1 if anything failed."""
        for path in self.paths:
            print(path)
        for name, why in self.empty.items():
            print(f"{name}: no {kind}, {why}")
        for name, why in self.failed.items():
            say_error(prog, f"{name}: {why}")
        return 1 if self.failed else 0


def apart(parts: Iterable[tuple[str, Callable[[], Iterable[Item]]]]) -> Iterator[Item]:
    """Yield what the function of each part, a name and a function, yields; one that fails costs no other.

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
    """Return an error in one line, with its kind where the message alone would not say it."""
    kind = "" if isinstance(error, SomeFailed | NotEnoughData) else f"{type(error).__name__}: "
    return f"{kind}{first_line(error)}"


def write_each(names: Iterable[str], write: Callable[[str], Iterable[list[Path]]]) -> WrittenFiles:
    """Write the files of each name.

    Args:
        names: of figures or tables.
        write: yields the files of each part of one; nothing if there is no data for it.

    A file that cannot be written ends it: the disk is full, or the folder belongs to somebody else.
    """
    written = WrittenFiles()
    for name in names:
        before = len(written.paths)
        try:
            for paths in write(name):
                written.paths += paths
        except Unreadable:  # no other one can be made either
            raise
        except NotEnoughData as error:
            written.empty[name] = str(error)
        except NotWritten as error:  # neither can the others
            written.failed[name] = written.halted = str(error)
            break
        except Exception as error:
            log.debug("%s failed", name, exc_info=True)
            written.failed[name] = because(error)
        else:
            if len(written.paths) == before:
                written.empty[name] = "the run has no data for it yet"
    return written
