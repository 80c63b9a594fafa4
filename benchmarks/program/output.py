"""Reports in a program's output: lines of JSON, or what a regular expression finds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from benchmarks.program.template import BadCommand
from results.messages import nearest, one_line


@dataclass(frozen=True)
class Output:
    """Rule by which a program's output is read: a report a line.

    Attributes:
        metric: its name.
        regex: with one group, the metric; or with named groups, each a metric.  "" = every line that is a
            JSON object is a report.

    Raises:
        BadCommand: for a regular expression that cannot be read, or without a group of the metric.
    """

    metric: str
    regex: str = ""

    def __post_init__(self) -> None:
        if not self.regex:
            return
        names = list(self._pattern.groupindex)
        if names and self.metric not in names:
            raise BadCommand(
                f"--metric-regex has no group {self.metric!r}; {nearest(self.metric, names)} (a group has a "
                "name by (?P<name>...))"
            )
        if not names and self._pattern.groups != 1:
            raise BadCommand(
                f"--metric-regex {self.regex!r} has {self._pattern.groups} groups; put the number into one, "
                r"such as 'loss: ([-+.\deE]+)', or name them: (?P<loss>...)"
            )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        try:
            return re.compile(self.regex)
        except re.error as error:
            raise BadCommand(f"--metric-regex {self.regex!r} cannot be read: {error}") from error

    def report(self, line: str) -> dict[str, Any] | None:
        """Return the report in a line; None if it has none.

        Raises:
            BadCommand: if what the regular expression finds is not a number.
        """
        if self.regex:
            match = self._pattern.search(line)
            return None if match is None else self._numbers(match)
        if not line.lstrip().startswith("{"):
            return None
        try:
            found = json.loads(line)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def _numbers(self, match: re.Match[str]) -> dict[str, Any]:
        groups = match.groupdict() or {self.metric: match[1]}
        report = {}
        for name, text in groups.items():
            if text is None:  # a group of an alternative
                continue
            try:
                report[name] = float(text)
            except ValueError:
                raise BadCommand(f"--metric-regex finds {text!r} as {name}, which is not a number") from None
        return report

    def expected(self) -> str:
        """Say what a line with a report looks like."""
        if self.regex:
            return f"a line in which --metric-regex {one_line(self.regex, 80)} finds something"
        return f'a line such as {{"{self.metric}": 0.5}}'
