"""Surrogates of learning curves that a package ships: one training of each configuration.

A package's file is read where it is installed and checked against its checksum; its code is not imported.
What lies between its configurations is expected as in a recorded table (``benchmarks.curves.recorded``).
Length scales, errors on configurations left out and reference values are in ``surrogates.toml``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.core.errors import DataError
from benchmarks.curves.model import Place
from benchmarks.curves.recorded.features import Features
from benchmarks.curves.recorded.model_arrays import ModelArrays
from benchmarks.curves.recorded.replay import Replay, TableCurves
from benchmarks.curves.recorded.surface import Scales
from benchmarks.curves.recorded.surrogate import Model, fit, transformed
from benchmarks.curves.recorded.table import RecordedTable
from benchmarks.suite.constants import Constants
from benchmarks.suite.reference import Reference
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._tested import TestedSimulated, tested_class

WRITTEN = Path(__file__).with_name("surrogates.toml")  # by python -m scripts.write_surrogates
Floats = npt.NDArray[np.float64]
Space = Callable[[], Mapping[str, Any]]


def installed(package: str) -> bool:
    """Return whether a package is installed."""
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def packaged_file(package: str, path: str, checksum: str) -> Path:
    """Return a file of an installed package whose SHA-256 begins with these digits.

    Raises:
        DataError: if the package or the file is missing, or the file is another one.
    """
    try:
        file = Path(str(distribution(package).locate_file(path)))
        content = file.read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise DataError(f"{package} has no {path} here ({error}); install the package again") from error
    actual = hashlib.sha256(content).hexdigest()
    if not actual.startswith(checksum):
        raise DataError(
            f"{file} has the SHA-256 {actual[:16]}..., expected {checksum[:16]}...; install the version of "
            f"{package} that tunegrid list names"
        )
    return file


@dataclass(frozen=True)
class PackagedCurves:
    """Learning curves as a package has them.

    Attributes:
        configs: the configurations.
        values: metric -> shape (configurations, epochs), NaN where diverged; the tuned one first.
        seconds: of an epoch of each configuration; NaN where it was not measured.
    """

    configs: list[dict[str, Any]]
    values: dict[str, Floats]
    seconds: Floats


class Surrogate:
    """A package's curves as the ``curves`` of a trainable whose tuned metric is minimised.

    Args:
        name: of the task.
        package: that has the files.
        load: reads the package's files.
        space: of the task; it holds every configuration.
    """

    def __init__(self, name: str, package: str, load: Callable[[], PackagedCurves], space: Space) -> None:
        self.name, self.package, self.load, self.space = name, package, load, space

    def __call__(self, place: Place) -> TableCurves:
        return TableCurves(self.replay, place.repetition)

    @property
    def written(self) -> dict[str, Any]:
        """What ``surrogates.toml`` has on the task."""
        entry: dict[str, Any] = tomllib.loads(WRITTEN.read_text())[self.name]
        return entry

    def constants(self, epochs: int | None = None) -> Constants | Reference:
        """Return the reference of trials of ``epochs`` epochs; without the package, of all epochs."""
        if installed(self.package):
            return self.replay.reference(epochs or self.replay.epochs)
        return Constants(**{name: self.written[name] for name in Constants._fields})

    @cached_property
    def replay(self) -> Replay:
        """The surrogate, prepared for serving; once a process.

        Raises:
            DataError: if the package's file is not what it should be.
        """
        scales = Scales(np.array(self.written["lengths"], np.float32), self.written["noise"])
        return Replay(self.table(scales), self.space())

    def points(self, packaged: PackagedCurves) -> npt.NDArray[np.float32]:
        """Return the encoded configurations, shape (configurations, columns)."""
        features = Features(self.space())
        return np.array([features.of(config) for config in packaged.configs])

    def fitted(self, packaged: PackagedCurves, scales: Scales | None) -> tuple[Model, dict[str, str]]:
        """Return the model, and the scale of each metric; ``scales`` None learns the surface's."""
        chosen = dict.fromkeys(packaged.values, "log")
        means = [transformed(_finite(values), chosen[name]) for name, values in packaged.values.items()]
        generator = np.random.default_rng(0)
        return fit(self.points(packaged), np.concatenate(means, axis=1), scales, generator), chosen

    def table(self, scales: Scales | None) -> RecordedTable:
        """Return the table of all curves, with a model of these scales."""
        packaged = self.load()
        model, chosen = self.fitted(packaged, scales)
        points, (count, epochs) = model.points, next(iter(packaged.values.values())).shape
        keys = np.indices((count, epochs)).reshape(2, -1)
        curves = pd.DataFrame({"config": keys[0], "seed": 0, "epoch": keys[1] + 1})
        for name, values in packaged.values.items():
            curves[name] = _finite(values).astype(np.float32).ravel()
        curves["diverged"] = ~np.isfinite(next(iter(packaged.values.values()))).ravel()
        configs = pd.DataFrame(
            {f"x{i}": points[:, i] for i in range(points.shape[1])}
            | {f"w{i}": model.weights[:, i] for i in range(model.weights.shape[1])}
        )
        metrics = list(packaged.values)
        card = {"metrics": metrics, "metric": metrics[0], "mode": "min", "seeds": 1, "epochs": epochs}
        card |= {"model": {"scales": [chosen[name] for name in metrics]}}
        known = np.isfinite(packaged.seconds)
        arrays = ModelArrays(
            lengths=model.scales.lengths,
            noise=np.array(model.scales.noise),
            mean=model.basis.mean,
            spread=model.basis.spread,
            components=model.basis.components,
            cost=cost_of(points[known], packaged.seconds[known]),
        )
        return RecordedTable(card, configs=configs, curves=curves, model=arrays)


def cost_of(points: npt.NDArray[Any], seconds: Floats) -> Floats:
    """Return log seconds as a polynomial of points: of 1, the columns, their squares; a small ridge."""
    terms = np.column_stack([np.ones(len(points)), points, np.square(points)]).astype(float)
    ridge = 1e-3 * np.eye(terms.shape[1])
    ridge[0, 0] = 0.0
    solved: Floats = np.linalg.solve(terms.T @ terms + ridge, terms.T @ np.log(seconds))
    return solved


def _finite(values: Floats) -> Floats:
    """Return losses in which a diverged epoch has the worst finite one."""
    return np.where(np.isfinite(values), values, values[np.isfinite(values)].max())


def surrogate_task(
    surrogate: Surrogate,
    summary: str,
    *,
    version: str,
    source: str,
    test_metric: str,
    epochs: int,
    home: str,
) -> type[TestedSimulated]:
    """Register a surrogate as a trainable and return its class.

    Args:
        surrogate: the curves; the tuned metric is "val_loss".
        summary: what it is; how good the surrogate is is added.
        version: of the package.
        source: of the data, and their licence.
        test_metric: another metric of the curves.
        epochs: the most of a trial.
        home: the module that the class belongs to.
    """
    written = surrogate.written
    error = f"rank correlation {written['spearman']:.2f} on configurations left out"
    register = trainable(
        surrogate.name,
        f"{summary}; a surrogate, {error}",
        space=surrogate.space,
        curves=surrogate,
        metric="val_loss",
        mode="min",
        test_metric=test_metric,
        most_epochs=epochs,
        constants=surrogate.constants,
        chance=False,
        requires=(surrogate.package,),
        install=f"pip install --no-deps {surrogate.package}=={version}",
        source=source,
        provides=frozenset({Capability.CHECKPOINTS}),
    )
    name = "".join(part.title() for part in surrogate.name.split("-"))
    return register(tested_class(name, home, surrogate, test_metric))
