"""``python -m results.tables``: write the tables of a run."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from results import ResultsError, load
from results.arguments import Parser, add_runs, folder_of
from results.tables import TABLES, Material
from results.tables.render import FORMATS, save

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if a table failed, or 2 for misuse."""
    parser = Parser(prog="python -m results.tables", description="Write the tables of runs.")
    add_runs(parser)
    parser.add_argument("--out", type=Path, help="where to write them (default: RUN/tables)")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=list(TABLES), default=list(TABLES))
    parser.add_argument("--format", nargs="+", choices=list(FORMATS), default=list(FORMATS))
    options = parser.parse_args(arguments)
    try:
        out = folder_of(options, "tables")
        material = Material(load(*options.runs), options.runs)
        out.mkdir(parents=True, exist_ok=True)
    except (ResultsError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = 0
    for name in options.only:
        count = 0
        try:
            for table in TABLES[name](material):
                count += 1
                for path in save(table, out, options.format):
                    print(path)
        except Exception as error:
            log.debug("table %s failed", name, exc_info=True)
            failed += 1
            print(f"error: {name}: {error}", file=sys.stderr)
        else:
            if not count:
                print(f"{name}: no table, the run has no data for it")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
