"""The compatibility page: the matrix, reasons, silent failures, repairs and public issues, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.compatibility.summary import MARKS, cells, names, notes, of_kind, which
from benchmarks.compatibility.verdict import Kind, Verdict
from benchmarks.suite.public_issues import issues_section
from benchmarks.suite.registry import Spec


@dataclass(frozen=True)
class About:
    """Provenance of the page."""

    command: str
    date: str
    versions: Mapping[str, str]  # ray, python and tunegrid among them
    minutes: float
    rounds: int


def page(
    verdicts: Sequence[Verdict], parts: Sequence[Spec], about: About, varied: Sequence[Verdict] = ()
) -> str:
    """Return the page as Markdown.

    Args:
        verdicts: on all combinations.
        parts: the searchers and schedulers whose repairs and public issues it lists.
        about: where it is from.
        varied: verdicts on options at their extremes.
    """
    sections = [
        _head(verdicts, about),
        _matrix(verdicts),
        _reasons(verdicts),
        _differences(verdicts),
        _silent(verdicts),
        _variants(varied),
        _repairs(parts),
        issues_section(part.name for part in parts),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(verdicts: Sequence[Verdict], about: About) -> str:
    libraries = ", ".join(
        f"{name} {version}" for name, version in about.versions.items() if name not in ("ray", "python")
    )
    probes = "one probe" if about.rounds == 1 else f"{about.rounds} consecutive probes"
    return f"""# Every searcher with every scheduler in Ray {about.versions["ray"]}

Each of the {len(verdicts)} combinations was run for real, whatever the rules say of it: on a clean task, on
one whose curves are upside down, on one where a third of the trials fails, and on one long enough to fill
every bracket; {probes}, {about.minutes:.0f} minutes. Generated on {about.date} by

    {about.command}

with Python {about.versions["python"]}, {libraries}."""


def _matrix(verdicts: Sequence[Verdict]) -> str:
    searchers, schedulers = names(verdicts)
    marks = cells(verdicts)
    lines = ["| | " + " | ".join(schedulers) + " |", "|---|" + ":-:|" * len(schedulers)]
    for searcher in searchers:
        row = (marks.get((searcher, scheduler), "") for scheduler in schedulers)
        lines.append(f"| **{searcher}** | " + " | ".join(row) + " |")
    legend = "✓ works"
    if of_kind(verdicts, Kind.NOTED):
        legend += " (a number: see the note)"
    if of_kind(verdicts, Kind.REFUSED):
        legend += " &nbsp; A letter: refused, and without the rule it fails or means nothing"
    if of_kind(verdicts, Kind.UNAVAILABLE):
        legend += " &nbsp; · not installed here"
    if of_kind(verdicts, Kind.DIFFERENCE):
        legend += " &nbsp; ✗ the rules and the runs differ"
    return "\n".join([*lines, "", legend])


def _reasons(verdicts: Sequence[Verdict]) -> str:
    lettered = [note for kind in (Kind.REFUSED, Kind.NOTED) for note in notes(verdicts, kind)]
    dotted = [replace(note, mark=MARKS[Kind.UNAVAILABLE]) for note in notes(verdicts, Kind.UNAVAILABLE)]
    lines = [
        f"* **{note.mark}** {_sentence(note.reason)} ({which(note.verdicts, verdicts)})"
        for note in lettered + dotted
    ]
    return "## Why not\n\n" + "\n".join(lines) if lines else ""


def _differences(verdicts: Sequence[Verdict]) -> str:
    lines = [
        f"* {which(note.verdicts, verdicts)}: {_sentence(note.reason)}"
        for note in notes(verdicts, Kind.DIFFERENCE)
    ]
    return "## Where the rules and the runs differ\n\n" + "\n".join(lines) if lines else ""


def _silent(verdicts: Sequence[Verdict]) -> str:
    grouped: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.silent:
            grouped.setdefault(verdict.shown[0], []).append(verdict)
    if not grouped:
        return ""
    lines = [f"* {which(several, verdicts)}: {_sentence(shown)}" for shown, several in grouped.items()]
    title = "## What looks as if it worked and does not"
    return f"{title}\n\nIt is refused; without the rule every run ends without an error.\n\n" + "\n".join(
        lines
    )


def _variants(varied: Sequence[Verdict]) -> str:
    """Return how the options at their extremes ran."""
    ran = [verdict for verdict in varied if verdict.kind is not Kind.UNAVAILABLE]
    if not ran:
        return ""
    wrong = of_kind(ran, Kind.DIFFERENCE)
    text = (
        "Each option was run at its extremes on the virtual engine, with trials that fail and long enough to "
        f"fill every bracket: {len(ran)} combinations of a variant with a partner, of which "
        f"{len(ran) - len(wrong)} ended as they should."
    )
    lines = "".join(f"\n* {verdict.combination}: {_sentence(verdict.reason)}" for verdict in wrong)
    return f"## Options at their extremes\n\n{text}" + (f"\n{lines}" if lines else "")


def _repairs(parts: Sequence[Spec]) -> str:
    parts_of: dict[str, list[str]] = {}
    for part in parts:
        for repair in part.repairs:
            parts_of.setdefault(repair, []).append(part.name)
    grouped: dict[str, list[str]] = {}
    for repair, who in parts_of.items():
        grouped.setdefault(", ".join(who), []).append(_sentence(repair))
    lines = [f"* **{who}**: {' '.join(repairs)}" for who, repairs in grouped.items()]
    return (
        "## What goes wrong in Ray or a library and is repaired here\n\n" + "\n".join(lines) if lines else ""
    )


def _sentence(text: str) -> str:
    """Return the text with a capital letter and a full stop, and escapes for names that look like markup."""
    text = text.replace("*", "\\*").replace("<", "&lt;")
    return text[:1].upper() + text[1:].rstrip(".") + "."
