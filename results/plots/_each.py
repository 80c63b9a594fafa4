"""The figures of each setting or pool, where one that cannot be drawn costs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from matplotlib.figure import Figure

from results import Run
from results.made import apart
from results.pools import Pool, pools
from results.settings import Setting, split

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
