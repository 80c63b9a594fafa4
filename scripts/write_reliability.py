"""Writer of docs/reliability.md, from the counts of the fault harness.

python -m scripts.write_reliability FOLDER

``FOLDER`` holds a JSON file of each module of the harness, written by
``pytest -m faults tests/faults --tally FOLDER``.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
HARNESS = PAGE.parents[1] / "tests" / "faults"
INTRO = """# Reliability

What was done to TuneGrid on purpose, how often, and what was seen. These are the counts of the last run of
the fault harness (`tests/faults`), which writes this page: `tox run -e faults`. A number in a column that
names a fault should be 0:

* *lost*: experiments that were asked for and are not in the finished run;
* *twice*: experiments that are in it more than once, or a trial or result of theirs is;
* *unequal*: experiments whose rows differ from those of a run that nobody disturbed: on the virtual engine in
  anything but real seconds and memory, on Ray (engine "tune") in anything but times and memory;
* *stored files changed*: files of finished experiments that a later command wrote anew or removed;
* *not resumed*, *not in order*, *unexplained*, *harmed*, *leftover ...*: what the name says;
* *wrong answers*: a traceback, a status without a true reason, more than one line for a refusal, another
  value than the right one, or no word on how to go on.
"""
#: Section of the tallies -> its title, and what was done.
SECTIONS = {
    "driver": (
        "The command killed",
        "`benchmarks.run` gets a SIGKILL at random moments (seeded) while it starts and works, up to "
        "five times a run; each time it is resumed, and in the end left to finish. Then it is killed "
        "before each single step of its writing. *Announced but run again* is no fault: it died "
        "between the line on the terminal and the disk, and the experiment ran again.",
    ),
    "signals": (
        "Interrupted",
        "While it starts and while it works; it must say how to go on.",
    ),
    "processes": (
        "Other processes killed",
        "SIGKILL in the midst of the work. A process of a cell may cost that cell, and no other; "
        "where the cluster is gone the run says so, and goes on on another, or ends and is resumed.",
    ),
    "parts": (
        "Parts that misbehave",
        "A trainable, searcher or scheduler raises (also what cannot be pickled or printed), hangs, "
        "exits, dies, fills memory, leaves threads or processes behind, or returns NaN, garbage or "
        "something out of its domain, in the place that is named. Each is a cell of its own; the "
        'columns are the statuses that the cells got. "ok" is right where the fault does no harm: one'
        " more hyperparameter in a configuration, say.",
    ),
    "neighbours": (
        "Their neighbours",
        "Beside each of them a good part runs on the same processes, and must give the numbers of all"
        " others. *Not struck* are faults whose place was never reached, so that they have shown "
        "nothing.",
    ),
    "imports": (
        "Plug-ins that cannot be imported",
        "In any process, or in all but the command's own.",
    ),
    "disk": (
        "A full disk",
        "A disk on which some bytes are left, from none to nearly enough; resumed when there is room again.",
    ),
    "together": (
        "Two commands on one run folder",
        "Writers are refused, readers are not.",
    ),
    "surroundings": (
        "Odd surroundings",
        "Homes, temporary folders, shared memory, paths, and a clock that jumps. A run is as any "
        "other there, or refused in one line.",
    ),
    "terminal": (
        "Terminals",
        "Streams that are closed, full, or read no further; and a narrow window.",
    ),
    "long": (
        "A long run",
        "Real experiments of one trial and one epoch, one after another on two runners; what all "
        "processes of a kind hold together after a tenth of them and at the end (medians). A growth "
        "of a few files, or of 8 MB, is no growth.",
    ),
    "fuzz": (
        "Damaged and foreign files",
        "Bytes that are flipped, overwritten, inserted, cut off or removed, and values that nobody "
        "expects, made up by hypothesis. Each must end in an error of one line, or in what was "
        "written; *taken* is right where no checksum can tell, as in a spec that a person writes.",
    ),
}
#: Sections whose numbers do not add up to anything.
APART = ("long",)

Rows = dict[str, dict[str, int]]


def tallies(folder: Path) -> dict[str, Any]:
    """Return the counts of each module of the harness, by its name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def merged(counted: Sequence[Any]) -> tuple[dict[str, Rows], dict[str, dict[str, str]]]:
    """Return the counts of all modules by section and row, and what was skipped, with the reasons."""
    counts: defaultdict[str, Rows] = defaultdict(dict)
    skipped: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for tally in counted:
        for section, rows in tally["counts"].items():
            for row, columns in rows.items():
                _add(counts[section].setdefault(row, {}), columns)
        for section, reasons in tally["skipped"].items():
            skipped[section] |= reasons
    return counts, skipped


def _add(total: dict[str, int], columns: dict[str, int]) -> None:
    for name, number in columns.items():
        total[name] = total.get(name, 0) + number


def table(rows: Rows, adds_up: bool) -> list[str]:
    """Return a Markdown table, perhaps with the sums; a count that a row has not is left empty."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [
        "| | " + " | ".join(name.replace("_", " ") for name in columns) + " |",
        "|---" + "|--:" * len(columns) + "|",
    ]
    shown = dict(rows)
    if adds_up and len(rows) > 1:
        shown["**in all**"] = {}
        for row in rows.values():
            _add(shown["**in all**"], row)
    for name, counts in shown.items():
        cells = [f"{counts[c]:,}" if c in counts else "" for c in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def made(counted: dict[str, Any]) -> list[str]:
    """Return where, when and how fast each module of the harness was run."""
    lines = [
        "## How it was made\n",
        "Each part by `pytest -m faults tests/faults/MODULE.py --tally FOLDER`, and the page by\n"
        "`python -m scripts.write_reliability FOLDER`; `tox run -e faults` does it all.\n",
        "| | minutes | on | with | day |",
        "|---|--:|---|---|---|",
    ]
    for name, tally in counted.items():
        one = tally["made"]
        part = "" if one["share"] == 1 else f", a share of {one['share']:g}"
        lines.append(
            f"| `{name}`{part} | {one['minutes']} | {one['machine']} | {one['versions']} | {one['date']} |"
        )
    modules = {path.stem for path in HARNESS.glob("test_*.py")}
    if absent := sorted(modules - {name.partition("-")[0] for name in counted}):
        lines.append(f"\nNot run this time: {', '.join(f'`{name}`' for name in absent)}.")
    return lines


def text(folder: Path) -> str:
    """Return the page."""
    found = tallies(folder)
    counts, skipped = merged(list(found.values()))
    parts = [INTRO]
    for section, (title, done) in SECTIONS.items():
        if section in counts or section in skipped:
            rows = counts.get(section, {})
            parts += [f"## {title}\n", f"{fill(done, 108)}\n", *table(rows, section not in APART), ""]
            parts += [f"Not done, {row}: {reason}.\n" for row, reason in skipped.get(section, {}).items()]
    return "\n".join([*parts, *made(found), ""])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the harness has left the counts of its modules")
    PAGE.write_text(text(parser.parse_args().folder))
