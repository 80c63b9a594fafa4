"""The figures of each setting or pool, where one that cannot be drawn costs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from matplotlib.figure import Figure

from results.compare.pools import Pool, pools
from results.compare.run import Run
from results.compare.settings import Setting, split
from results.outputs import apart

Named = tuple[str, Figure]


def each_setting(run: Run, draw: Callable[[Setting, Run], Iterable[Named]]) -> Iterator[Named]:
    """Yield what ``draw`` makes of each setting and its rows.

    Raises:
        SomeFailed: after the last one, if any failed.
    """
    return apart((setting.slug, partial(draw, setting, rows)) for setting, rows in split(run))


def each_pool(run: Run, draw: Callable[[Pool], Iterable[Named]]) -> Iterator[Named]:
    """Yield what ``draw`` makes of each pool.

    Raises:
        SomeFailed: after the last one, if any failed.
    """
    return apart((pool.setting.slug, partial(draw, pool)) for pool in pools(run))
