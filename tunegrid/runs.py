"""A run and its answers: tables, best configuration, comparison, plots, report."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pandas as pd

import results
from results.compare.choice import Choice, Names
from results.compare.doublings import over_tasks
from results.compare.grouping import comparisons
from results.compare.run import load_as
from results.errors import ResultsError
from results.messages import nearest
from tunegrid.best import Best, best_of

if TYPE_CHECKING:
    from tunegrid.plots import Plots

#: What ``compare`` takes of the ranking and of the headline.
_RANKED = ("mean", "probability", "difference", "low", "high", "possible")
_HEADLINE = (
    *("speed_up", "speed_up_low", "speed_up_high", "regret", "regret_low", "regret_high"),
    *("failure", "failure_low", "failure_high"),
)
_COMPARED = [
    *("tasks", "engine", "device", "searcher", "scheduler", "n", "metric", "mean", "mean_low", "mean_high"),
    *(*_RANKED[1:], *_HEADLINE),
]


class Run(results.Run):
    """The results of a run: tables, best configuration, comparison, plots.

    ``tunegrid.run`` and ``tunegrid.load`` return it.  It unpacks into its three tables.

    >>> import tunegrid as tg
    >>> run = tg.load(example)
    >>> len(run.experiments), sorted(run.experiments["searcher"].unique())
    (8, ['optuna-tpe', 'random'])

    Attributes:
        experiments: one row an experiment.
        trials: one row a trial, with a column ``config/NAME`` for each hyperparameter.
        results: one row a result, with a column for each metric.
        folders: the run folder of each value of ``experiments["run"]``.
    """

    @classmethod
    def empty(cls) -> Self:
        """Return a run without experiments."""
        return cls(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())

    def __repr__(self) -> str:
        folders = ", ".join(map(str, self.folders.values()))
        if "status" not in self.experiments:
            return "Run()"
        counts = self.experiments["status"].value_counts()
        ended = ", ".join(f"{n} {status}" for status, n in counts.items())
        return f"Run({folders}: {len(self.experiments)} experiments{': ' * bool(ended)}{ended})"

    def where(self, trainables: Names = None, searchers: Names = None, schedulers: Names = None) -> Self:
        """Return the part of the run with these names, or globs; None stands for all.

        >>> run.where(searchers="random").names("searcher")
        ['random']

        Raises:
            ResultsError: for a name that the run does not have.
        """
        return Choice(trainables, searchers, schedulers).of(self)

    def best(
        self,
        *,
        trainable: str | None = None,
        searcher: str | None = None,
        scheduler: str | None = None,
        device: str | None = None,
        repetition: int | None = None,
    ) -> Best:
        """Return the best configuration among the experiments that match.

        >>> best = run.best(searcher="random")
        >>> best.trainable, sorted(best.configuration), best.metric
        ('branin', ['x', 'y'], 'loss')

        Args:
            trainable: its name; None stands for any, here and below.
            searcher: the experiment's.
            scheduler: the experiment's.
            device: "cpu" or "gpu".
            repetition: from 0.

        Raises:
            ResultsError: if nothing matches, none is ok, or they are of several trainables, whose metrics
                cannot be compared.
        """
        choice = {"trainable": trainable, "searcher": searcher, "scheduler": scheduler}
        return best_of(self, {**choice, "device": device, "repetition": repetition})

    def compare(
        self, searchers: Names = None, schedulers: Names = None, trainables: Names = None
    ) -> pd.DataFrame:
        """Return a row for each combination, the one to recommend first.

        Columns: tasks, engine, device; searcher, scheduler; n, the fewest repetitions of a task; metric and
        mean, of its value, with mean_low and mean_high, a 95 % t-interval; probability, to be the best one;
        difference of the mean to that of the first row, with simultaneous limits low and high; possible, may
        be the best; and beside random search speed_up, regret and failure, each with ``_low`` and ``_high``,
        NaN where no distribution of random configurations is known.  Experiments that may not be compared
        with one another are in different tasks, engine or device, each with its own order.

        >>> rows = run.compare(schedulers="asha").sort_values("searcher")
        >>> rows[["searcher", "scheduler", "n"]].values.tolist()
        [['optuna-tpe', 'asha', 2], ['random', 'asha', 2]]

        Raises:
            ResultsError: for a name that the run does not have.
        """
        rows = list(_compared(self.where(trainables, searchers, schedulers)))
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_COMPARED)

    def recommend(self, workers: int | None = None, budget: str | None = None, top: int = 10) -> str:
        """Return the best combinations, and those that may be as good, in words.

        >>> print(run.recommend(top=2).splitlines()[0])
        engine virtual (virtual clock) on cpu, 2 workers, after all that was run: score ...

        Args:
            workers: of the experiments that count; by default those of the run, if they have one number.
            budget: as ``tunegrid recommend`` takes it, such as "2h" or "500e"; by default all that was run.
            top: how many combinations are shown.

        Raises:
            ResultsError: if nothing can be ranked.
        """
        from benchmarks.recommend import usage
        from results.compare.budgets import WHOLE, parse
        from results.compare.grouping import candidates
        from results.recommend import as_text

        numbers = sorted(self.experiments["workers"].dropna().unique())
        if workers is None and len(numbers) != 1:
            there = ", ".join(map(str, numbers)) or "no experiment"
            raise ResultsError(f"the run has experiments of {there} workers; give workers=")
        try:
            point = WHOLE if budget is None else parse(budget)
        except ValueError as error:
            raise ResultsError(str(error)) from error
        every = candidates(self, int(numbers[0]) if workers is None else workers, point)
        return "\n\n".join(as_text(comparison, top, usage) for comparison in every)

    def report(self, path: str | PathLike[str]) -> Path:
        """Write the report, one HTML file, and return its path.

        >>> run.report(f"{folder}/report.html").name
        'report.html'

        Raises:
            NotWritten: if the file cannot be written.
        """
        from benchmarks.recommend import usage
        from results.report.command import write

        write(list(self.folders.values()), Path(path), usage=usage)
        return Path(path)

    def figures(self, path: str | PathLike[str], only: Iterable[str] | None = None) -> list[Path]:
        """Draw the figures into a folder and return their files.

        >>> sorted({file.suffix for file in run.figures(f"{folder}/figures", only=["heatmap"])})
        ['.pdf', '.png']

        Args:
            only: names of figures, as ``tunegrid figures --only`` takes them; all by default.

        Raises:
            ResultsError: for an unknown figure, or one that cannot be drawn.
        """
        from results.figures import PLOTS, Drawing, draw

        names = list(PLOTS) if only is None else list(only)
        for name in names:
            if name not in PLOTS:
                raise ResultsError(f"there is no figure {name!r}; {nearest(name, list(PLOTS))}")
        drawn = draw(self, names, Drawing(Path(path)))
        if drawn.halted:
            raise ResultsError(str(drawn.halted))
        return drawn.paths

    @cached_property
    def plot(self) -> Plots:
        """The plots: ``run.plot.heatmap()``; see ``tunegrid.plots``."""
        from tunegrid.plots import Plots

        return Plots(self)


def _compared(run: Run) -> Iterable[pd.DataFrame]:
    """Yield the rows of each comparison of a run."""
    for comparison in map(over_tasks, comparisons(run)):
        pairs = ["searcher", "scheduler"]
        rows = comparison.ranking[[*pairs, *_RANKED]].merge(
            comparison.headline.reindex(columns=[*pairs, *_HEADLINE]), on=pairs, how="left"
        )
        means = [comparison.means[(row["searcher"], row["scheduler"])] for row in rows.to_dict("records")]
        table = rows.assign(
            tasks=", ".join(comparison.tasks),
            engine=comparison.settings["engine"],
            device=comparison.settings["device"],
            n=min(comparison.complete.counts, default=0),
            metric=comparison.metric,
            mean_low=[float(mean.low) for mean in means],
            mean_high=[float(mean.high) for mean in means],
        )
        yield table[_COMPARED]


def load(*runs: str | PathLike[str]) -> Run:
    """Read run folders: the rows of all, as if they were one run.

    int64 columns have the dtype ``Int64``, bool ``boolean``, string ``str``, double ``float64``.

    >>> import tunegrid as tg
    >>> experiments, trials, results = tg.load(example)
    >>> int(trials["epochs"].max())
    9

    Raises:
        ResultsError: if one is not a run folder or is given twice, or a Parquet file is damaged.
    """
    return load_as(Run, *runs)
