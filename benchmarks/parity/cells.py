"""Cells: one searcher on one task, beside its library with the same seeds and over many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from benchmarks.core.seeding import derive, searcher_seed
from benchmarks.parity.sequences import common_start, native_sequence, own_sequence, seen_kinds
from benchmarks.parity.tasks import loss
from benchmarks.spaces.domains import KINDS, kinds
from benchmarks.suite.registry import SEARCHERS, TRAINABLES
from results.statistics.aggregate import probability_of_improvement

QUICK_S = 30.0  # searchers that declare more seconds for 300 trials get fewer trials and seeds
MARGIN = 0.2  # of P(better) around one half, within which two searchers are equivalent
LEVEL = 0.05  # of each of the two one-sided tests of equivalence


class Kinship(StrEnum):
    """Relation of a searcher to its library on a task."""

    IDENTICAL = "identical"  # the library by its defaults proposes the same
    EXPLAINED = "identical but for what is documented"  # the same once that is taken over
    UNEXPLAINED = "differs"


@dataclass(frozen=True)
class FinalEffect:
    """P(a run of the searcher ends better than one of the library), with its 90 % and 95 % intervals."""

    seeds: int
    trials: int
    better: float
    within: tuple[float, float]
    limits: tuple[float, float]

    @property
    def verdict(self) -> str:
        """ "equivalent", "better", "worse" or "open"."""
        if self.within[0] > 0.5 - MARGIN and self.within[1] < 0.5 + MARGIN:
            return "equivalent"
        if self.limits[0] > 0.5 or self.limits[1] < 0.5:
            return "better" if self.better > 0.5 else "worse"
        return "open"


@dataclass(frozen=True)
class ParityCell:
    """One searcher on one task.

    Attributes:
        trials, seeds: of the sequences.
        documented: the proposals in common with the library that took over what is documented, least of all
            seeds.
        defaults: the same with the library's defaults.
        reasons: what is documented and makes a difference here.
        effect: None if the library's defaults propose the same, or it was not measured.
    """

    searcher: str
    task: str
    trials: int
    seeds: int
    documented: int
    defaults: int
    reasons: tuple[str, ...]
    effect: FinalEffect | None

    @property
    def unmeasured(self) -> bool:
        """Whether a difference was not measured."""
        return self.effect is None and self.kinship is not Kinship.IDENTICAL

    @property
    def kinship(self) -> Kinship:
        if self.defaults == self.trials:
            return Kinship.IDENTICAL
        explained = self.documented == self.trials and self.reasons
        return Kinship.EXPLAINED if explained else Kinship.UNEXPLAINED


def compared(searcher: str, task: str, runs: int) -> ParityCell:
    """Return the cell.

    Args:
        runs: the seeds over which final values are compared, where the library's defaults propose others; 0
            measures no difference.
    """
    spec, space = SEARCHERS[searcher], TRAINABLES[task].space()
    quick = spec.seconds_of_300 <= QUICK_S
    trials, seeds = (50, 2) if quick else (40, 1)
    documented, defaults, levelled = [], [], []
    for repetition in range(seeds):
        arguments: dict[str, Any] = {"trials": trials, "seed": searcher_seed(task, repetition)}
        objective = loss(task, repetition)
        ours = own_sequence(searcher, space, objective, **arguments)
        unlevelled = own_sequence(searcher, space, objective, **arguments, levelled=False)
        native = native_sequence(searcher, space, objective, **arguments)
        library = native_sequence(searcher, space, objective, **arguments, defaults=True)
        expected = len(native)
        documented.append(_share(common_start(ours, native), expected, trials))
        defaults.append(_share(common_start(ours, library), len(library), trials))
        levelled.append(ours != unlevelled)
    same = min(defaults) == trials
    effect = None if same or not runs else effect_of(searcher, task, runs, 32 if quick else 20)
    reasons = reasons_of(searcher, space, any(levelled))
    return ParityCell(searcher, task, trials, seeds, min(documented), min(defaults), reasons, effect)


def _share(common: int, of: int, trials: int) -> int:
    """Return the trials in common; all of them where all that a library proposes is the same."""
    return trials if common == of else common


def reasons_of(searcher: str, space: Any, levelled: bool) -> tuple[str, ...]:
    """Return what is documented of a searcher and matters in a space."""
    spec = SEARCHERS[searcher]
    encoded = kinds(space) & ((spec.native_kinds or KINDS) - seen_kinds(searcher, space))
    return (
        *(["levelled start-up"] if levelled else []),
        *([f"encoded: {', '.join(sorted(encoded))}"] if encoded else []),
        *(["a setting"] if spec.settings else []),
    )


def effect_of(searcher: str, task: str, runs: int, trials: int) -> FinalEffect:
    """Return the difference of final values between the searcher and its library's defaults."""
    space = TRAINABLES[task].space()
    ours, library = [], []
    for repetition in range(runs):
        objective, seed = loss(task, repetition), searcher_seed(task, repetition)
        sequence = own_sequence(searcher, space, objective, trials=trials, seed=seed)
        ours.append(min(map(objective, sequence)))
        other = native_sequence(searcher, space, objective, trials=trials, seed=seed, defaults=True)
        library.append(min(map(objective, other)))
    return effect(ours, library, trials, derive("parity", searcher, task))


def effect(ours: Sequence[float], library: Sequence[float], trials: int, seed: int) -> FinalEffect:
    """Return the effect of two samples of final values, which were minimised."""
    one, other = (-np.array(values)[:, None] for values in (ours, library))
    narrow, wide = (
        probability_of_improvement(one, other, np.random.default_rng(seed), paired=False, level=level)
        for level in (1 - 2 * LEVEL, 1 - LEVEL)
    )
    return FinalEffect(
        *(len(ours), trials, narrow.estimate, (narrow.low, narrow.high)),
        limits=(wide.low, wide.high),
    )
