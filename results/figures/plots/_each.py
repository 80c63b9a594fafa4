"""The figures of each comparison, where one that cannot be drawn costs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.run import Run
from results.outputs import apart

Named = tuple[str, Figure]


def each_frame(run: Run, scored: bool | None, rows: Callable[[Comparison], pd.DataFrame]) -> pd.DataFrame:
    """Return what ``rows`` gives of each comparison as one table, with its tasks and device in front."""
    frames = []
    for one in comparisons(run, scored=scored):
        frame = rows(one)
        frame.insert(0, "tasks", ", ".join(one.tasks))
        frame.insert(1, "device", one.settings["device"])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def named(name: str, pages: Sequence[Figure]) -> Iterator[Named]:
    """Yield pages with their names, which are numbered if there are several."""
    for number, page in enumerate(pages, 1):
        yield f"{name}-{number}" if len(pages) > 1 else name, page


def each_comparison(
    run: Run, scored: bool | None, draw: Callable[[Comparison], Iterable[Named]]
) -> Iterator[Named]:
    """Yield what ``draw`` makes of each comparison: by scores, by metrics, or by metrics where no scores are.

    Raises:
        SomeFailed: after the last one, if any failed.
    """
    return apart((one.slug, partial(draw, one)) for one in comparisons(run, scored=scored))
