"""Parts of a paper: the figures of each plot, the tables of each kind, the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from results.figures import PLOTS, style
from results.files import replace_text
from results.paper.numbers import as_json, as_tex, numbers
from results.tables import TABLES, TableInputs
from results.tables.render import file_name, save, tex

_ENVIRONMENT = r"""\begin{figure}[htbp]
\centering
\includegraphics[width=\linewidth,height=0.85\textheight,keepaspectratio]{figures/%s.pdf}
\caption{%s}
\label{fig:%s}
\end{figure}
"""


class Artefact(NamedTuple):
    """A figure, a table or the numbers: its name, what it shows, and its files."""

    name: str
    caption: str
    files: list[Path]


class Part(NamedTuple):
    """A part that is rebuilt at once: a plot, a kind of table, the numbers."""

    name: str
    make: Callable[[TableInputs, Path], Iterator[Artefact]]


def parts() -> dict[str, Part]:
    """Return all parts by their ids, in the order of the paper."""
    every = {f"fig{number}": Part(name, _figures(name)) for number, name in enumerate(PLOTS, 1)}
    every |= {f"tab{number}": Part(name, _tables(name)) for number, name in enumerate(TABLES, 1)}
    return every | {"numbers": Part("numbers", _numbers)}


def _figures(plot: str) -> Callable[[TableInputs, Path], Iterator[Artefact]]:
    def make(inputs: TableInputs, out: Path) -> Iterator[Artefact]:
        folder = out / "figures"
        for name, figure in PLOTS[plot](inputs.run):
            stem = file_name(name)
            title, caption = (_text(figure, gid) for gid in ("title", "caption"))
            path = folder / f"{stem}.tex"
            replace_text(path, _ENVIRONMENT % (stem, tex(title), stem))
            yield Artefact(name, f"{title}. {caption}", [*style.save(figure, folder / stem), path])

    return make


def _tables(kind: str) -> Callable[[TableInputs, Path], Iterator[Artefact]]:
    def make(inputs: TableInputs, out: Path) -> Iterator[Artefact]:
        folder = out / "tables"
        for table in TABLES[kind](inputs):
            yield Artefact(table.name, table.caption, save(table, folder))

    return make


def _numbers(inputs: TableInputs, out: Path) -> Iterator[Artefact]:
    every = numbers(inputs)
    paths = [out / "numbers.tex", out / "numbers.json"]
    for path, text in zip(paths, (as_tex(every), as_json(every)), strict=True):
        replace_text(path, text)
    yield Artefact("numbers", f"{len(every)} numbers that a text may quote", paths)


def _text(figure: Figure, gid: str) -> str:
    """Return what ``results.figures.page`` wrote into a figure under this name, on one line."""
    return " ".join(" ".join(text.get_text() for text in figure.texts if text.get_gid() == gid).split())
