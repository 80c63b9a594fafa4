"""Replay of a recorded table: the curve model of a recorded task on the ``virtual`` engine.

The curve at a configuration:

* a recorded one in a recorded repetition: its recorded curve;
* any other: the curve that the model expects there, plus the noise of a recorded seed, drawn by (repetition,
  configuration) among those of the near configuration whose mean curve is most like the expected one.
  It is scaled up, because the mean of few seeds takes part of their spread; and no value is beyond what any
  seed of the neighbours had in that epoch.

A table has no data on configurations that change during training (PBT).  Here a trial that
goes on under another configuration keeps what it has reached: it goes on at the first epoch at which the new
configuration's curve is as good; if that never is, it starts from where it was and nears the new curve,
closing half of what is left every epoch.  So a schedule of learning rates can never do better than the best
of its parts, though in real training it can.  Weights that have diverged stay diverged.  After the last
recorded epoch a curve is flat.  More CPUs make no epoch shorter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.core.errors import DataError
from benchmarks.core.seeding import derive, pick
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.curves.recorded.features import Features
from benchmarks.curves.recorded.surface import Floats, Scales
from benchmarks.curves.recorded.surrogate import Basis, Inverse, Model, transformed
from benchmarks.curves.recorded.table import SHIPPED, RecordedTable, card_of, read
from benchmarks.spaces.categories import same
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.reference import Reference

Config = Mapping[str, Any]
HALF = 0.5  # of what is left, closed every epoch by a trial that is better than its new configuration's curve


class TrainingState(NamedTuple):
    """The training state of a trial.

    Attributes:
        position: epochs on the curve of ``config``.
        gap: what the trial is better by than the curve, in every metric; empty if it is on the curve.
        config: with which it has trained.
        curve: that configuration's, a row of metrics for each epoch; not kept in a checkpoint.
        noise_free: its tuned metric without a seed's noise, of each epoch; not kept in a checkpoint.
        seconds: that an epoch takes with it.
    """

    position: int
    gap: tuple[float, ...]
    config: Config
    curve: list[list[float]]
    noise_free: list[float]
    seconds: float


class Replay:
    """A table prepared for serving, once a process."""

    def __init__(self, table: RecordedTable, space: Mapping[str, Any]) -> None:
        card, arrays = table.card, table.model
        self.metrics: list[str] = card["metrics"]
        self.tuned = self.metrics.index(card["metric"])
        self.maximised = card["mode"] == "max"
        self.epochs = table.shape[2]
        self.features = Features(space)
        self.scales: list[str] = card["model"]["scales"]
        values = zip(self.metrics, self.scales, strict=True)
        recorded = [transformed(table.values(name), scale) for name, scale in values]
        self.recorded = np.stack(recorded, axis=2)  # (configurations, seeds, metrics, epochs)
        points = table.configs[[f"x{i}" for i in range(len(self.features.names))]].to_numpy(np.float32)
        weights = table.configs[[f"w{i}" for i in range(len(arrays.components))]].to_numpy(np.float32)
        self.model = Model(
            points,
            self.recorded.mean(1).reshape(len(points), -1),
            Scales(arrays.lengths, float(arrays.noise)),
            Basis(arrays.mean, arrays.spread, arrays.components),
            weights,
        )
        self.tuned_means = table.values(card["metric"]).astype(np.float64).mean(1)  # (configurations, epochs)
        self.corners = int(card.get("corners", 0))
        self.diverged = table.values("diverged")
        self._ever_diverged: Any = self.diverged.any(2).tolist()
        self._losses = [i for i, scale in enumerate(self.scales) if scale == "log"]
        self._back, self._shape = Inverse(self.scales), self.recorded.shape[2:]
        linear, squared = np.split(arrays.cost[1:].astype(np.float32), 2)
        self._cost = float(arrays.cost[0]), linear, squared
        # The range over all seeds of the neighbours, in every epoch: (configurations, metrics, epochs).
        self._least = self.recorded.min(1)[self.model.near].min(1)
        self._most = self.recorded.max(1)[self.model.near].max(1)
        # The deviations of the seeds from their mean, like ``recorded``.
        seeds = self.recorded.shape[1]
        spread = self.recorded - self.recorded.mean(1, keepdims=True)
        self.noise: Floats = spread * np.float32((seeds / max(1, seeds - 1)) ** 0.5)

    def curve(
        self, config: Config, repetition: int, salt: int
    ) -> tuple[list[list[float]], list[float], float]:
        """Return the metrics of each epoch at a configuration, the tuned one without a seed's noise, and the
        seconds of an epoch on one CPU."""
        point = self.features.of(config)
        expected, nearest, like = self.model.at(point)
        seeds = self.recorded.shape[1]
        exact = bool((point == self.model.points[nearest]).all())
        seed = repetition if exact and repetition < seeds else pick(salt, point.tobytes(), seeds)
        if exact:
            like, rows = nearest, self.recorded[nearest, seed]
            noise_free = self.tuned_means[nearest]
        else:
            noise_free = self._back(expected.reshape(self._shape))[self.tuned]
            rows = expected.reshape(self._shape) + self.noise[like, seed]
            np.maximum(rows, self._least[nearest], out=rows)
            np.minimum(rows, self._most[nearest], out=rows)
        served = self._back(rows)
        if self._ever_diverged[like][seed]:
            served[np.ix_(self._losses, self.diverged[like, seed])] = np.nan
        return served.T.tolist(), noise_free.tolist(), math.exp(self._log_seconds(point))

    def _log_seconds(self, points: Floats) -> Any:
        """Return the logarithm of an epoch's seconds on one CPU at points, shape (..., columns)."""
        constant, linear, squared = self._cost
        return constant + points @ linear + (points * points) @ squared

    def reference(self, epochs: int) -> Reference:
        """Return the reference of trials of ``epochs`` epochs, from the configurations' means over seeds.

        What was recorded at the corners of the space is no random configuration, but may be the best known.
        """
        means = self.tuned_means[:, min(epochs, self.epochs) - 1]
        best = float((np.nanmax if self.maximised else np.nanmin)(means))
        seconds = epochs * float(np.exp(self._log_seconds(self.model.points[self.corners :])).mean())
        return Reference.of_sample(means[self.corners :], best, self.maximised, seconds)


class TableCurves(CurveModel):
    """The curves of a table in one repetition."""

    def __init__(self, replay: Replay, repetition: int) -> None:
        self._replay, self._repetition = replay, repetition
        self._salt = derive("table", repetition)
        self._names, self._last = replay.metrics, replay.epochs - 1

    def start(self, config: Config) -> TrainingState:
        return TrainingState(0, (), config, *self._replay.curve(config, self._repetition, self._salt))

    def step(self, state: TrainingState, config: Config, cpus: float) -> Epoch:
        if state.config is not config and not same(state.config, config):
            state = self._moved(state, config)
        position, gap, config, curve, noise_free, seconds = state
        row, known = curve[min(position, self._last)], noise_free[min(position, self._last)]
        if gap:
            gap = tuple(HALF * part for part in gap)
            row = [value + part for value, part in zip(row, gap, strict=True)]
            known += gap[self._replay.tuned]
        metrics = dict(zip(self._names, row, strict=True))
        after = TrainingState(position + 1, gap, config, curve, noise_free, seconds)
        return Epoch(after, metrics, seconds, known if math.isfinite(known) else None)

    def _moved(self, state: TrainingState, config: Config) -> TrainingState:
        """Return where a trial is on the curve of a configuration that it goes on with."""
        if not state.position:
            return self.start(config)
        replay = self._replay
        reached = state.curve[min(state.position, self._last + 1) - 1]
        if state.gap:
            reached = [value + part for value, part in zip(reached, state.gap, strict=True)]
        if any(value != value for value in reached):  # NaN: nothing brings the weights back
            return state._replace(config=config)
        new = self.start(config)
        level = reached[replay.tuned]
        for position, row in enumerate(new.curve, 1):
            if (row[replay.tuned] >= level) if replay.maximised else (row[replay.tuned] <= level):
                return new._replace(position=position)
        position = min(state.position, self._last)
        there = new.curve[position]
        gap = tuple(old - value if value == value else 0.0 for old, value in zip(reached, there, strict=True))
        return new._replace(position=position, gap=gap)

    def save(self, state: TrainingState) -> Any:
        return {"position": state.position, "gap": list(state.gap), "config": dict(state.config)}

    def restore(self, saved: Any) -> TrainingState:
        start = self.start(saved["config"])
        return start._replace(position=saved["position"], gap=tuple(saved["gap"]))


class Recorded:
    """A table as the ``curves`` of a trainable: ``curves=Recorded("my-task.table", space)``.

    Args:
        folder: of the table; a plain name is one that ships, a relative path starts where the program was
            started.
        space: the trainable's search space, as in its registration.
    """

    def __init__(self, folder: str | Path, space: Any) -> None:
        shipped = Path(folder).name == str(folder)
        self._folder = SHIPPED / folder if shipped else Path(folder).absolute()
        self._space = space

    def __call__(self, place: Place) -> TableCurves:
        return TableCurves(self.replay, place.repetition)

    @cached_property
    def replay(self) -> Replay:
        """The table, read and prepared; once a process.

        Raises:
            DataError: if the table is missing, damaged or foreign.
        """
        table = read(self._folder)
        try:
            return Replay(table, self._space())
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise DataError(
                f"{self._folder} does not fit its trainable's space ({error!r:.200}); record the table again"
            ) from error

    @property
    def card(self) -> dict[str, Any]:
        """The table's card."""
        return card_of(self._folder)

    @property
    def recall(self) -> float | None:
        """Share of the best 1 % of configurations that the model finds when left out; None if not known."""
        errors = self.card.get("errors")
        return errors["top_1_percent_recall"] if errors else None

    def constants(self, epochs: int | None = None) -> Reference:
        """Return the reference of trials of ``epochs`` epochs; None: of all that the table has."""
        return self.replay.reference(epochs or self.replay.epochs)

    @property
    def key(self) -> str:
        """The name of the table's content."""
        digits: str = self.card["sha256"]["curves.parquet"]
        return digits[:16]

    def why_not(self, experiment: Experiment) -> str | None:
        """Return why the table cannot serve an experiment; None if it can."""
        card = self.card
        if experiment.epochs > card["epochs"]:
            return f"the table of {card['trainable']} has {card['epochs']} epochs; ask for no more"
        for name in ("data", "train_size"):
            if getattr(experiment, name) != card[name]:
                return (
                    f"the table of {card['trainable']} was recorded with {name} {card[name]}; "
                    f"leave out --{name.replace('_', '-')}"
                )
        return None
