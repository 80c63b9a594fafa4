"""Summaries of verdicts: rounds united, a mark for each cell, equal reasons once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from benchmarks.compatibility.verdict import Kind, Verdict

MARKS = {Kind.WORKS: "✓", Kind.UNAVAILABLE: "·", Kind.DIFFERENCE: "✗"}


@dataclass(frozen=True)
class Note:
    """A reason that several combinations share, and the letter or number that stands for it."""

    mark: str
    reason: str
    verdicts: tuple[Verdict, ...]


def united(rounds: Sequence[Sequence[Verdict]]) -> list[Verdict]:
    """Return one verdict a combination; a difference in any round counts, and names the round."""
    final = []
    for several in zip(*rounds, strict=True):
        differing = [number for number, verdict in enumerate(several, 1) if verdict.kind is Kind.DIFFERENCE]
        if differing and len(rounds) > 1:
            first = several[differing[0] - 1]
            which = ", ".join(map(str, differing))
            final.append(replace(first, reason=f"{first.reason} (round {which} of {len(rounds)})"))
        else:
            final.append(several[-1])
    return final


def of_kind(verdicts: Iterable[Verdict], kind: Kind) -> list[Verdict]:
    """Return the verdicts of one kind."""
    return [verdict for verdict in verdicts if verdict.kind is kind]


def notes(verdicts: Sequence[Verdict], kind: Kind) -> list[Note]:
    """Return the reasons of one kind, each once: letters for refusals, numbers for all others."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in of_kind(verdicts, kind):
        grouped.setdefault(verdict.reason, []).append(verdict)
    return [
        Note(_letter(number) if kind is Kind.REFUSED else str(number + 1), reason, tuple(several))
        for number, (reason, several) in enumerate(grouped.items())
    ]


def _letter(number: int) -> str:
    """Return A, B, ... Z, A2, B2, ..."""
    rounds, letter = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(rounds + 1) if rounds else "")


def cells(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], str]:
    """Return the mark of each combination; a refusal's or a note's stands for its reason."""
    marks = {
        (verdict.searcher, verdict.scheduler): (f"✓{note.mark}" if kind is Kind.NOTED else note.mark)
        for kind in (Kind.REFUSED, Kind.NOTED)
        for note in notes(verdicts, kind)
        for verdict in note.verdicts
    }
    return {
        (v.searcher, v.scheduler): marks.get((v.searcher, v.scheduler)) or MARKS[v.kind] for v in verdicts
    }


def names(verdicts: Iterable[Verdict]) -> tuple[list[str], list[str]]:
    """Return the names of the searchers and of the schedulers, in alphabetical order."""
    listed = list(verdicts)
    return sorted({v.searcher for v in listed}), sorted({v.scheduler for v in listed})


def which(some: Sequence[Verdict], everything: Sequence[Verdict]) -> str:
    """Name combinations in few words, such as ``a, b x c`` or, of those run, ``every searcher but a x c``."""
    by_searchers: dict[tuple[str, ...], list[str]] = {}
    for scheduler in names(some)[1]:
        with_it = tuple(sorted(v.searcher for v in some if v.scheduler == scheduler))
        by_searchers.setdefault(with_it, []).append(scheduler)
    run = [verdict for verdict in everything if verdict.kind is not Kind.UNAVAILABLE]
    all_searchers, all_schedulers = names(run)
    return "; ".join(
        f"{_few(searchers, all_searchers, 'searcher')} x {_few(schedulers, all_schedulers, 'scheduler')}"
        for searchers, schedulers in by_searchers.items()
    )


def _few(some: Sequence[str], everything: Sequence[str], kind: str) -> str:
    others = [name for name in everything if name not in some]
    if not others and len(everything) > 1:
        return f"every {kind}"
    if others and len(others) < len(some) / 2:
        return f"every {kind} but {', '.join(others)}"
    return ", ".join(some)
