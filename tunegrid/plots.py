"""Plots of a run, onto an Axes or SubFigure of one's own, with their data: ``run.plot.heatmap()``.

They are the figures of ``tunegrid figures``, drawn by the same code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from results.compare.choice import Choice, Names
from results.errors import ResultsError
from results.figures import PLOTS
from results.figures.canvas import draw_onto
from results.figures.drawn import COLUMNS, drawn
from results.figures.style import Palette, active, size_of
from results.messages import nearest
from results.outputs import SomeFailed

if TYPE_CHECKING:
    from tunegrid.runs import Run


class Plot:
    """One kind of figure of a run; call it to draw it.

    Args:
        run: whose results are drawn.
        name: of the figure, as ``tunegrid figures --only`` takes it.
    """

    def __init__(self, run: Run, name: str) -> None:
        self._run, self._name = run, name

    def __call__(
        self,
        ax: Axes | SubFigure | None = None,
        *,
        searchers: Names = None,
        schedulers: Names = None,
        trainables: Names = None,
        order: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        palette: Palette = None,
        size: str | tuple[float, float] = "print",
        figure: str = "",
    ) -> Axes | SubFigure | Figure:
        """Draw it and return what it is drawn on.

        Only figures of the sizes "print" and "slide" have their caption below them; otherwise ``caption()``
        returns it, for the text around the figure.

        >>> run.plot.heatmap(order=["random"], labels={"optuna-tpe": "TPE"}, size="3.3x2.5").get_size_inches()
        array([3.3, 2.5])

        Args:
            ax: an Axes, for figures of one panel, or a SubFigure; by default a figure of its own.
            searchers, schedulers, trainables: which are drawn; all by default.
            order: searchers and schedulers that come first; the others follow by name.
            labels: other names for searchers and schedulers.
            palette: colours by name, or in turn, or the name of a matplotlib colour map for heat maps.
            size: of a figure of its own: "print", "slide", a paper's such as "neurips", or inches, as
                ``(3.3, 2.5)`` or "3.3x2.5".
            figure: which one, where there are several: a part of its name, see ``names``; the first one by
                default.

        Raises:
            ResultsError: if there is nothing to draw, or a name is unknown.
        """
        run = Choice(trainables, searchers, schedulers, order, labels or {}).of(self._run)
        if ax is None:
            with active(size_of(size), palette):
                return self._drawn(run, figure)
        draw_onto(ax, lambda: self._drawn(run, figure), palette)
        return ax

    def _drawn(self, run: Run, wanted: str) -> Figure:
        names = []
        try:
            for name, drawn in PLOTS[self._name](run):
                if wanted in name:
                    return drawn
                names.append(name)
        except SomeFailed as error:
            raise ResultsError(str(error)) from error
        if not names:
            raise ResultsError(f"the run has nothing for the figure {self._name}; tunegrid figures says why")
        raise ResultsError(f"there is no figure {wanted!r}; {nearest(wanted, names)}")

    def names(self) -> list[str]:
        """Return the names of the figures of this kind that the run has.

        >>> run.plot.incumbent.names()
        ['incumbent-epochs-branin-cpu', 'incumbent-clock-branin-cpu']
        """
        with active():
            return [name for name, _ in PLOTS[self._name](self._run)]

    def caption(self, figure: str = "") -> str:
        """Return the caption of a figure: what is shown, n, intervals, tests, settings.

        >>> run.plot.heatmap.caption().startswith("Mean over repetitions of the incumbent's loss")
        True
        """
        with active():
            return str(getattr(self._drawn(self._run, figure), "caption", ""))

    def data(
        self, *, searchers: Names = None, schedulers: Names = None, trainables: Names = None
    ) -> pd.DataFrame:
        """Return the numbers that are drawn, a row each.

        A figure whose numbers have no names of their own gives its marks (``results.figures.drawn``): panel,
        series, kind ("line", "point", "band", "bar", "segment", "cell"), x, y, x_end, y_end and value.

        >>> run.plot.heatmap.data(searchers="random")[["scheduler", "n", "status"]].values.tolist()
        [['asha', 2, 'ok'], ['fifo', 2, 'ok']]
        """
        module = import_module(PLOTS[self._name].__module__)
        run = self._run.where(trainables, searchers, schedulers)
        if hasattr(module, "data"):
            rows: pd.DataFrame = module.data(run)
            return rows
        with active():
            frames = [drawn(figure).assign(figure=name) for name, figure in PLOTS[self._name](run)]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*COLUMNS, "figure"])


class Plots:
    """The plots of a run: all figures of ``tunegrid figures``, with underscores in their names.

    >>> import matplotlib.pyplot as plt
    >>> figure, ax = plt.subplots(figsize=(4, 3))
    >>> run.plot.heatmap(ax) is ax
    True

    Attributes:
        heatmap: the metric of each searcher x scheduler.
        incumbent: the best metric so far, against epochs and against the clock; a panel a scheduler.
        anytime: the same as scores or regrets, which compare over tasks.
        speed_up: speed-up over random search, regret and failure rate; three panels.
        options: the response to each option of which several values were run; a panel an option.
        critical_difference: mean ranks with tests, from three methods on.
        learning_curves: every trial of one repetition; a panel a scheduler.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.heatmap = Plot(run, "heatmap")
        self.incumbent = Plot(run, "incumbent")
        self.anytime = Plot(run, "anytime")
        self.speed_up = Plot(run, "speed-up")
        self.options = Plot(run, "options")
        self.critical_difference = Plot(run, "critical-difference")
        self.learning_curves = Plot(run, "learning-curves")

    def __getattr__(self, name: str) -> Plot:
        if name.startswith("_") or name.replace("_", "-") not in PLOTS:
            raise AttributeError(f"a run has no plot {name!r}; {nearest(name, dir(self))}")
        return Plot(self.__dict__["_run"], name.replace("_", "-"))

    def __dir__(self) -> list[str]:
        return sorted(name.replace("-", "_") for name in PLOTS)

    def __iter__(self) -> Iterator[Plot]:
        return (getattr(self, name) for name in dir(self))
