"""The parity page: each searcher beside its library, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.parity.cells import LEVEL, MARGIN, Kinship, ParityCell
from benchmarks.parity.tasks import EPOCHS, TASKS
from benchmarks.suite.registry import SearcherSpec
from benchmarks.suite.rules import why_unavailable

#: What Ray does between a scheduler and a searcher, which no comparison without a scheduler shows.
BEYOND = (
    "Optuna by itself tells its sampler that a pruned trial was pruned; Ray tells it that the trial is "
    "complete, with its last value ([ray#5651](https://github.com/ray-project/ray/pull/5651), "
    "[ray#15283](https://github.com/ray-project/ray/pull/15283)). So it is here.",
    "Searchers are compared one trial after another. With more workers each proposes with as many trials "
    "undecided, as its library does when it is asked for several.",
)


@dataclass(frozen=True)
class PageProvenance:
    """Provenance of the page."""

    command: str
    date: str
    versions: Mapping[str, str]
    minutes: float


def page(specs: Sequence[SearcherSpec], cells: Sequence[ParityCell], about: PageProvenance) -> str:
    """Return the page; ``specs`` are all searchers, compared or not."""
    sections = [_head(about), _rule(cells), _summary(specs, cells), _effects(cells), _why(specs), _beyond()]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(about: PageProvenance) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    return f"""# Is each searcher its library?

Each searcher beside the library that it uses, called by the library's own documented API with the library's
defaults, without Ray. Made on {about.date} in {about.minutes:.0f} minutes by

    {about.command}

with {versions}."""


def _rule(cells: Sequence[ParityCell]) -> str:
    tasks = "\n".join(f"* {task}: {words}" for task, words in TASKS.items())
    lengths = sorted({(cell.trials, cell.seeds) for cell in cells}, reverse=True)
    words = " or ".join(f"{trials} trials with {seeds} seed{'s' * (seeds > 1)}" for trials, seeds in lengths)
    return f"""## The rule

One trial after another; what counts of a configuration is its value after {EPOCHS} epochs, without noise.
The same seed is given to both.

* **identical**: the library proposes the same configurations, one by one ({words}; floats equal to six
  digits).
* **identical but for**: it does so once it is given what is documented here: a start-up that is *levelled*
  (as many random trials for each model; `--startup library` leaves each library its own), the space *encoded*
  where Ray's adapter mishandles it, a *setting*.
* **differs**: anything else; then the command ends with 1.

What the documented differences change is counted over many seeds: P(better) is the probability that a run of
the searcher ends better than one of the library by its defaults. *Equivalent*: two one-sided tests at
{100 * LEVEL:g} % show that it lies within 0.5 ± {MARGIN:g} (bootstrap of both samples). *Better*, *worse*:
the 95 % interval excludes 0.5. *Open*: neither. The levels are not corrected for the number of cells.

{tasks}"""


def _summary(specs: Sequence[SearcherSpec], cells: Sequence[ParityCell]) -> str:
    lines = ["| searcher | verdict | on |", "|---|---|---|"]
    for spec in specs:
        lines += _rows(spec, [cell for cell in cells if cell.searcher == spec.name])
    return "\n".join(["## Each searcher", "", *lines])


def _rows(spec: SearcherSpec, cells: Sequence[ParityCell]) -> list[str]:
    name = f"**{spec.name}**"
    if spec.native is None:
        return [f"| {name} | {_not_compared(spec)} | |"]
    if not cells:
        return [f"| {name} | unavailable: {why_unavailable(spec)} | |"]
    grouped: dict[str, list[str]] = {}
    for cell in sorted(cells, key=lambda cell: list(Kinship).index(cell.kinship)):
        grouped.setdefault(_words(cell), []).append(cell.task)
    return [
        f"| {name if first == 0 else ''} | {words} | {', '.join(tasks)} |"
        for first, (words, tasks) in enumerate(grouped.items())
    ]


def _not_compared(spec: SearcherSpec) -> str:
    if reason := why_unavailable(spec):
        return f"unavailable: {reason}"
    return "its library has no other API" if spec.requires else "no library but Ray Tune itself"


def _words(cell: ParityCell) -> str:
    if cell.kinship is Kinship.IDENTICAL:
        return "identical"
    if cell.kinship is Kinship.EXPLAINED:
        return f"identical but for: {'; '.join(cell.reasons)}"
    return f"**differs** from trial {cell.documented + 1} on"


def _effects(cells: Sequence[ParityCell]) -> str:
    found = [cell for cell in cells if cell.effect is not None]
    if not found:
        return ""
    lines = [
        "| searcher | task | for | first trial that differs | P(better) [90 %] | seeds x trials | |",
        "|---|---|---|--:|---|---|---|",
    ]
    for cell in found:
        effect = cell.effect
        assert effect is not None
        low, high = effect.within
        lines.append(
            f"| {cell.searcher} | {cell.task} | {'; '.join(cell.reasons) or '?'} | {cell.defaults + 1} | "
            f"{effect.better:.2f} [{low:.2f}, {high:.2f}] | {effect.seeds} x {effect.trials} | "
            f"{effect.verdict} |"
        )
    counts = {word: sum(c.effect is not None and c.effect.verdict == word for c in found) for word in WORDS}
    words = ", ".join(f"{count} {word}" for word, count in counts.items())
    words += f", {missing} not measured" if (missing := sum(cell.unmeasured for cell in cells)) else ""
    return "\n".join(["## What the documented differences change", "", f"{words}.", "", *lines])


WORDS = ("equivalent", "open", "better", "worse")


def _why(specs: Sequence[SearcherSpec]) -> str:
    """List what is set otherwise, and what is repaired, each once with all whom it concerns."""
    parts = []
    for title, name in (("Settings", "settings"), ("Repairs of Ray's adapters and the libraries", "repairs")):
        grouped: dict[str, list[str]] = {}
        for spec in specs:
            for sentence in getattr(spec, name):
                grouped.setdefault(sentence, []).append(spec.name)
        lines = [f"* {sentence} ({', '.join(who)})" for sentence, who in grouped.items()]
        parts.append("\n".join([f"## {title}", "", *lines]) if lines else "")
    return "\n\n".join(part for part in parts if part)


def _beyond() -> str:
    return "\n".join(["## What this does not show", "", *(f"* {sentence}" for sentence in BEYOND)])
