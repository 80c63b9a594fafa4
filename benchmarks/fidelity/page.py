"""The fidelity page: the certificate as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.fidelity.certificate import EPOCHS, FAST, TRIALS, Distribution, Followed, Free
from benchmarks.fidelity.free import Distance
from benchmarks.fidelity.runs import TRAINABLE, WORKERS


@dataclass(frozen=True)
class Certificate:
    """All parts of a certificate and their provenance."""

    made: str
    command: str
    versions: Mapping[str, str]
    followed: Sequence[Followed]
    free: Sequence[Free]
    distributions: Sequence[Distribution]


def page(c: Certificate) -> str:
    """Return the page in Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in c.versions.items())
    lines = [
        "# How far the virtual clock can be trusted",
        "",
        f"Made on {c.made} ({versions}): {TRAINABLE},",
        f"{TRIALS} trials of at most {EPOCHS} epochs, {WORKERS} workers; the real trials sleep as long as",
        "their curve says.",
        "",
        f"    {c.command}",
        "",
        "## The same order of events",
        "",
        f"Each combination runs on real Ray (epochs take {FAST:g} of their time) and notes in which order",
        "results came, actors started and ended. The engine `virtual`, on the curves' formula, and the",
        "engine `live`, on trainings of its own, are then given events in that order; what they propose and",
        "decide must be the same.",
        "",
        *(line for engine in ("virtual", "live") for line in _counts(c.followed, engine)),
        "",
        *_table(
            ("engine", "combination", "configurations", "decisions", "followed"), _exceptions(c.followed)
        ),
        "## Each in its own order",
        "",
        "Random search under each scheduler, at true speed. Order: Kendall's tau between the orders of",
        "arrival; error: median difference of the times of a result, seconds; ends: trials that ended after",
        "the same epoch. A figure means something only where it is better than the control's, whose epochs",
        "cost what another configuration's would.",
        "",
        *_table(
            ("scheduler", "second real run", "virtual, measured latencies", "virtual, none", "control"),
            [
                (free.scheduler, *map(_distance, (free.again, free.measured, free.none, free.control)))
                for free in c.free
            ],
        ),
        "Each cell: order / error / ends.",
        "",
        "## The same incumbents",
        "",
        "Final incumbents of repetitions with equal seeds, real minus virtual, paired. The last column is",
        "the mean difference that a paired t-test at the 5 % level would find with a probability of 80 %.",
        "",
        *_table(
            (
                *("combination", "repetitions", "equal", "mean difference [95 %]", "Wilcoxon p"),
                *("spread of incumbents", "detectable"),
            ),
            [_distribution(part) for part in c.distributions],
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _counts(followed: Sequence[Followed], engine: str) -> list[str]:
    """Return how many combinations an engine could follow, and how many agree."""
    own = [pair for pair in followed if pair.engine == engine]
    ended = [pair for pair in own if pair.agreement.followed]
    agreed = [pair for pair in ended if pair.agreement.complete]
    return [
        f"* `{engine}`: **{len(ended)} of {len(own)}** combinations could be followed to their end;",
        f"  **{len(agreed)} of {len(ended)}** of those agree in every configuration and every decision.",
    ]


def _exceptions(followed: Sequence[Followed]) -> list[tuple[str, ...]]:
    """Return the rows of those that do not agree; one row for all others."""
    rows: list[tuple[str, ...]] = []
    for pair in followed:
        a = pair.agreement
        if not a.complete:
            why = "yes" if a.followed else f"no: {a.why}"
            rows.append(
                (
                    pair.engine,
                    f"{pair.searcher} x {pair.scheduler}",
                    _of(a.configurations),
                    _of(a.decisions),
                    why,
                )
            )
    return rows or [("both", "none differs", "", "", "")]


def _of(counts: tuple[int, int]) -> str:
    return f"{counts[0]} of {counts[1]}"


def _distance(d: Distance) -> str:
    return f"{d.order:.3f} / {d.error:.2f} / {_of(d.stops)}"


def _distribution(part: Distribution) -> tuple[str, ...]:
    c = part.comparison
    low, high = c.interval
    return (
        *(f"{part.searcher} x {part.scheduler}", str(c.pairs), str(c.equal)),
        *(f"{c.mean:.3g} [{low:.3g}, {high:.3g}]", f"{c.p:.2f}", f"{c.spread:.3g}", f"{c.detectable:.3g}"),
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]
