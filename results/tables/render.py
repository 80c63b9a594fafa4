"""Tables as LaTeX (booktabs), Markdown and CSV; names may hold any character."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path

import numpy as np

from results.files import replace_text
from results.tables.model import Column, Estimate, Table

#: A LaTeX table with more columns is folded: further blocks repeat the first column.
MOST_COLUMNS = 8

_TEX = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}"},
    **{"\N{NO-BREAK SPACE}": "~", "\N{MINUS SIGN}": r"\ensuremath{-}", "±": r"\ensuremath{\pm}"},
    **{
        "∞": r"\ensuremath{\infty}",
        "\N{MULTIPLICATION SIGN}": r"\ensuremath{\times}",
        "…": r"\ldots{}",
        "≤": r"\ensuremath{\le}",
    },
    **{"≥": r"\ensuremath{\ge}", "→": r"\ensuremath{\to}", "\N{EN DASH}": "--", "\N{EM DASH}": "---"},
    **{"\N{LEFT SINGLE QUOTATION MARK}": "`", "\N{RIGHT SINGLE QUOTATION MARK}": "'"},
    **{"\N{LEFT DOUBLE QUOTATION MARK}": "``", "\N{RIGHT DOUBLE QUOTATION MARK}": "''"},
}
_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$])")


def latex(table: Table) -> str:
    """Return a ``table`` environment with caption and label ``tab:NAME``, never wider than the line.

    It needs the packages booktabs and graphicx.
    """
    blocks = _blocks(len(table.columns))
    kinds = "".join(_kind(table.columns[place]) for place in blocks[0])
    texts = table.texts()
    body: list[str] = []
    for block in blocks:
        body += [r"\midrule"] * bool(body)
        body += [_row([tex(table.columns[place].head) for place in block]), r"\midrule"]
        body += [
            _row([_cell(table, row, place, cells[place]) for place in block])
            for row, cells in enumerate(texts)
        ]
    lines = [
        r"\begin{table}[htbp]",
        r"\centering",
        r"\setlength{\belowcaptionskip}{6pt}",
        rf"\caption{{{tex(table.caption)}}}",
        rf"\label{{tab:{file_name(table.name)}}}",
        r"\small",
        r"\setlength{\tabcolsep}{4pt}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{{kinds}}}",
        r"\toprule",
        *body,
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def markdown(table: Table) -> str:
    """Return a table of GitHub's Markdown below its caption."""
    rows = [[escape_markdown(column.head) for column in table.columns]]
    rows.append(["--:" if _kind(column) == "r" else ":--" for column in table.columns])
    for row, cells in enumerate(table.texts()):
        shown = [escape_markdown(text) for text in cells]
        rows.append(
            [f"**{text}**" if (row, place) in table.marks else text for place, text in enumerate(shown)]
        )
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([escape_markdown(table.caption), "", *lines]) + "\n"


def as_csv(table: Table) -> str:
    """Return all rows with all digits; an estimate takes the columns NAME, NAME_low and NAME_high.

    ``NAME_best`` says what is set in bold, if anything is in this column.
    """
    columns = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.columns)
    marked = {place for _, place in table.marks}
    out: dict[str, list[object]] = {}
    for place, (column, values) in enumerate(zip(table.columns, columns, strict=True)):
        out[column.name] = [_plain(value.value if isinstance(value, Estimate) else value) for value in values]
        if any(isinstance(value, Estimate) for value in values):
            for part in ("low", "high"):
                out[f"{column.name}_{part}"] = [
                    _plain(getattr(value, part)) if isinstance(value, Estimate) else "" for value in values
                ]
        if place in marked:
            out[f"{column.name}_best"] = [(row, place) in table.marks for row in range(len(table.rows))]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([list(out), *zip(*out.values(), strict=True)])
    return text.getvalue()


#: Format -> suffix, and what makes it.
FORMATS: dict[str, tuple[str, Callable[[Table], str]]] = {
    "latex": (".tex", latex),
    "markdown": (".md", markdown),
    "csv": (".csv", as_csv),
}


def save(table: Table, out: Path, formats: Iterable[str] = tuple(FORMATS)) -> list[Path]:
    """Write the table into the folder ``out`` in each format, and return the paths."""
    paths = []
    for name in formats:
        suffix, make = FORMATS[name]
        path = out / f"{file_name(table.name)}{suffix}"
        replace_text(path, make(table))
        paths.append(path)
    return paths


def file_name(name: str) -> str:
    """Return a name that any file system and LaTeX take; different names stay different."""
    plain = re.sub(r"[^A-Za-z0-9.@_-]", "_", name)
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def tex(text: str) -> str:
    """Return LaTeX that prints ``text``; a character that its default fonts lack becomes its code point."""
    plain = _spaced(text)
    # "--" would become a dash; "[" or "*" after the end of a row would be an option of it.
    escaped = "".join(
        "{}-" if pair == ("-", "-") else _tex_character(pair[1])
        for pair in zip(f" {plain}", plain, strict=False)
    )
    return re.sub(r"^([\[*])", r"{\1}", escaped)


def escape_markdown(text: str) -> str:
    """Return Markdown that shows ``text``, in a table too."""
    plain = _spaced(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", plain)


def _blocks(width: int) -> list[list[int]]:
    """Return which columns stand side by side."""
    if width <= MOST_COLUMNS:
        return [list(range(width))]
    step = MOST_COLUMNS - 1
    return [[0, *range(start, min(width, start + step))] for start in range(1, width, step)]


def _kind(column: Column) -> str:
    return "l" if column.form in ("text", "prose") else "r"


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(table: Table, row: int, place: int, text: str) -> str:
    text_of = tex(text)
    if (row, place) in table.marks:
        text_of = rf"\textbf{{{text_of}}}"
    if table.columns[place].form != "prose" or not text_of:
        return text_of
    return rf"\parbox[t]{{0.5\linewidth}}{{\raggedright\strut {text_of}\strut}}"


def _tex_character(character: str) -> str:
    if character in _TEX:
        return _TEX[character]
    if character.isascii():
        return character
    known = unicodedata.name(character, "").startswith("LATIN") and ord(character) < 0x100
    return character if known and character not in "ðÐþÞ" else f"U+{ord(character):04X}"


def _spaced(text: str) -> str:
    """Return one line without control characters."""
    keep = "\N{NO-BREAK SPACE}"
    one = "".join(" " if c.isspace() and c != keep else c for c in text)
    return "".join(c for c in one if c.isprintable() or c == keep)


def _plain(value: object) -> object:
    return "" if isinstance(value, float) and np.isnan(value) else value
