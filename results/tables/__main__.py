"""``python -m results.tables``: write the tables of a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from results.arguments import add_runs, folder_of
from results.compare.choice import add_choice, choice_of
from results.compare.run import load
from results.compare.scores import without_scores
from results.console import on_console
from results.outputs import write_each
from results.parser import NamesAction, Parser
from results.tables import TABLES, TableInputs
from results.tables.render import FORMATS, save

PROG = "python -m results.tables"


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Write the tables of one or more runs.")
    add_runs(p)
    p.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: RUN/tables)")
    for option, known, what in (("only", TABLES, "these tables"), ("format", FORMATS, "kinds of files")):
        names = list(known)
        p.add_argument(
            f"--{option}", action=NamesAction, known=names, default=names, metavar="NAME", help=what
        )
    add_choice(p)
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, 1 if a table failed, or 2 for misuse."""
    options = parser(prog).parse_args(arguments)
    out = folder_of(options, "tables")
    run = choice_of(options).of(load(*options.runs))
    if unscored := without_scores(run):
        print(f"note: {unscored}", file=sys.stderr)
    inputs = TableInputs(run, options.runs)
    written = write_each(
        options.only,
        lambda name: (save(table, out, options.format) for table in TABLES[name](inputs)),
    )
    return written.tell("table", prog)


if __name__ == "__main__":
    sys.exit(main())
