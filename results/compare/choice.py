"""A choice of a run's parts, and how they are shown: which, in what order, under what names."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from results.compare.run import Run
from results.errors import ResultsError
from results.messages import nearest, one_line
from results.parser import NamesAction

Names = str | Sequence[str] | None
R = TypeVar("R", bound=Run)


@dataclass(frozen=True)
class Choice:
    """Which parts of a run are shown, and how.

    Attributes:
        trainables, searchers, schedulers: their names, or globs; None stands for all.
        order: searchers and schedulers that come first; the others follow by name.
        labels: other names for searchers and schedulers.
    """

    trainables: Names = None
    searchers: Names = None
    schedulers: Names = None
    order: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def of(self, run: R) -> R:
        """Return the part of a run that is chosen, with its names in this order.

        Raises:
            ResultsError: for a name that the run does not have.
        """
        rows = run.experiments
        asked = (("trainable", self.trainables), ("searcher", self.searchers), ("scheduler", self.schedulers))
        for column, names in asked:
            if names is not None:
                globs = [names] if isinstance(names, str) else list(names)
                rows = rows[rows[column].isin(_matching(run.names(column), globs, column))]
        known = [*run.names("searcher"), *run.names("scheduler")]
        _check(known, [*self.order, *self.labels], "searcher or scheduler")
        for column in ("searcher", "scheduler", "nested_in"):
            if self.labels and column in rows:
                rows = rows.assign(**{column: rows[column].replace(dict(self.labels))})
        chosen = run.only(rows)
        if self.order:
            chosen.order = [self.labels.get(name, name) for name in self.order]
        return chosen


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options of a choice to a command's parser."""
    group = parser.add_argument_group("choice", "what is shown, and how")
    for kind in ("searchers", "schedulers"):
        group.add_argument(
            f"--{kind}", action=NamesAction, metavar="GLOB", help=f"these {kind} (default: all)"
        )
    group.add_argument(
        "--order", action=NamesAction, metavar="NAME", help="these come first (default: all by name)"
    )
    group.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help='TOML file of other names for searchers and schedulers, a line each: NAME = "TEXT"',
    )


def choice_of(options: argparse.Namespace) -> Choice:
    """Return the choice that a command's options ask for.

    Raises:
        ResultsError: for a file that holds something else than names.
    """
    labels = _labels(options.labels) if options.labels else {}
    return Choice(None, options.searchers, options.schedulers, tuple(options.order or ()), labels)


def _labels(path: Path) -> dict[str, str]:
    try:
        labels = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # of TOML, or of the encoding
        raise ResultsError(f"{path} cannot be read as TOML: {one_line(str(error))}; mend it") from error
    for name, label in labels.items():
        if not isinstance(label, str) or not label:
            raise ResultsError(f'{path}: {name} is {label!r}; expected a name, such as {name} = "{name}"')
    return labels


def _matching(there: Sequence[str], globs: Sequence[str], what: str) -> set[str]:
    """Return the names that are one of these or match one of them."""
    matching: set[str] = set()
    for glob in globs:
        names = [name for name in there if name == glob] or [
            name for name in there if fnmatchcase(name, glob)
        ]
        if not names:
            _check(there, [glob], what)
        matching.update(names)
    return matching


def _check(there: Sequence[str], wanted: Sequence[str], what: str) -> None:
    for name in wanted:
        if name not in there:
            raise ResultsError(f"the run has no {what} {name!r}; {nearest(name, there)}")
