"""Captions as LaTeX macros: what figures say of themselves, for the text around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from results.tables.render import tex

FILE = "captions.tex"
_HEAD = r"""% Captions of the figures.  \tgcaption{NAME}: title, what is drawn, intervals, settings and n.
% \tgdetails{NAME}: all that the caption of three lines has no room for, reasons of missing results too.
\makeatletter
\providecommand{\tg@said}[1]{\ifcsname tg@#1\endcsname\csname tg@#1\endcsname\else\textbf{?}\fi}
\DeclareRobustCommand{\tgcaption}[1]{\tg@said{caption@#1}}
\DeclareRobustCommand{\tgdetails}[1]{\tg@said{details@#1}}
"""


def as_macros(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return the macros of the figures among the entries of a manifest."""
    lines = []
    for entry in entries:
        if "brief" not in entry:
            continue
        stems = [name.removeprefix("figures/").removesuffix(".tex") for name in entry["files"]]
        stem = next(name for name, path in zip(stems, entry["files"], strict=True) if path.endswith(".tex"))
        lines.append(_macro("caption", stem, f"{entry['title']}. {entry['brief']}"))
        lines.append(_macro("details", stem, str(entry["caption"])))
    return f"{_HEAD}{''.join(lines)}\\makeatother\n"


def _macro(kind: str, stem: str, text: str) -> str:
    return f"\\expandafter\\def\\csname tg@{kind}@{stem}\\endcsname{{{tex(text)}}}\n"
