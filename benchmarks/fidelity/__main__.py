"""The command ``tunegrid fidelity``, also as ``python -m benchmarks.fidelity``."""

from __future__ import annotations

import json
import platform
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import ray

from benchmarks.core.signals import orderly
from benchmarks.engines.common.tune_job import quiet
from benchmarks.fidelity.certificate import FREE, distributions, forced_order, free_running
from benchmarks.fidelity.page import Certificate, page
from benchmarks.fidelity.runs import pairs
from benchmarks.suite.options import REFUSALS
from results.arguments import add_globs, add_page
from results.console import on_console
from results.files import check_place, replace_text
from results.parser import Parser
from results.quantities import whole

PROG = "python -m benchmarks.fidelity"
PAGE = Path("docs/fidelity.md")
ENOUGH = 0.9  # of the combinations must be followed to their end


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(
        prog,
        "Compare the virtual engine with the real one.",
        "Exit code: 0 every decision agreed, 1 one differed, 2 misuse.",
    )
    add_globs(p, ("searchers", "schedulers"), ["*"])
    p.add_argument(
        "--repetitions",
        type=whole(2),
        default=20,
        metavar="N",
        help="how often incumbents are compared, with other seeds",
    )
    p.add_argument("--json", action="store_true", help="print the certificate as JSON")
    add_page(p, PAGE)
    return p


def say(text: str) -> None:
    """Print how far it is."""
    print(text, file=sys.stderr, flush=True)


@on_console(PROG, *REFUSALS, unwritten=2)
@orderly()
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run all parts; 0 if every decision agreed and nine in ten combinations could be followed."""
    args = parser(prog).parse_args(arguments)
    if args.write:
        check_place(args.write)
    quiet()
    asked = pairs(args.searchers, args.schedulers)
    followed = forced_order(asked, say)
    free = free_running(FREE, say)
    compared = distributions(args.repetitions, say)
    versions = {"Ray": ray.__version__, "Python": platform.python_version()}
    command = shlex.join([*PROG.split(), *(sys.argv[1:] if arguments is None else arguments)])
    made = Certificate(date.today().isoformat(), command, versions, followed, free, compared)
    text = page(made)
    if args.write:
        replace_text(args.write, text)
    print(json.dumps(asdict(made), indent=1) if args.json else text)
    ended = [pair for pair in followed if pair.agreement.followed]
    agreed = all(pair.agreement.complete for pair in ended)
    return 0 if agreed and len(ended) >= ENOUGH * len(followed) else 1


if __name__ == "__main__":
    sys.exit(main())
