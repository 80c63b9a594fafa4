"""The best configuration of a run: what it is, what it reached, and its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from results.compare.run import Run
from results.errors import ResultsError

if TYPE_CHECKING:
    from benchmarks.models import BestModel


@dataclass(frozen=True)
class Best:
    """The incumbent of an experiment, which ``Run.best`` returns.

    >>> best = run.best()
    >>> best.metric, best.value < 100, sorted(best.configuration), best.checkpoint
    ('loss', True, ['x', 'y'], None)

    Attributes:
        trainable: of the experiment that has found it.
        searcher: of that experiment.
        scheduler: of that experiment.
        repetition: of that experiment.
        configuration: its hyperparameters.
        metric: the name of the tuned metric.
        value: of the metric, by which it was chosen; the best of many values that scatter, and so too good on
            average.
        test: of the test metric, which no search has seen; NaN if there is none.
        epoch: after which it was reached.
        checkpoint: its folder; None if none was kept.
    """

    trainable: str
    searcher: str
    scheduler: str
    repetition: int
    configuration: Mapping[str, Any]
    metric: str
    value: float
    test: float
    epoch: int
    checkpoint: Path | None
    _run: Run = field(repr=False, compare=False)
    _row: pd.Series[Any] = field(repr=False, compare=False)

    def model(self, data_dir: str | None = None) -> BestModel:
        """Return the trained model, rebuilt from its checkpoint, and its test metric measured anew.

        Args:
            data_dir: where the full data lies, if the experiment trained on it.

        Raises:
            ResultsError: if there is no checkpoint, or the trainable has no ``rebuild``.
        """
        from benchmarks.models import rebuild
        from tunegrid.objects import parts_of_objects

        if self.checkpoint is None:
            raise ResultsError(
                f"{self.trainable} kept no checkpoint; the engine virtual and trainables without checkpoints "
                "leave no model"
            )
        with parts_of_objects():
            return rebuild(self._run.folders[str(self._row["run"])], self._run, self._row, data_dir)


def best_of(run: Run, choice: Mapping[str, Any]) -> Best:
    """Return the best incumbent of the experiments that match.

    Args:
        choice: what the experiment must have, by column.

    Raises:
        ResultsError: if nothing matches, none is ok, or they are of several trainables.
    """
    from benchmarks.models import choose, configuration

    row = choose(run.experiments, {name: v for name, v in choice.items() if v is not None}, only_kept=False)
    checkpoint = row["checkpoint"] if isinstance(row["checkpoint"], str) else ""
    folder = run.folders.get(str(row.get("run")), Path())
    return Best(
        trainable=str(row["trainable"]),
        searcher=str(row["searcher"]),
        scheduler=str(row["scheduler"]),
        repetition=int(row["repetition"]),
        configuration=configuration(run, row),
        metric=str(row["metric"]),
        value=float(row["best"]),
        test=float("nan") if pd.isna(row["test"]) else float(row["test"]),
        epoch=int(row["best_epoch"]),
        checkpoint=folder / checkpoint if checkpoint else None,
        _run=run,
        _row=row,
    )
