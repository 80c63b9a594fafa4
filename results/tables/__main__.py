"""``python -m results.tables``: write the tables of a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from results.arguments import Parser, add_runs, command, folder_of
from results.compare.run import load
from results.outputs import write_each
from results.tables import TABLES, TableInputs
from results.tables.render import FORMATS, save


@command
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if a table failed, or 2 for misuse."""
    parser = Parser(prog="python -m results.tables", description="Write the tables of runs.")
    add_runs(parser)
    parser.add_argument("--out", type=Path, help="where to write them (default: RUN/tables)")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=list(TABLES), default=list(TABLES))
    parser.add_argument("--format", nargs="+", choices=list(FORMATS), default=list(FORMATS))
    options = parser.parse_args(arguments)
    out = folder_of(options, "tables")
    inputs = TableInputs(load(*options.runs), options.runs)
    written = write_each(
        options.only,
        lambda name: (save(table, out, options.format) for table in TABLES[name](inputs)),
    )
    return written.tell("table")


if __name__ == "__main__":
    sys.exit(main())
