"""Settings of a gate's decision, and the command-line options that reproduce them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from results.gate.family import QUANTITIES, Quantity


@dataclass(frozen=True)
class Settings:
    """Settings of a gate's decision.

    Attributes:
        alpha: probability of a false alarm in the whole gate, and of passing a hypothesis that is worse by
            its margin.
        stages: repetitions at each look; no more than both sides can have.
        margins: of tasks, in points, in place of their own.
        quantities: what is watched.
        globs: for "trainable", "searcher" or "scheduler", which are compared; all that the sides have if
            absent.
        under_test: reference of the searcher under test, and in whose place it runs; None if there is none.
    """

    alpha: float = 0.05
    stages: Sequence[int] = (3, 10, 20, 40)
    margins: Mapping[str, float] = field(default_factory=dict)
    quantities: Sequence[Quantity] = QUANTITIES
    globs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    under_test: tuple[str, str] | None = None

    def words(self) -> list[str]:
        """Return the options of these settings that differ from the defaults."""
        usual = Settings()
        words = [] if self.alpha == usual.alpha else [f"--alpha={self.alpha:g}"]
        words += [] if tuple(self.stages) == usual.stages else ["--stages", *map(str, self.stages)]
        words += [f"--margin={task}={points:g}" for task, points in self.margins.items()]
        if self.under_test:
            words += ["--searcher", self.under_test[0], "--against", self.under_test[1]]
        return words

    @property
    def narrowed(self) -> set[str]:
        """The names of ``globs`` that a command has to repeat; a searcher under test is the only one."""
        return set(self.globs) - ({"searcher"} if self.under_test else set())
