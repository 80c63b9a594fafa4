"""A trial's actor without a process: the methods that Tune calls, and the duration of each call."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ray.tune.error import TuneError

from benchmarks.core.reasons import headline
from benchmarks.curves.model import CurveModel, reported
from benchmarks.engines.ray_internals import (
    RESULT_DUPLICATE,
    STDERR_FILE,
    STDOUT_FILE,
    TRIAL_INFO,
    TrainingResult,
)
from benchmarks.engines.virtual.storage import Snapshot
from benchmarks.training.reports import plain

EPOCH_ZERO = 1_700_000_000  # the timestamp of virtual second 0, in Unix time


class Call(NamedTuple):
    """A call's duration in seconds, and what it returned or raised."""

    seconds: float
    value: Any = None
    error: Exception | None = None


class Result(dict[str, Any]):
    """A result with a short ``repr``: Tune formats each one for debug messages."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<result>"

    def copy(self) -> Result:
        return Result(self)

    __copy__ = copy


class VirtualActor:
    """One trial after another, as with ``ray.tune.Trainable`` and its counters.

    Args:
        model: the trainable's curves.
        config: what Tune gives a trainable, with its notes.
        cpus: that the trial has been granted.
    """

    __slots__ = (
        *("_config", "_cpus", "_failure", "_iteration", "_last"),
        *("_model", "_since", "_state", "_total", "_trial_id"),
    )

    def __init__(self, model: CurveModel, config: dict[str, Any], cpus: float) -> None:
        self._model, self._cpus = model, cpus
        self.reset(config)

    def reset(self, config: dict[str, Any], storage: Any = None) -> bool:
        """Become another trial."""
        info = config.pop(TRIAL_INFO, None)
        for note in (STDOUT_FILE, STDERR_FILE):
            config.pop(note, None)
        self._trial_id = info.trial_id if info is not None else ""
        self._config = config
        self._iteration, self._total, self._since = 0, 0.0, (0, 0.0)
        self._last, self._failure = Result(), None
        try:
            self._state = self._model.start(config)
        except Exception as error:  # noqa: BLE001 - raised by the first ``train``, where Tune expects it
            self._failure = error
        return True

    @property
    def next_epoch(self) -> tuple[str, dict[str, Any], int]:
        """The trial's id, its configuration, and the epoch that it trains next."""
        return self._trial_id, self._config, self._iteration + 1

    @property
    def position(self) -> tuple[Any, dict[str, Any], float]:
        """The state before the next epoch, the configuration, and the CPUs, as the model is given them."""
        return self._state, self._config, self._cpus

    def train(self, now: float, factor: float) -> Call:
        """Train for one epoch that takes ``factor`` times as long as the model says."""
        try:
            if self._failure is not None:
                raise self._failure
            epoch = self._model.step(self._state, self._config, self._cpus)
            self._state, metrics, cost = epoch
            if not 0 <= cost < math.inf:  # NaN neither
                raise ValueError(f"the curve model gave an epoch's cost as {cost!r}; expected seconds")
        except Exception as error:  # noqa: BLE001 - a trial's failure is the trial's, whatever it is
            return Call(factor * float(getattr(error, "cost", 0.0)), error=TuneError(headline(error)))
        cost *= factor
        if RESULT_DUPLICATE in metrics:  # a function that has come to its end without another report
            return Call(cost, Result(self._last, **{RESULT_DUPLICATE: True, "done": True}))
        self._iteration += 1
        self._total += cost
        self._since = self._since[0] + 1, self._since[1] + cost
        report = plain(reported(epoch))
        self._last = Result(
            report,
            done=bool(report.get("done")),
            training_iteration=self._iteration,
            trial_id=self._trial_id,
            time_this_iter_s=cost,
            time_total_s=self._total,
            timestamp=int(EPOCH_ZERO + now + cost),
            time_since_restore=self._since[1],
            iterations_since_restore=self._since[0],
            pid=0,
            hostname="virtual",
            node_ip="virtual",
            config=self._config,
        )
        return Call(cost, self._last)

    def stop(self) -> None:
        """End; there is nothing to clean up."""

    def save(self) -> TrainingResult:
        """Return the state, with the result that it belongs to."""
        snapshot: Any = Snapshot(self._state)
        return TrainingResult(snapshot, self._last.copy())

    def restore(self, saved: Any) -> None:
        """Go on from a state; as in Ray, the counters are those of its result."""
        metrics: Mapping[str, Any] = saved.metrics
        self._iteration = metrics.get("training_iteration", 0)
        self._total = metrics.get("time_total_s", 0.0)
        self._since = 0, 0.0
        self._state = saved.checkpoint.state
