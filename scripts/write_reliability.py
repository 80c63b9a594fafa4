"""Write docs/reliability.md from the counts that the fault harness leaves.

python -m scripts.write_reliability FOLDER

``FOLDER`` holds a JSON file of each module of the harness, written by
``pytest -m faults tests/faults --tally FOLDER``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
INTRO = """# Reliability

What was done to TuneGrid on purpose, and what was seen: counts of the last whole run of the fault harness,
made by `tox run -e faults`. Every number of a column that names a fault (*lost*, *twice*, *unequal*,
*harmed*, *leftover*, *wrong*, *not*) should be 0.

* *lost*: experiments that were asked for and are not in the finished run;
* *twice*: experiments that are in it more than once, or a trial or result of theirs is;
* *unequal*: experiments whose rows differ from those of a run that nobody disturbed: on the virtual engine in
  anything but real seconds and memory, on Ray in anything but times and memory;
* *wrong answers*: a traceback, a status without a true reason, more than one line for a refusal, or no word
  on how to go on.
"""
#: Section of the tallies -> its title, and what was done.
SECTIONS = {
    "driver": (
        "The driver killed",
        "SIGKILL at seeded random moments while it starts and works, up to five times a run, each time "
        "resumed, and then left to finish; and before each single step of its writing. *Announced but run "
        "again*: it died between the line on the terminal and the disk.",
    ),
    "signals": ("Interrupted", "While it starts and while it works; it must say how to go on."),
    "processes": (
        "Other processes killed",
        "SIGKILL, in the midst of the work. A process of a cell may cost that cell, and no other; where the "
        "cluster is gone the run ends, says so, and is resumed.",
    ),
    "parts": (
        "Parts that misbehave",
        "A trainable, searcher or scheduler raises (also what cannot be pickled or printed), hangs, exits, "
        "dies, fills memory, leaves threads or processes behind, or returns NaN, garbage or something out of "
        "its domain, in the place that is named; each is a cell of its own, with the statuses that they got.",
    ),
    "neighbours": (
        "Their neighbours",
        "Beside each of them a good one runs on the same processes, and must give the numbers of all others.",
    ),
    "imports": ("Plug-ins that cannot be imported", "In any process, or in all but the command's own."),
    "disk": (
        "A full disk",
        "A disk on which some bytes are left, from none to nearly enough; resumed when there is room again.",
    ),
    "together": ("Two commands on one run folder", "Writers are refused, readers are not."),
    "surroundings": (
        "Odd surroundings",
        "Homes, temporary folders, shared memory, paths, and a clock that jumps.",
    ),
    "terminal": ("Terminals", "Streams that are closed, full, or read no further; and a narrow window."),
    "long": (
        "A long run",
        "Real experiments of one trial and one epoch, one after another on two lanes; memory, open files, "
        "threads and processes at its end against those after a tenth of it.",
    ),
    "fuzz": (
        "Damaged and foreign files",
        "Made up by hypothesis; an error in one line, never a traceback, a hang or another value.",
    ),
}

Rows = dict[str, dict[str, int]]


def merged(folder: Path) -> tuple[dict[str, Rows], dict[str, dict[str, str]]]:
    """Return the counts of all modules by section and row, and what was skipped, with the reasons."""
    counts: defaultdict[str, Rows] = defaultdict(dict)
    skipped: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(folder.glob("*.json")):
        tally = json.loads(path.read_text())
        for section, rows in tally["counts"].items():
            for row, columns in rows.items():
                own = counts[section].setdefault(row, {})
                for name, number in columns.items():
                    own[name] = own.get(name, 0) + number
        for section, reasons in tally["skipped"].items():
            skipped[section] |= reasons
    return counts, skipped


def table(rows: Rows) -> list[str]:
    """Return a Markdown table; a count that a row has not is left empty."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [
        "| | " + " | ".join(name.replace("_", " ") for name in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for row, counts in rows.items():
        lines.append(
            f"| {row} | " + " | ".join(f"{counts[c]:,}" if c in counts else "" for c in columns) + " |"
        )
    return lines


def text(folder: Path) -> str:
    """Return the page."""
    counts, skipped = merged(folder)
    parts = [INTRO]
    for section, (title, done) in SECTIONS.items():
        if section in counts or section in skipped:
            parts += [f"## {title}\n", f"{done}\n", *table(counts.get(section, {})), ""]
            parts += [f"Not done, {row}: {reason}.\n" for row, reason in skipped.get(section, {}).items()]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(text(Path(sys.argv[1])))
