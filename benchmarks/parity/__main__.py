"""The command ``tunegrid parity``, also as ``python -m benchmarks.parity``."""

from __future__ import annotations

import importlib.metadata
import multiprocessing
import platform
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from pathlib import Path

from benchmarks.core.signals import orderly
from benchmarks.parity.cell_file import CellFile
from benchmarks.parity.cells import Kinship, ParityCell, compared
from benchmarks.parity.page import PageProvenance, page
from benchmarks.parity.tasks import TASKS
from benchmarks.suite.options import REFUSALS
from benchmarks.suite.registry import SEARCHERS, SearcherSpec
from benchmarks.suite.rules import why_unavailable
from results.arguments import add_globs, add_jobs, add_page
from results.console import on_console
from results.files import check_place, replace_text
from results.machine import available_cpus
from results.parser import Parser
from results.quantities import whole

PROG = "python -m benchmarks.parity"
PAGE = Path("docs/parity.md")
LEAST_SEEDS = 30  # over which final values are compared


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(
        prog,
        "Compare each searcher with its library, used by its own API with its defaults.",
        "Exit code: 0 every difference is documented, 1 one is not, 2 misuse.",
    )
    add_globs(p, ("searchers",), ["*"])
    p.add_argument(
        "--seeds",
        type=whole(0),
        default=LEAST_SEEDS,
        metavar="N",
        help=f"seeds over which final values are compared; 0: only sequences are (default: {LEAST_SEEDS})",
    )
    p.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep what is compared in DIR, and go on from it (default: nothing is kept)",
    )
    add_jobs(p, "comparisons", "as many as there are CPUs")
    add_page(p, PAGE)
    return p


def say(text: str) -> None:
    """Print how far it is."""
    print(text, file=sys.stderr, flush=True)


def versions_of(specs: Sequence[SearcherSpec]) -> dict[str, str]:
    """Return the versions of the searchers' libraries, Ray's and Python's."""
    needed = {name for spec in specs for name in spec.requires if not spec.missing()} | {"ray"}
    known = {name: importlib.metadata.version(name) for name in sorted(needed, key=str.lower)}
    return known | {"Python": platform.python_version()}


def cells(pairs: Sequence[tuple[str, str]], stored: CellFile, seeds: int, jobs: int) -> Iterator[ParityCell]:
    """Yield each cell as it is compared; those that are kept are not compared again."""
    missing = [
        pair for pair in pairs if pair not in stored.cells or (seeds and stored.cells[pair].unmeasured)
    ]
    missing.sort(key=lambda pair: SEARCHERS[pair[0]].seconds_of_300)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(missing)) or 1, context) as pool:
        running = [pool.submit(compared, *pair, seeds) for pair in missing]
        for future in as_completed(running):
            stored.add(future.result())
            yield future.result()


@on_console(PROG, *REFUSALS, unwritten=2)
@orderly()
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Compare; 0 if every difference is documented."""
    args = parser(prog).parse_args(arguments)
    if args.write:
        check_place(args.write)
    started = time.monotonic()
    specs = [SEARCHERS[name] for name in SEARCHERS.select(args.searchers)]
    usable = [spec for spec in specs if spec.native is not None and why_unavailable(spec) is None]
    stored = CellFile(args.keep, lambda name: versions_of([SEARCHERS[name]]))
    pairs = [(spec.name, task) for spec in usable for task in TASKS]
    for cell in cells(pairs, stored, args.seeds, args.jobs or available_cpus()):
        say(f"{cell.searcher} on {cell.task}: {cell.kinship}")
    measured = [stored.cells[pair] for pair in pairs]
    command = shlex.join([*PROG.split(), *(sys.argv[1:] if arguments is None else arguments)])
    about = PageProvenance(
        command, date.today().isoformat(), versions_of(specs), (time.monotonic() - started) / 60
    )
    text = page(specs, measured, about)
    if args.write:
        replace_text(args.write, text)
    print(text)
    return int(any(cell.kinship is Kinship.UNEXPLAINED for cell in measured))


if __name__ == "__main__":
    sys.exit(main())
