"""Terminal output of the probe: the matrix, the reasons, and the differences in red."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.compatibility.summary import cells, names, notes, which
from benchmarks.compatibility.verdict import Kind, Verdict

RED, PLAIN = "\x1b[31m", "\x1b[0m"


def table(verdicts: Sequence[Verdict], *, colour: bool) -> str:
    """Return the matrix with its notes under it."""
    searchers, schedulers = names(verdicts)
    marks = cells(verdicts)
    width = max(map(len, searchers))
    lines = [f"{'':<{width}}  " + "  ".join(schedulers)]
    for searcher in searchers:
        row = (_mark(marks.get((searcher, c), ""), len(c), colour=colour) for c in schedulers)
        lines.append(f"{searcher:<{width}}  " + "  ".join(row).rstrip())
    lines.append("")
    for kind in (Kind.REFUSED, Kind.NOTED, Kind.UNAVAILABLE, Kind.DIFFERENCE):
        for note in notes(verdicts, kind):
            mark = {Kind.UNAVAILABLE: "·", Kind.DIFFERENCE: "✗"}.get(kind, note.mark)
            text = f"{mark}  {which(note.verdicts, verdicts)}: {note.reason}"
            lines.append(_red(text, colour=colour) if kind is Kind.DIFFERENCE else text)
    return "\n".join(lines)


def of_variants(varied: Sequence[Verdict], *, colour: bool) -> list[str]:
    """Return how many variants ran as they should, and a line for each that did not; none if none was run."""
    if not varied:
        return []
    lines = [f"options at their extremes: {outcome(varied)}"]
    wrong = [verdict for verdict in varied if verdict.kind is Kind.DIFFERENCE]
    return lines + [_red(f"✗  {one.combination}: {one.reason}", colour=colour) for one in wrong]


def outcome(verdicts: Sequence[Verdict]) -> str:
    """Return one line with the number of combinations of each kind."""
    counts = Counter(verdict.kind for verdict in verdicts)
    return f"{len(verdicts)} combinations: " + ", ".join(
        f"{counts[kind]} {kind.value}" for kind in Kind if counts[kind]
    )


def _mark(mark: str, width: int, *, colour: bool) -> str:
    padded = f"{mark:<{width}}"
    return _red(padded, colour=colour) if mark == "✗" else padded


def _red(text: str, *, colour: bool) -> str:
    return f"{RED}{text}{PLAIN}" if colour else text
