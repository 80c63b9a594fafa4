"""Fonts in PDF files: the glyphs of plain text cut out once a process, without the tables of typesetting.

Matplotlib cuts a font down to the letters of a page, for each page anew: a third of a page's time.  It takes
neither the glyphs nor the tables from its caller, so the functions that it calls are exchanged meanwhile.
"""

from __future__ import annotations

import io
import string
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, NamedTuple

from fontTools.subset import Options
from matplotlib.backends import _backend_pdf_ps as backend
from matplotlib.font_manager import get_font

#: OpenType's tables of substitution, positioning, classes, formulas and kerning.  In a PDF every glyph has
#: its place, so that no viewer reads them; to cut them down takes half of the time that a font takes.
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "MATH", "kern")
PLAIN_TEXT = string.ascii_letters + string.digits + string.punctuation + " "

#: From matplotlib 3.11 on a font is cut out by the numbers of its glyphs.
BY_GLYPHS = all(hasattr(backend, name) for name in ("SubsetResults", "get_glyphs_subset", "font_as_file"))
_cut_out: Any = getattr(backend, "get_glyphs_subset", None)
_as_file: Any = getattr(backend, "font_as_file", None)


class _Subset(NamedTuple):
    """A font with few glyphs: its file, and for indices of glyphs in the whole font those in it."""

    font: bytes
    glyph_index_map: Mapping[int, int]


@contextmanager
def small_fonts() -> Iterator[None]:
    """Let matplotlib embed fonts without ``LAYOUT_TABLES``, and with all of ``PLAIN_TEXT`` or none of it.

    With a matplotlib or fontTools that is made otherwise they are embedded as it does.
    """
    with ExitStack() as stack:
        if hasattr(Options, "_drop_tables_default"):
            dropped = [*Options._drop_tables_default, *LAYOUT_TABLES]
            stack.enter_context(_exchanged(Options, "_drop_tables_default", dropped))
        if BY_GLYPHS:
            stack.enter_context(_exchanged(backend, "get_glyphs_subset", _subset))
            stack.enter_context(_exchanged(backend, "font_as_file", io.BytesIO))
        yield


@contextmanager
def _exchanged(owner: object, name: str, value: object) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _subset(fontfile: Any, glyphs: Collection[int]) -> AbstractContextManager[_Subset]:
    plain, wanted = _plain_glyphs(fontfile), frozenset(glyphs)
    return nullcontext(_cut(fontfile, wanted if wanted.isdisjoint(plain) else wanted | plain))


@lru_cache
def _plain_glyphs(fontfile: Any) -> frozenset[int]:
    font = get_font(fontfile)
    return frozenset(font.get_char_index(ord(letter)) for letter in PLAIN_TEXT)


@lru_cache
def _cut(fontfile: Any, glyphs: frozenset[int]) -> _Subset:
    with _cut_out(fontfile, set(glyphs)) as subset:
        return _Subset(_as_file(subset.font).getvalue(), subset.glyph_index_map)
