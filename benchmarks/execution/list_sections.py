"""Lists of searchers, schedulers or trainables for people, whole or in a line each."""

from __future__ import annotations

import fnmatch
import json
import shutil
import textwrap
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.execution.listing import as_data
from benchmarks.suite.registry import UnknownName
from results.numerals import significant
from results.store.schema import LEAST_RECALL

#: Columns of the text: those of the terminal between these, or the middle one where there is no terminal.
LEAST, USUAL, MOST = 40, 80, 120


def columns() -> int:
    """Return how many columns the text may have."""
    return min(MOST, max(LEAST, shutil.get_terminal_size((USUAL, 24)).columns))


def of_kind(kind: str, patterns: list[str], *, as_json: bool) -> str:
    """Return all that is known of the searchers, schedulers or trainables that match any of the globs.

    Args:
        kind: one of ``listing.KINDS``.
        patterns: globs; none means all.
        as_json: as JSON, not for people.

    Raises:
        UnknownName: for a glob that matches nothing.
    """

    def matches(name: str) -> bool:
        return not patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)

    data = as_data(constants=lambda name: as_json and kind == "trainables" and matches(name))
    specs = data[kind]
    names = [spec["name"] for spec in specs]
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            raise UnknownName(f"no {kind[:-1]} is called {shown(pattern)}; {nearest(pattern, names)}")
    wanted = [spec for spec in specs if matches(spec["name"])]
    if as_json:
        return json.dumps(wanted, indent=1)
    broken = {name: why for name, why in data["broken"].items() if name.startswith(kind)}
    return "\n\n".join(["\n".join(section(kind, wanted, whole=True)), *broken_section(broken)])


def section(title: str, specs: list[dict[str, Any]], *, whole: bool) -> list[str]:
    """Return lines about parts: a summary of each; if ``whole`` also what it needs, its space and data."""
    width = max((len(spec["name"]) for spec in specs), default=0) + 4
    lines = [title.upper()]
    for spec in specs:
        words = [spec["summary"], *(remarks(spec) if whole else _briefly(spec))]
        lines += wrapped(f"  {spec['name']}".ljust(width), "; ".join(words))
        if whole and "metric" in spec:
            lines += task_lines(" " * 6, spec)
    return lines


def task_lines(start: str, task: dict[str, Any]) -> list[str]:
    """Return what ``listing.of_trainable`` says of a task in lines that begin with ``start``."""
    space = ", ".join(f"{name} {domain}" for name, domain in task["space"].items())
    words = f"{task['mode']} {task['metric']}; {space}", "; ".join(_task(task))
    return [line for text in words for line in wrapped(start, text)]


def _task(spec: dict[str, Any]) -> list[str]:
    facts = [
        f"{spec['dimensions']} dimensions ({', '.join(spec['kinds'])})",
        f"engine {', '.join(spec['engines'])}",
    ]
    if spec["table_epochs"]:
        facts.append(f"a table of {spec['table_epochs']} epochs{_table_errors(spec['table_errors'])}")
    if spec["most_epochs"]:
        facts.append(f"at most {spec['most_epochs']} epoch{'s' * (spec['most_epochs'] > 1)}")
    if spec["epoch_seconds"]:
        facts.append(f"an epoch takes {significant(spec['epoch_seconds'], 2)} s")
    if spec["constants"]:
        constants = spec["constants"]
        facts.append(f"best known {significant(constants['optimum'])}")
        facts.append(f"random search of {constants['trials']} trials {significant(constants['baseline'])}")
    return [*facts, f"data: {spec['source']}"] if spec["source"] else facts


def _table_errors(errors: dict[str, Any] | None) -> str:
    """Return how far a table's model can be trusted between the recorded configurations."""
    if errors is None:
        return ""
    recall = errors["recall"]
    warning = ", so it cannot tell which of the best searchers is better" if recall < LEAST_RECALL else ""
    return f" (R2 {errors['r2']:.2f} on configurations left out, {recall:.0%} of the best 1 % found{warning})"


def remarks(spec: dict[str, Any]) -> list[str]:
    """Return what is special about a part, and what it needs."""
    facts = []
    if spec.get("budget", 1) != 1:
        facts.append(f"budget: {spec['budget']} times the trials")
    if not spec.get("seedable", True):
        facts.append("not seedable: the same seed may propose something else")
    if spec["requires"]:
        facts.append(f"needs {', '.join(spec['requires'])}")
    if spec["missing"]:
        facts[-1] += f" (NOT INSTALLED: {spec['install']})"
    return facts


def _briefly(spec: dict[str, Any]) -> list[str]:
    """Return the metric of a task and the number of its dimensions."""
    return [f"{spec['mode']} {spec['metric']}, {spec['dimensions']} dimensions"] if "metric" in spec else []


def broken_section(broken: dict[str, str]) -> list[str]:
    """Return the section of what could not be loaded, if there is any."""
    lines = [line for name, why in broken.items() for line in wrapped("  ", f"{name}: {why}", "    ")]
    return ["\n".join(["BROKEN PLUG-INS", *lines])] if lines else []


def wrapped(start: str, text: str, indent: str | None = None) -> list[str]:
    """Return ``text`` in lines after ``start``; later ones begin after ``indent``, or below the first."""
    return textwrap.wrap(
        text,
        columns(),
        initial_indent=start,
        subsequent_indent=" " * len(start) if indent is None else indent,
        break_on_hyphens=False,
    )
