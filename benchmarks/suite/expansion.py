"""Expansion of a grid into its experiments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.core.refusal import shown
from benchmarks.suite.experiment import Device, Experiment
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.own_epochs import own_epochs
from benchmarks.suite.readiness import check_scheduler, check_trainable
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from results.store.fields import DEFAULTS, FIELDS, UNBOUNDED_TRIALS

if TYPE_CHECKING:
    from benchmarks.suite.grid import Grid

MOST_EXPERIMENTS = 10**6  # of a grid
#: What every experiment has from its grid unchanged; the others are lists there.
SHARED = tuple(f.name for f in FIELDS if f.grid == f.name and f.name != "device" and not f.axis)


def expanded(grid: Grid) -> Iterator[Experiment]:
    """Yield the experiments of a grid; see ``Grid.experiments``."""
    trainables = TRAINABLES.select(list(grid.trainables))
    searchers, schedulers = (
        SEARCHERS.select(list(grid.searchers)),
        SCHEDULERS.select(list(grid.schedulers)),
    )
    devices: tuple[Device, ...] = ("cpu", "gpu") if grid.device == "all" else (grid.device,)
    axes = (devices, range(grid.repetitions), grid.workers, trainables, searchers, schedulers)
    if (count := math.prod(map(len, axes))) > MOST_EXPERIMENTS:
        raise Misuse(
            f"the grid has {count:,} experiments; ask for at most {MOST_EXPERIMENTS:,}: fewer "
            "repetitions, or fewer parts"
        )
    _check_parts(grid, trainables, schedulers)
    shared = {name: getattr(grid, name) for name in SHARED}
    unsized = {name for name in trainables if not TRAINABLES[name].sized}
    beforehand = _known_beforehand(grid, trainables)
    for device, repetition, workers, trainable, searcher, scheduler in product(*axes):
        own = {"trials": _trials(grid, searcher, scheduler), "workers": workers, **beforehand[trainable]}
        own["epochs"] = grid.epochs or own_epochs(TRAINABLES[trainable])
        if device == "cpu":
            own["gpus_per_trial"] = DEFAULTS["gpus_per_trial"]
        if trainable in unsized:
            own["train_size"] = DEFAULTS["train_size"]
        yield Experiment(trainable, searcher, scheduler, device=device, repetition=repetition, **shared | own)


def _check_parts(grid: Grid, trainables: Sequence[str], schedulers: Sequence[str]) -> None:
    """Raise Misuse or SpecError for a part with which no experiment of the grid can begin."""
    for name in schedulers:
        check_scheduler(name)
    for name in trainables:
        check_trainable(name)
        if grid.data not in TRAINABLES[name].datasets:
            raise Misuse(
                f"{name} has no data {shown(grid.data)}; choose {' or '.join(TRAINABLES[name].datasets)}"
            )
        if grid.shared_initial_points:
            check_shared_initial_points(name)


def _known_beforehand(grid: Grid, trainables: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is known of each trainable before the first trial, as fields of its experiments.

    Raises:
        Misuse: for known results or a prior that do not fit a trainable.
    """
    fields: dict[str, dict[str, Any]] = {name: {} for name in trainables}
    if not grid.known and not grid.prior:
        return fields
    from benchmarks.suite.known_file import read_known
    from benchmarks.suite.known_points import known_points
    from benchmarks.suite.prior import first_configuration

    results = read_known(Path(grid.known)) if grid.known else None
    for name, own in fields.items():
        known = None if results is None else known_points(results, TRAINABLES[name], grid.known)
        if known is not None:
            own["known_results"] = known.digest
        if grid.prior:
            own["first_configuration"] = first_configuration(grid.prior, TRAINABLES[name], known)
    return fields


def check_shared_initial_points(trainable: str) -> None:
    """Raise Misuse if the trainable's space has no configurations that every searcher can be given."""
    from benchmarks.spaces.encoding import Encoding

    try:
        Encoding(TRAINABLES[trainable].space())
    except ValueError as error:
        raise Misuse(
            f"shared_initial_points needs a space that all searchers share, and {trainable} has none "
            f"({error}); leave out shared_initial_points or this trainable"
        ) from error


def _trials(grid: Grid, searcher: str, scheduler: str) -> int:
    """Return an experiment's trials: a number even under a time budget alone, for parts that must know it."""
    if grid.trials:
        return grid.trials
    fixed = SEARCHERS[searcher].fixed_trials or SCHEDULERS[scheduler].fixed_trials
    return max(DEFAULTS["trials"], grid.shared_initial_points) if fixed else UNBOUNDED_TRIALS
