"""The contents of a folder of curves: ``tunegrid curves DIR``, also as ``python -m benchmarks.curves.live``.

Looking changes nothing; ``--forget-failures`` lets curves that have failed be trained again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.curves.live.contents import Contents, CurveCounts, check, contents, faults
from benchmarks.curves.live.fullness import size
from benchmarks.curves.live.store import CurveStore
from results.arguments import add_forms
from results.console import on_console
from results.parser import Parser

PROG = "python -m benchmarks.curves.live"
_UNBOUNDED = 2**63


def as_text(folder: Contents) -> str:
    """Return the contents for people."""
    lines = [
        f"{folder.folder}: {_counted(folder.total)}; the curves themselves take {size(folder.curves_bytes)}"
    ]
    lines += [f"  {subject}: {_counted(one)}" for subject, one in sorted(folder.subjects.items())]
    return "\n".join([*lines, *(f"  note: {note}" for note in folder.notes)])


def forget_failures(folder: Path) -> int:
    """Let curves that have failed be trained again; return how many.

    Raises:
        ResultsError: if it is not a folder of curves, or a file is damaged.
        StoreFull: if the disk is full.
    """
    check(folder)
    store = CurveStore(folder, _UNBOUNDED)
    failed = [key for key in store.heads() if any(one.failure for one in store.epochs(key)[-1:])]
    for key in failed:
        store.forget_failure(key)
    store.close(unfinished=store.heads())
    return len(failed)


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Show what a folder of curves has, by subject: trainable, version, data and device.")
    p.add_argument("folder", type=Path, metavar="DIR", help="folder of curves")
    p.add_argument(
        "--verify", action="store_true", help="read all and say what is damaged; exit code 1 if any is"
    )
    p.add_argument("--forget-failures", action="store_true", help="let curves that failed be trained again")
    add_forms(p, "everything")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, 1 if ``--verify`` has found damage, or 2 for misuse."""
    options = parser(prog).parse_args(arguments)
    if options.verify:
        lines = list(faults(options.folder))
        if options.json:
            print(json.dumps({"folder": str(options.folder), "faults": lines}, indent=1))
        else:
            print("\n".join(lines) or f"{options.folder}: all that is there is whole")
        return 1 if lines else 0
    if options.forget_failures:
        forgotten = forget_failures(options.folder)
        print(
            f"{options.folder}: {forgotten} failures forgotten",
            file=sys.stderr if options.json else sys.stdout,
        )
    inside = contents(options.folder)
    print(json.dumps(asdict(inside), indent=1) if options.json else as_text(inside))
    return 0


def _counted(one: CurveCounts) -> str:
    text = f"{one.curves} curves, {one.epochs} epochs, {one.failed} failed, {one.seconds:.1f} s of training"
    return f"{text}, {one.checkpoints} checkpoints of {size(one.checkpoints_bytes)}"


if __name__ == "__main__":
    sys.exit(main())
