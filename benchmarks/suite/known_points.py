"""Known results as points of a trainable's space: what fits, what is left out, and their content's hash."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.core.seeding import canonical
from benchmarks.spaces.assembly import Lacking, assembled
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.known_file import OPTUNA_VALUE, PREFIXES, KnownResult
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.trainable_spec import TrainableSpec

#: Known points of a task: a Gaussian process is fitted on all of them at each proposal.
MOST = 500
OUTSIDE = "outside the space"
WITHOUT = "without a value of the metric"


@dataclass(frozen=True)
class KnownPoint:
    """A configuration of the space, the metric's value, and the epochs that it is of (0: not known)."""

    config: Mapping[str, Any]
    value: float
    epochs: int


@dataclass(frozen=True)
class KnownPoints:
    """The known results that a task's searchers are told, in the order of the file.

    Attributes:
        points: each configuration once.
        left_out: why -> how many results of the file.
    """

    points: tuple[KnownPoint, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits of the points' content: what an experiment's key depends on."""
        content = [[dict(point.config), point.value, point.epochs] for point in self.points]
        return hashlib.sha256(canonical(content).encode()).hexdigest()[:16]

    def best(self, mode: str) -> KnownPoint:
        """Return the point with the best value, of those that were trained longest."""
        longest = max(point.epochs for point in self.points)
        whole = [point for point in self.points if point.epochs == longest]
        return (max if mode == "max" else min)(whole, key=lambda point: point.value)

    def in_words(self) -> str:
        """Return how many there are, and how many of the file's results are left out."""
        words = f"{len(self.points)} known result{'s' * (len(self.points) != 1)}"
        left = ", ".join(f"{number} {why}" for why, number in self.left_out.items())
        return f"{words} (left out: {left})" if left else words


#: The points of this process's grids by their digest; the driver hands them to its experiments.
FOUND: dict[str, KnownPoints] = {}


def known_points(results: Sequence[KnownResult], spec: TrainableSpec, path: str) -> KnownPoints:
    """Return the results of a file or run folder that are points of a trainable's space.

    Args:
        path: where they are from.

    Raises:
        Misuse: if they lack a hyperparameter or the metric, none fits, or more than ``MOST`` do.
    """
    found = _points(_of_task(results, spec, path), spec, path)
    FOUND[found.digest] = found
    return found


def _of_task(results: Sequence[KnownResult], spec: TrainableSpec, path: str) -> list[KnownResult]:
    """Return the results of the task itself; where there are none, those of the only other one."""
    tasks = sorted({result.task for result in results})
    if spec.name in tasks:
        return [result for result in results if result.task == spec.name]
    if len(tasks) > 1:
        raise Misuse(
            f"known: {path} has results of {', '.join(tasks)} and none of {spec.name}; give those of one task"
        )
    return list(results)


def _points(results: Sequence[KnownResult], spec: TrainableSpec, path: str) -> KnownPoints:
    if not results:
        raise Misuse(f"known: {path} holds no results; give a run that has some, or a table with rows")
    metric, space, left_out = _metric(results, spec, path), spec.space(), Counter[str]()
    encoding = _encoding(space, spec)
    grouped: dict[str, list[KnownPoint]] = defaultdict(list)
    why = ""
    for result in results:
        try:
            config = encoding.decode(encoding.encode(assembled(space, result.values)))
        except Lacking as lacking:
            raise Misuse(f"known: {_lacking(path, result, lacking)}") from None
        except (KeyError, ValueError, TypeError) as error:
            why = why or str(error)
            left_out[OUTSIDE] += 1
            continue
        value = result.metrics.get(metric)
        if not isinstance(value, int | float) or not math.isfinite(value):
            left_out[WITHOUT] += 1
            continue
        grouped[canonical(config)].append(KnownPoint(config, float(value), result.epochs or 0))
    if not grouped:
        reason = f": {why}" if why else ""
        raise Misuse(
            f"known: none of the {len(results)} results of {path} is a point of {spec.name} with a value"
            f"{reason}; give results of the same hyperparameters"
        )
    if len(grouped) > MOST:
        raise Misuse(f"known: {path} has {len(grouped):,} points of {spec.name}; give at most {MOST}")
    return KnownPoints(tuple(map(_united, grouped.values())), dict(left_out))


def _united(same: Sequence[KnownPoint]) -> KnownPoint:
    """Return one point of several with the same configuration: the mean of those that trained longest."""
    longest = max(point.epochs for point in same)
    values = [point.value for point in same if point.epochs == longest]
    return KnownPoint(same[0].config, math.fsum(values) / len(values), longest)


def _metric(results: Sequence[KnownResult], spec: TrainableSpec, path: str) -> str:
    """Return the name under which the results have the trainable's metric."""
    names = list(dict.fromkeys(name for result in results for name in result.metrics))
    if spec.metric in names:
        return spec.metric
    if OPTUNA_VALUE in names and any(name.startswith(PREFIXES[1]) for name in names):
        return OPTUNA_VALUE
    raise Misuse(
        f"known: {path} has no {spec.metric}, the metric of {spec.name}; {nearest(spec.metric, names)}"
    )


def _encoding(space: Mapping[str, Any], spec: TrainableSpec) -> Encoding:
    try:
        return Encoding(space)
    except ValueError as error:
        raise Misuse(
            f"known needs a space that all searchers share, and {spec.name} has none ({error}); leave out "
            "known or this trainable"
        ) from error


def _lacking(path: str, result: KnownResult, lacking: Lacking) -> str:
    of = f", of {result.task}," if result.task else ""
    return f"{path}{of} has no hyperparameter {shown(lacking.name)}; {nearest(lacking.name, result.values)}"
