"""The look of all figures: sizes of print and slides, type, colours, file formats.

The colours are Okabe and Ito's, which people with any colour vision can tell apart (without their yellow,
which paper swallows); lines differ in dashes and markers too, so they survive a black-and-white printer.
"""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.colors import Colormap
from matplotlib.figure import Figure

from results.errors import ResultsError
from results.figures.embedded_fonts import small_fonts
from results.files import replace

_HOW: dict[str, dict[str, Any]] = {
    "png": {"pil_kwargs": {"compress_level": 1}},  # a tenth larger than could be, in half the time
    "pdf": {"metadata": {"CreationDate": None}},  # so that equal results make equal files
}
FORMATS = tuple(_HOW)


class Size(NamedTuple):
    """A page.

    Attributes:
        width, height: inches; the height is the most that there is, unless ``fills``.
        dpi: pixels an inch of a PNG.
        fills: whether figures are exactly as high as the page.
        titled: whether figures have a title.
        captioned: whether they have a caption; the text around those that have none has it.
    """

    width: float
    height: float
    dpi: int
    fills: bool = False
    titled: bool = True
    captioned: bool = True


DPI = 200  # of print


def _of_paper(width: float, height: float) -> Size:
    return Size(width, height, DPI, titled=False, captioned=False)


#: Print is what A4 leaves between its margins.  A slide is 16:9 and 1920 x 1080 pixels; shown 13.3 inches
#: wide, as slides are, its type is 5/3 as large as here.  The others are \\textwidth, \\columnwidth and
#: \\textheight of LaTeX classes: neurips_2023.sty, icml2023.sty, IEEEtran.cls, acmart.cls (sigconf), jmlr.
SIZES = {
    "print": Size(7.3, 10.7, DPI),
    "slide": Size(8.0, 4.5, 240, fills=True),
    "neurips": _of_paper(5.5, 8.2),
    "icml": _of_paper(6.75, 8.2),
    "icml-column": _of_paper(3.25, 8.2),
    "ieee": _of_paper(7.16, 8.8),
    "ieee-column": _of_paper(3.49, 8.8),
    "acm": _of_paper(7.0, 8.4),
    "acm-column": _of_paper(3.33, 8.4),
    "jmlr": _of_paper(6.0, 7.9),
}

_INCHES = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)")


def size_of(size: str | tuple[float, float]) -> Size:
    """Return the size that a name, or inches (``3.3x2.5``), stands for.

    Raises:
        ResultsError: if it is neither, or nothing can be drawn in so little room.
    """
    if isinstance(size, str) and size in SIZES:
        return SIZES[size]
    match = _INCHES.fullmatch(size) if isinstance(size, str) else None
    inches = (float(match[1]), float(match[2])) if match else size
    if isinstance(inches, str):
        raise ResultsError(f"size is {size!r}; give {', '.join(SIZES)}, or inches such as 3.3x2.5")
    if not all(1 <= side <= 100 for side in inches):
        raise ResultsError(f"size is {inches[0]:g} x {inches[1]:g} inches; give 1 to 100 of each")
    return Size(*inches, DPI, fills=True, captioned=False)


BLACK, ORANGE, SKY, GREEN, BLUE, RED, PINK, WINE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#882255",
)
GREY, PALE = "#6B6B6B", "#D9D9D9"

_COLOURS = (BLUE, RED, GREEN, BLACK, PINK, ORANGE, SKY, WINE)
_DASHES = ((), (4, 1.5), (1.2, 1.2), (6, 1.5, 1.2, 1.5))
_MARKERS = "osD^vPX<>ph8"

_RC: dict[Any, Any] = {
    "figure.dpi": 100,
    "pdf.fonttype": 42,  # TrueType: text in the PDF stays text
    "ps.fonttype": 42,
    "font.family": "DejaVu Sans",  # ships with matplotlib, so figures are equal on every machine
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4,
    "axes.titley": 1.0,  # no ticks are above a panel: looking for them takes a tenth of the time
    "axes.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "grid.linewidth": 0.4,
    "grid.color": "#E3E3E3",
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.4,
    "axes.unicode_minus": True,
    "text.hinting": "none",  # at print's resolution it changes nothing, and takes a sixth of a PNG's time
    "text.parse_math": False,  # a "$" in an error message is a "$"
}


#: Of what lies far behind: sand, the worst darkest.
TAIL = sns.blend_palette(["#C9974A", "#EBCF9E", "#FAF0E0"], as_cmap=True)
#: Light to dark blue; better is darker, and what lies beyond the limits is sand.
SEQUENTIAL = sns.blend_palette(["#E4EFF8", "#8CBEE0", "#1F6FA8"], as_cmap=True).with_extremes(
    under="#F7E9D3", over="#F7E9D3"
)


class Look(NamedTuple):
    """The look of a name in every figure."""

    colour: str
    dashes: tuple[float, ...]
    marker: str


#: Colours in place of ours: by name, in turn, or the name of a colour map for heat maps.
Palette = Mapping[str, str] | Sequence[str] | str | None
_palette: ContextVar[Palette] = ContextVar("palette", default=None)
_size: ContextVar[Size] = ContextVar("size", default=SIZES["print"])


@contextmanager
def active(size: str | Size = "print", palette: Palette = None) -> Iterator[None]:
    """Make and save figures inside of this; matplotlib's settings are put back after.

    Args:
        size: one of ``SIZES``, or a size of one's own.
        palette: colours in place of ours.
    """
    chosen_size = SIZES[size] if isinstance(size, str) else size
    page: dict[Any, Any] = {"figure.figsize": chosen_size[:2], "savefig.dpi": chosen_size.dpi}
    with (
        sns.axes_style("ticks", rc={"axes.grid": True}),
        matplotlib.rc_context(_RC | page),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", "Glyph .* missing")  # of a name; a box stands for each
        tokens = _palette.set(palette), _size.set(chosen_size)
        try:
            yield
        finally:
            _palette.reset(tokens[0])
            _size.reset(tokens[1])


def current_size() -> Size:
    """Return the size of the figures that are made now."""
    return _size.get()


def sequential() -> Colormap:
    """Return the colours of values, the better the darker."""
    palette = _palette.get()
    return matplotlib.colormaps[palette] if isinstance(palette, str) else SEQUENTIAL


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each name, all different for up to 32 names; up to 8 differ in colour too.

    A name has the same look in every figure of every run, unless it has to give way to another one there.
    """
    unique = sorted(set(names))
    places = len(_COLOURS) * -(-max(len(unique), 1) // len(_COLOURS))
    used: dict[int, str] = {}
    for name in sorted(unique, key=_place):
        place = _place(name) % places
        while place in used:
            place = (place + 1) % places
        used[place] = name
    chosen = {name: place for place, name in used.items()}
    return {name: _recoloured(_look(chosen[name]), name, place) for place, name in enumerate(unique)}


def _recoloured(look: Look, name: str, place: int) -> Look:
    """Return a look with the colour that the palette gives its name, if it gives one."""
    palette = _palette.get()
    if isinstance(palette, Mapping):
        return look._replace(colour=palette.get(name, look.colour))
    if palette and not isinstance(palette, str):
        return look._replace(colour=palette[place % len(palette)])
    return look


def _place(name: str) -> int:
    """Return a number that depends on the name alone."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def _look(index: int) -> Look:
    lap = index // len(_COLOURS)
    dashes = _DASHES[(index + lap) % len(_DASHES)]
    return Look(_COLOURS[index % len(_COLOURS)], dashes, _MARKERS[index % len(_MARKERS)])


def ink(background: tuple[float, ...]) -> str:
    """Return black or white, whichever is easier to read on ``background`` (red, green, blue in [0, 1])."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in background[:3]]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    return BLACK if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "white"


def save(figure: Figure, stem: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """Save ``figure`` as ``stem`` + ".png" and ".pdf" (vectors) and return the paths."""
    paths = []
    for kind in formats:
        path = stem.with_name(f"{stem.name}.{kind}")
        save_as(figure, path, kind)
        paths.append(path)
    return paths


def save_as(figure: Figure, path: Path, kind: str) -> None:
    """Save ``figure`` as one of ``FORMATS``; the file is whole or absent.

    Raises:
        NotWritten: if it cannot be written.
    """
    with small_fonts():
        replace(path, lambda file: figure.savefig(file, format=kind, **_HOW[kind]))
