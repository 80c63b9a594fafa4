"""Stages of one gate: further repetitions for the hypotheses that are still open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.gate.commands import reproduction
from benchmarks.gate.matching import Planned, both_ok, planned, without_pair
from benchmarks.gate.roster import margins, stored_noise, with_margins, without_score
from benchmarks.gate.settings import Settings
from results.compare.repeating import ADVISED
from results.errors import ResultsError
from results.gate.environments import environment_differences, one_machine
from results.gate.family import TIMES, cell_name, family, own_margin
from results.gate.finding import GateOutcome
from results.gate.pairs import other_constants, points_in_words, score_difference
from results.gate.procedure import Procedure
from results.gate.report import BrokenCell, Report
from results.gate.sides import CELL, Side

#: What is said of sides that have one repetition.
ONE = (
    f"one repetition tells no loss from luck: only what is the same can pass; run the sides with {ADVISED} "
    f"(tunegrid run --repetitions {ADVISED}), which takes about {ADVISED} times as long"
)


def _silent(line: str) -> None:
    """Ignore the line."""


def compare(
    baseline: Side,
    candidate: Side,
    settings: Settings | None = None,
    say: Callable[[str], None] = _silent,
) -> Report:
    """Compare two sides and return the report.

    Repetitions are added in stages, to the cells whose hypotheses are open, until all have an outcome, one
    has failed, or the repetitions are used up.

    Args:
        baseline, candidate: one of them at least has been run.
        settings: how to decide.
        say: called with a line before each stage.

    Raises:
        Misuse: if neither side has been run, or the settings name nothing that was.
        ResultsError: if the sides have nothing in common that can be compared.
    """
    settings = settings or Settings()
    gate = _Gate(baseline, candidate, settings, planned(baseline, candidate, settings.globs))
    for n in gate.stages:
        say(f"{n} repetitions of {len(gate.wanted)} combinations on tasks")
        gate.stage(n)
        if gate.decided:
            break
    return gate.report()


class _Gate:
    """A comparison in progress."""

    def __init__(self, baseline: Side, candidate: Side, settings: Settings, common: Planned) -> None:
        self._baseline, self._candidate, self._settings = baseline, candidate, settings
        plan = self._plan = common.experiments
        self._notes, self._never = common.notes, common.untested
        self._cells = plan[CELL].drop_duplicates(ignore_index=True)
        self._repetitions = pd.Series(0, index=pd.MultiIndex.from_frame(self._cells))
        self._margins = margins(sorted(self._cells["trainable"].unique()), settings.margins)
        stored = baseline.template if baseline.template is not None else candidate.template
        assert stored is not None
        self._stored = stored[stored["status"] == "ok"]
        self._cells = with_margins(self._cells, self._stored, self._margins)
        self._procedure: Procedure | None = None
        self._pairs = pd.DataFrame()
        self._broken: list[BrokenCell] = []
        self._unable: list[str] = []
        self._apart: list[tuple[str, ...]] = []
        self._looks: list[int] = []
        most = int(plan["turn"].max()) + 1
        self.stages = sorted({min(n, most) for n in settings.stages})

    @property
    def wanted(self) -> pd.DataFrame:
        """The cells that the next stage needs, columns ``CELL``."""
        if self._procedure is None:
            return self._cells[CELL]
        return self._procedure.cells[CELL].iloc[self._procedure.wanted()]

    @property
    def decided(self) -> bool:
        """Whether further repetitions cannot change the verdict."""
        if self._broken or self._procedure is None:
            return True
        return bool(self._procedure.failed) or not self._procedure.open

    def stage(self, n: int) -> None:
        """Take the next look, after ``n`` repetitions of the wanted cells."""
        self._repetitions[pd.MultiIndex.from_frame(self.wanted)] = n
        repetitions = self._repetitions.loc[pd.MultiIndex.from_frame(self._plan[CELL])].to_numpy()
        rows = self._plan[self._plan["turn"].to_numpy() < repetitions]
        one, other = self._baseline.rows(rows), self._candidate.rows(rows)
        self._pairs, self._broken, self._unable = both_ok(one, other)
        self._looks.append(n)
        if self._procedure is None:
            self._apart = without_pair(self._cells, one, other)
            self._procedure = self._begin()
        if self._procedure is not None:
            self._procedure.look(self._pairs)

    def _begin(self) -> Procedure | None:
        """State the hypotheses, from the environments and experiments of both sides."""
        if self._pairs.empty:
            if self._broken:
                return None
            raise ResultsError(f"nothing could be compared: {'; '.join([*self._notes, *self._untested])}")
        quantities = list(self._settings.quantities)
        if why := self._why_no_times():
            quantities = [quantity for quantity in quantities if quantity.name not in TIMES]
            self._notes.append(f"times are not compared: {why}")
        cells = self._cells.merge(self._pairs[CELL].drop_duplicates(), on=CELL)
        noise = stored_noise(cells, self._stored, self._margins, self.stages[-1], self._settings.alpha)
        self._notes += [*points_in_words(self._pairs), *_without_test(cells)]
        if tasks := other_constants(self._pairs):
            self._notes.append(
                f"{', '.join(tasks)}: baseline and optimum have changed; both sides are scored with those of "
                f"{self._baseline.name}"
            )
        hypotheses = family(cells, self._margins, quantities, noise)
        return Procedure(cells, hypotheses, self._margins, self.stages, self._settings.alpha)

    @property
    def _untested(self) -> list[str]:
        """A line on what is not tested, so that there is no pass."""
        unknown = without_score(self._procedure.cells) if self._procedure else []
        return [
            *self._never,
            *self._unable,
            *(
                f"{cell_name(cell)}: not compared, no repetition was run on both sides"
                for cell in self._apart
            ),
            *(f"{cell_name(cell)}: not compared, the stored side has no score of it" for cell in unknown),
        ]

    def _why_no_times(self) -> str | None:
        """Return why times cannot be compared, None if they can."""
        if not one_machine(self._baseline.environments, self._candidate.environments):
            return "the sides ran on different machines, or it is unknown"
        measured = self._pairs[["suggest_s_b", "suggest_s_c"]].notna().all(axis=None)
        return None if measured else "a side has no processor times; run or record it again"

    def report(self) -> Report:
        """Return the report so far."""
        findings = self._procedure.findings if self._procedure else []
        one, other = self._baseline, self._candidate
        differences = pd.DataFrame(columns=[*CELL, "repetition", "score"])
        if len(self._pairs):
            differences = self._pairs[[*CELL, "repetition"]].assign(score=score_difference(self._pairs))
        cells = self._procedure.cells if self._procedure else self._cells
        return Report(
            verdict=self._verdict(),
            baseline=one.name,
            candidate=self._candidate_in_words(),
            findings=findings,
            broken=self._broken,
            alpha=self._settings.alpha,
            stages=self._looks,
            cap=self.stages[-1],
            cells=len(cells),
            pairs=len(self._pairs),
            environments=environment_differences(one.environments, other.environments),
            commands=reproduction(findings, self._broken, cells, (one.name, other.name), self._settings),
            notes=[*self._notes, *([ONE] if self.stages[-1] < 2 else [])],
            untested=self._untested,
            differences=differences,
            margins=self._margins,
        )

    def _candidate_in_words(self) -> str:
        if not self._settings.under_test:
            return self._candidate.name
        reference, place = self._settings.under_test
        return f"{self._candidate.name} with {reference}" + (
            "" if place == reference else f" in place of {place}"
        )

    def _verdict(self) -> GateOutcome:
        if self._broken or (self._procedure and self._procedure.failed):
            return "fail"
        unknown = self._untested or self._procedure is None or self._procedure.open
        return "inconclusive" if unknown else "pass"


def _without_test(cells: pd.DataFrame) -> list[str]:
    """Return a note on tasks whose test score is not compared."""
    unknown = cells["trainable"][~np.isfinite(cells[own_margin("test")].astype(float))].unique()
    tasks = ", ".join(sorted(unknown))
    return [f"test scores are not compared on {tasks}: no test metric is stored"] if tasks else []
