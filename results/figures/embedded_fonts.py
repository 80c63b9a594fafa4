"""Fonts in PDF files, without the tables that only typesetting reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fontTools.subset import Options

#: OpenType's tables of substitution, positioning, classes, formulas and kerning.  In a PDF every glyph has
#: its place, so that no viewer reads them; to cut them down takes half of the time that a page takes.
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "MATH", "kern")
#: Matplotlib makes these options itself and takes none from its caller, so their defaults are changed.
_DEFAULTS = "_drop_tables_default"


@contextmanager
def without_layout_tables() -> Iterator[None]:
    """Let matplotlib embed fonts without ``LAYOUT_TABLES``, and whole if fontTools has other defaults."""
    before = getattr(Options, _DEFAULTS, None)
    if before is None:
        yield
        return
    setattr(Options, _DEFAULTS, [*before, *LAYOUT_TABLES])
    try:
        yield
    finally:
        setattr(Options, _DEFAULTS, before)
