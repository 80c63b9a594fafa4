"""``tunegrid record NAME --from-csv FILE``: a recorded table, and the file that makes it a task."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.curves.recorded.table import card_of, write
from benchmarks.record.curve_files.conversion import convert, table_of
from benchmarks.record.curve_files.inferred_space import space_text
from benchmarks.record.curve_files.options import requested
from benchmarks.record.curve_files.task_file import plain_name, task_text
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import TRAINABLES
from results.files import replace_bytes


def from_file(args: argparse.Namespace) -> int:
    """Make the table and the task of a file, and say what was made of it.

    Raises:
        Misuse: for options that cannot be, or a folder that holds something already.
        CurveFileError: if no table can be made of the file.
        OSError: if it cannot be read, or the folder not be written.
    """
    name = args.trainable or plain_name(args.file.name.partition(".")[0])
    if name != plain_name(name):
        raise Misuse(f"{name!r} is no name of a task; use lower case, digits and hyphens: {plain_name(name)}")
    if name in TRAINABLES:
        raise Misuse(
            f"there is a trainable {name} already; give another name: tunegrid record NAME --from-csv ..."
        )
    folder: Path = args.out or Path("recordings") / name
    task = folder / "task.py"
    if not args.no_table:
        for taken in (task, folder / "table", folder / "recording.json"):
            if taken.exists():
                raise Misuse(f"{taken} is there already; give another --out, or delete {folder}")
    request = requested(args)
    converted = convert(request)
    print(f"{args.file}: {converted.summary}")
    if converted.inferred:
        print("the space, inferred from the columns; to change it, put these lines into space.py, and add")
        print("--space space.py:SPACE")
        print("from ray import tune\n")
        print(space_text(converted.found.space) + "\n")
    if not (converted.roles.seconds or converted.roles.clock):
        print("an epoch takes 1 s, since the file does not say; --seconds-column or --clock-column would")
    if args.no_table:
        return 0
    table = table_of(name, args.file, converted)
    write(folder / "table", table)
    text = task_text(name, args.file.name, converted.roles, converted.found.space)
    replace_bytes(task, text.encode())
    print(f"{folder / 'table'}: on configurations left out, {_errors(card_of(folder / 'table'))}")
    print(f"{task}: tunegrid run --engine virtual --trainable {task}")
    return 0


def _errors(card: dict[str, Any]) -> str:
    """Return the errors of a table between its configurations, for people."""
    found = card["errors"]["by_epoch"].items()
    return "; ".join(
        f"epoch {epoch}: R2 {e['r2']:.2f}, rank correlation {e['spearman']:.2f}" for epoch, e in found
    )
