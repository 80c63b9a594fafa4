r"""The paper command: every figure, table and number of a paper, rebuilt from stored results.

``python -m results.paper RUN [RUN ...] [--out paper] [--only fig3 tab1 heatmap ...] [--list]``

The same results give the same bytes.  The folder then holds

- ``figures/``: each figure as PDF and PNG, and as a LaTeX environment that shows it;
- ``tables/``: each table as LaTeX, Markdown and CSV;
- ``numbers.tex`` and ``numbers.json``: what a text quotes;
- ``fig-NAME.tex`` and ``tab-NAME.tex``: the figures of one plot, the tables of one kind; and all of them,
  each on its own page, in ``all-figures.tex`` and ``all-tables.tex``;
- ``manifest.json``: id, name, caption, files and check sums of each.

``docs/example-paper`` uses all of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results.arguments import add_runs
from results.compare.run import Run, load
from results.console import on_console, say_error
from results.errors import ResultsError
from results.figures import style
from results.files import NotWritten, replace_text
from results.outputs import because
from results.paper.artefacts import Artefact, parts
from results.parser import NamesAction, Parser
from results.tables import TableInputs

log = logging.getLogger(__name__)

PROG = "python -m results.paper"
MANIFEST = "manifest.json"


def build(
    inputs: TableInputs, out: Path, only: Sequence[str], entries: list[dict[str, Any]]
) -> dict[str, str]:
    """Build the parts ``only``, whose ``entries`` take the place of old ones; return what failed, and why."""
    failed: dict[str, str] = {}
    every = parts()
    for part in only:
        artefacts: list[Artefact] = []
        try:
            with style.active():
                for artefact in every[part].make(inputs, out):
                    artefacts.append(artefact)
                    print(f"{part:<8} {artefact.name}", flush=True)
        except NotWritten:
            raise
        except Exception as error:
            log.debug("%s failed", part, exc_info=True)
            failed[part] = because(error)
            print(f"{part:<8} {every[part].name} FAILED: {failed[part]}", flush=True)
        if not artefacts and part not in failed:
            print(f"{part:<8} {every[part].name}: nothing, the run has no data for it", flush=True)
        entries[:] = [entry for entry in entries if entry["part"] != part]
        entries += [_entry(part, number, artefacts, out) for number in range(len(artefacts))]
    order = list(every)
    entries.sort(key=lambda entry: order.index(entry["part"]))
    return failed


def _entry(part: str, number: int, artefacts: Sequence[Artefact], out: Path) -> dict[str, Any]:
    one = artefacts[number]
    files = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in one.files
    }
    identifier = f"{part}{_letter(number)}" if len(artefacts) > 1 else part
    return {"id": identifier, "part": part, "name": one.name, "caption": one.caption, "files": files}


def _letter(number: int) -> str:
    """Return a, b, ... z, aa, ab, ..."""
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)


def fingerprint(run: Run) -> dict[str, Any]:
    """Return what tells whether two builds are of the same results."""
    columns = (run.experiments[name] for name in ("key", "status", "best"))
    rows = [f"{key} {status} {best}" for key, status, best in zip(*columns, strict=True)]
    digest = hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
    return {"experiments": len(rows), "sha256": digest}


def _indices(out: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Write the LaTeX files that include others."""
    inputs: dict[str, list[str]] = {}
    for entry in entries:
        sources = [name for name in entry["files"] if name.endswith(".tex")]
        inputs.setdefault(entry["part"], []).extend(rf"\input{{{name}}}" for name in sources)
    for part, (name, _) in parts().items():
        if part == "numbers":
            continue
        path = out / f"{part[:3]}-{name}.tex"
        if part in inputs:
            replace_text(path, "".join(f"{line}\n" for line in inputs[part]))
        else:
            path.unlink(missing_ok=True)
    for kind, name in (("fig", "figures"), ("tab", "tables")):
        sources = [line for part, lines in inputs.items() if part.startswith(kind) for line in lines]
        text = "".join(f"{line}\\clearpage\n" for line in sources)
        replace_text(out / f"all-{name}.tex", text)


def _known(out: Path) -> dict[str, Any]:
    """Return the manifest that is there, an empty one if there is none.

    Raises:
        ResultsError: if it cannot be read.
    """
    path = out / MANIFEST
    if not path.exists():
        return {"results": {}, "artefacts": []}
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsError(f"{path} is damaged: {error}; delete it and build everything") from error
    return manifest


def _chosen(names: Sequence[str]) -> list[str]:
    """Return the parts that ids (``fig3``, or ``fig3b`` within it) and names stand for, in their order.

    Raises:
        ResultsError: if there is no such part.
    """
    every = parts()
    chosen = set()
    for name in names:
        part_name = re.sub(r"(?<=\d)[a-z]+$", "", name)
        matching = {part for part, (of, _) in every.items() if part_name == part or name == of}
        if not matching:
            raise ResultsError(f"there is no {name}; --list shows what there is, by id and name")
        chosen |= matching
    return [part for part in every if part in chosen or not names]


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Rebuild a paper's figures, tables and numbers from stored results.")
    add_runs(p, nargs="*")
    p.add_argument("--out", type=Path, default=Path("paper"), metavar="DIR", help="where to write")
    p.add_argument(
        "--only",
        action=NamesAction,
        default=[],
        metavar="NAME",
        help="these figures and tables, by id or name; --list shows both (default: all)",
    )
    p.add_argument("--list", action="store_true", help="show ids and names, and build nothing")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, 1 if something could not be built, or 2 for misuse."""
    command = parser(prog)
    options = command.parse_args(arguments)
    chosen = _chosen(options.only)
    if options.list:
        print("\n".join(f"{part:<8} {name}" for part, (name, _) in parts().items() if part in chosen))
        return 0
    if not options.runs:
        command.error("no RUN is given; give a run folder such as runs/NAME, or --list")
    inputs = TableInputs(load(*options.runs), options.runs)
    manifest, own = _known(options.out), fingerprint(inputs.run)
    if options.only and manifest["artefacts"] and manifest["results"] != own:
        raise ResultsError(f"{options.out} was built from other results; build all of it, without --only")
    return _rebuild(inputs, options.out, chosen, manifest["artefacts"], own, prog)


def _rebuild(
    inputs: TableInputs,
    out: Path,
    chosen: Sequence[str],
    old: list[dict[str, Any]],
    results: dict[str, Any],
    prog: str,
) -> int:
    entries = list(old) if len(chosen) < len(parts()) else []
    failed = build(inputs, out, chosen, entries)
    # What an earlier build left and this one does not make any more would pass for a result.
    left = {name for entry in old for name in entry["files"]} - {n for e in entries for n in e["files"]}
    for name in left:
        (out / name).unlink(missing_ok=True)
    _indices(out, entries)
    text = json.dumps({"results": results, "artefacts": entries}, indent=1, ensure_ascii=False)
    replace_text(out / MANIFEST, f"{text}\n")
    print(f"{len(entries)} figures, tables and numbers in {out}")
    for part, why in failed.items():
        say_error(prog, f"{part} ({parts()[part].name}): {why}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
