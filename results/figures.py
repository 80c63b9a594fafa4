"""Draw all figures of one or more runs.

``python -m results.figures RUN [RUN ...] [--out DIR] [--only NAME ...] [--format png pdf] [--size slide]``

A figure is a module of ``results.plots``: one new figure is one new file.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

from results import ResultsError, Run, load, plots, style
from results.arguments import Parser, add_runs, folder_of

log = logging.getLogger(__name__)

#: Each yields name and figure, as many as there is data for; figures need neither pyplot nor a display.
PLOTS: dict[str, Callable[[Run], Iterator[tuple[str, Figure]]]] = {
    name.replace("_", "-"): importlib.import_module(f"{plots.__name__}.{name}").figures
    for name in sorted(module.name for module in pkgutil.iter_modules(plots.__path__))
    if not name.startswith("_")
}


@dataclass
class Drawn:
    """What became of the plots.

    Attributes:
        paths: the files written.
        failed: plot -> why it could not be drawn.
        empty: plots for which there is no data.
    """

    paths: list[Path] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)


def draw(
    run: Run,
    out: Path,
    only: Iterable[str] = tuple(PLOTS),
    formats: Sequence[str] = style.FORMATS,
    size: str = "print",
) -> Drawn:
    """Draw the plots named by ``only`` into ``out``; one that fails does not stop the others.

    ``size`` is one of ``style.SIZES``.
    """
    out.mkdir(parents=True, exist_ok=True)
    drawn = Drawn()
    with style.active(size):
        for name in only:
            before = len(drawn.paths)
            try:
                for stem, figure in PLOTS[name](run):
                    drawn.paths += style.save(figure, out / stem, formats)
            except Exception as error:
                log.debug("figure %s failed", name, exc_info=True)
                drawn.failed[name] = f"{type(error).__name__}: {error}"
                continue
            if len(drawn.paths) == before:
                drawn.empty.append(name)
    return drawn


def make_all(run: Path, out: Path | None = None) -> list[Path]:
    """Draw every figure of the run folder ``run`` into ``out`` (default: its ``figures``); return the files.

    A plot that fails is logged as a warning and left out.

    Raises:
        ResultsError: if ``run`` is not a readable run folder.
    """
    drawn = draw(load(run), out or Path(run) / "figures")
    for name, why in drawn.failed.items():
        log.warning("figure %s could not be drawn: %s", name, why)
    return drawn.paths


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if a plot failed, or 2 for misuse."""
    parser = Parser(prog="python -m results.figures", description="Draw the figures of one or more runs.")
    add_runs(parser)
    parser.add_argument("--out", type=Path, help="default: RUN/figures, or RUN/slides for slides")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=list(PLOTS), default=list(PLOTS))
    parser.add_argument("--format", nargs="+", choices=style.FORMATS, default=list(style.FORMATS))
    parser.add_argument(
        "--size", choices=style.SIZES, default="print", help="print: A4; slide: 16:9 with larger type"
    )
    options = parser.parse_args(arguments)
    try:
        out = folder_of(options, "figures" if options.size == "print" else "slides")
        drawn = draw(load(*options.runs), out, options.only, options.format, options.size)
    except (ResultsError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in drawn.paths:
        print(path)
    for name in drawn.empty:
        print(f"{name}: no figure, the run has no data for it yet")
    for name, why in drawn.failed.items():
        print(f"error: {name}: {why}", file=sys.stderr)
    return 1 if drawn.failed else 0


if __name__ == "__main__":
    sys.exit(main())
