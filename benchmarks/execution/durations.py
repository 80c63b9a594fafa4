"""Durations of experiments: what those to come may take, from those that have ended."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment

#: What all repetitions of an experiment have in common: trainable, searcher, scheduler, device, workers.
Cell = tuple[str, str, str, str, str]
SWEEPS = 3  # of the fit of the factors, which seldom needs two
SHRUNK = 0.25  # experiments without an effect, as if they had been seen beside those that were
LEAST_S = 1e-3


def cell_of(experiment: Experiment) -> Cell:
    """Return the cell of an experiment."""
    e = experiment
    return e.trainable, e.searcher, e.scheduler, e.device, str(e.workers)


@dataclass
class _CellDurations:
    """The durations of a cell's experiments."""

    count: int = 0
    seconds: float = 0.0
    logs: float = 0.0


class Durations:
    """Durations by cell: a known one's mean, and of another one the product of what its parts do elsewhere.

    The logarithm of a duration is taken to be the sum of a mean and an effect of each of its five names.
    An effect is shrunk as if a quarter of an experiment more had none, and 0 where a name is new.  The sum
    is that of a geometric mean; the ratio of the arithmetic one to it is estimated from the residuals (Duan,
    *Smearing estimate*, 1983).
    """

    def __init__(self) -> None:
        self._cells: dict[Cell, _CellDurations] = {}
        self._fit: tuple[float, list[dict[str, float]], float] | None = None

    def add(self, experiment: Experiment, seconds: float) -> None:
        """Learn how long an experiment took."""
        durations = self._cells.setdefault(cell_of(experiment), _CellDurations())
        durations.count += 1
        durations.seconds += seconds
        durations.logs += math.log(max(seconds, LEAST_S))
        self._fit = None

    def copy(self) -> Durations:
        """Return durations to which more can be added."""
        made = Durations()
        made._cells = {cell: replace(durations) for cell, durations in self._cells.items()}
        return made

    def __len__(self) -> int:
        """Return how many are known."""
        return sum(durations.count for durations in self._cells.values())

    def expected(self, cell: Cell) -> float | None:
        """Return the seconds that an experiment of a cell may take; None if nothing has ended yet."""
        if not self._cells:
            return None
        if cell in self._cells:
            return self._cells[cell].seconds / self._cells[cell].count
        mean, effects, smear = self._fitted()
        return smear * math.exp(mean + sum(of.get(name, 0.0) for of, name in zip(effects, cell, strict=True)))

    def _fitted(self) -> tuple[float, list[dict[str, float]], float]:
        """Return the mean, the effects of each of the five kinds of names, and the ratio of the means."""
        if self._fit is None:
            total = len(self)
            mean = sum(durations.logs for durations in self._cells.values()) / total
            effects: list[dict[str, float]] = [{} for _ in range(5)]
            for _ in range(SWEEPS):
                for kind, of in enumerate(effects):
                    of |= self._effects(kind, mean, effects)
            ratios = 0.0
            for cell, durations in self._cells.items():
                guess = mean + sum(of[name] for of, name in zip(effects, cell, strict=True))
                ratios += durations.seconds / math.exp(guess)
            self._fit = mean, effects, ratios / total
        return self._fit

    def _effects(self, kind: int, mean: float, effects: list[dict[str, float]]) -> Mapping[str, float]:
        """Return the effects of one kind of names, given those of the others."""
        residuals: defaultdict[str, float] = defaultdict(float)
        counts: Counter[str] = Counter()
        for cell, durations in self._cells.items():
            others = sum(of.get(cell[n], 0.0) for n, of in enumerate(effects) if n != kind)
            residuals[cell[kind]] += durations.logs - durations.count * (mean + others)
            counts[cell[kind]] += durations.count
        return {name: residuals[name] / (counts[name] + SHRUNK) for name in counts}


class TimeLeft:
    """The time that a run has left: what remains, by how many experiments are under way at a time.

    The first experiment of a runner waits for imports too.  Once as many others have ended, the rest is
    judged by these alone; not where experiments wait for trainings that they share, and all begin at once.
    What has ended is quicker than what has not, so what runs for longer than expected counts as if it ended
    now.

    Args:
        experiments: all that are to run.
    """

    def __init__(self, experiments: Iterable[Experiment]) -> None:
        self._remaining = Counter(map(cell_of, experiments))
        self._all, self._warm = Durations(), Durations()
        self._cold: set[str] = set()
        self._running: dict[str, tuple[Experiment, float]] = {}
        self._busy, self._begun = 0.0, math.nan

    def started(self, experiment: Experiment, now: float) -> None:
        """Note the start of an experiment, or that it starts anew."""
        if math.isnan(self._begun):
            self._begun = now
        shared = ENGINES[experiment.engine].trains_once
        if not self._all and not shared:  # none has ended, so that no runner has had another one
            self._cold.add(experiment.key)
        self._running[experiment.key] = experiment, now

    def ended(self, key: str, now: float) -> None:
        """Note the end of an experiment."""
        experiment, began = self._running.pop(key, (None, now))
        if experiment is None:
            return
        self._remaining[cell_of(experiment)] -= 1
        self._busy += now - began
        self._all.add(experiment, now - began)
        if key not in self._cold:
            self._warm.add(experiment, now - began)

    def seconds(self, now: float) -> float | None:
        """Return the seconds that are left; None before an experiment has ended."""
        if not self._busy > 0:
            return None
        spent = {key: now - began for key, (_, began) in self._running.items()}
        durations = self._judged_by(spent)
        waiting = self._remaining - Counter(cell_of(experiment) for experiment, _ in self._running.values())
        ahead = sum(count * (durations.expected(cell) or 0.0) for cell, count in waiting.items())
        rests = [
            max(0.0, (durations.expected(cell_of(experiment)) or 0.0) - spent[key])
            for key, (experiment, _) in self._running.items()
        ]
        at_once = (self._busy + sum(spent.values())) / max(now - self._begun, LEAST_S)
        return max((ahead + sum(rests)) / max(at_once, LEAST_S), max(rests, default=0.0))

    def _judged_by(self, spent: Mapping[str, float]) -> Durations:
        """Return the durations by which the rest is judged; ``spent`` has the seconds of what is running."""
        ended = self._warm if 2 * len(self._warm) >= len(self._all) else self._all
        running = [(experiment, spent[key]) for key, (experiment, _) in self._running.items()]
        overdue = [(e, seconds) for e, seconds in running if seconds > (ended.expected(cell_of(e)) or 0.0)]
        if not overdue:
            return ended
        judged_by = ended.copy()
        for experiment, seconds in overdue:
            judged_by.add(experiment, seconds)
        return judged_by
