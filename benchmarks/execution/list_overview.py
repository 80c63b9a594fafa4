"""``tunegrid list``: which combinations can run, what there is in a line each, and what is not installed."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import Any

from benchmarks.execution.list_sections import broken_section, columns, section, wrapped
from benchmarks.execution.listing import KINDS, as_data

CELL = 3  # columns of a mark and a blank
RUNS = "ok"


def overview() -> str:
    """Return the matrix, a list of each kind, and what is not installed."""
    data = as_data(constants=lambda _: False)
    there = {kind: [spec for spec in data[kind] if not spec["missing"]] for kind in KINDS}
    parts = [_matrix(data, there["searchers"], there["schedulers"])]
    parts += ["\n".join(section(kind, there[kind], whole=False)) for kind in KINDS]
    missing = _not_installed({kind: [spec for spec in data[kind] if spec["missing"]] for kind in KINDS})
    parts += [missing] if missing else []
    parts += broken_section(data["broken"])
    more = (
        "tunegrid list searchers|schedulers|trainables [GLOB] tells more of some, tunegrid list NAME has the "
        "options of one, --json everything."
    )
    return "\n\n".join([*parts, "\n".join(wrapped("", more))])


def _matrix(data: dict[str, Any], searchers: list[dict[str, Any]], schedulers: list[dict[str, Any]]) -> str:
    """Draw what can run as a word, and everything else as a letter whose reason stands below."""
    cells = {(c["searcher"], c["scheduler"]): c for c in data["combinations"]}
    names = [spec["name"] for spec in searchers]
    marks: dict[str, str] = {}
    width = max(map(len, names), default=0) + 4
    lines = ["COMBINATIONS"]
    for block in _blocks([spec["name"] for spec in schedulers], columns() - width):
        for column, scheduler in enumerate(block):  # stairs: names are wider than what stands below them
            lines.append(" " * width + "|".ljust(CELL) * column + scheduler)
        for name in names:
            row = "".join(_mark(cells[name, scheduler], marks).ljust(CELL) for scheduler in block)
            lines.append(f"  {name}".ljust(width) + row.rstrip())
    lines += [line for text, mark in marks.items() for line in wrapped(f"  {mark.ljust(2)} ", text)]
    return "\n".join(lines)


def _blocks(names: list[str], room: int) -> list[list[str]]:
    """Return the names of columns in blocks, each as wide as there is room."""
    blocks: list[list[str]] = []
    for name in names:
        if not blocks or len(blocks[-1]) * CELL + max(len(name), CELL) > room:
            blocks.append([])
        blocks[-1].append(name)
    return blocks


def _mark(cell: dict[str, Any], marks: dict[str, str]) -> str:
    """Return the mark of a combination; a reason that is new gets the next letter."""
    if cell["status"] == "ok":
        return RUNS
    text = f"{cell['status']}: {cell['reason']}"
    return marks.setdefault(text, _letter(len(marks)))


def _letter(number: int) -> str:
    """Return a, b ... z, a1, b1 ... for 0, 1 ..."""
    turn, place = divmod(number, 26)
    return chr(ord("a") + place) + (str(turn) if turn else "")


def _not_installed(missing: dict[str, list[dict[str, Any]]]) -> str:
    """Return the parts that lack a package, by the command that installs it."""
    by_command: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, specs in missing.items():
        for spec in specs:
            by_command[spec["install"]][kind].append(spec["name"])
    lines = []
    for command, kinds in by_command.items():
        lines.append(f"  {command}")
        for kind, names in kinds.items():
            lines += wrapped("    ", f"{kind}: {', '.join(_ranges(names))}", " " * 6)
    return "\n".join(["NOT INSTALLED", *lines]) if lines else ""


def _ranges(names: list[str]) -> list[str]:
    """Return names, of which those that differ in a number alone are one range."""
    ranges = []
    for _, alike in groupby(names, lambda name: re.sub(r"\d+$", "#", name)):
        one = list(alike)
        ranges += one if len(one) < 3 else [f"{one[0]} to {one[-1]} ({len(one)})"]
    return ranges
