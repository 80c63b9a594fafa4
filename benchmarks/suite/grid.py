"""A grid: the values that say which experiments a run consists of, and their checks."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from benchmarks.core.refusal import nearest, shown
from benchmarks.suite import spec_file
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.expansion import expanded
from benchmarks.suite.experiment import EngineName, Experiment
from benchmarks.suite.limits import why_not
from benchmarks.suite.misuse import Misuse
from results.quantities import BY_UNIT
from results.store.fields import FIELDS, GRID_DEFAULTS, UNBOUNDED_TRIALS

OPTIONS = "options"  # where values are from that no file has


@dataclass(frozen=True)
class Grid:
    """A grid as asked for; ``run.toml`` holds exactly these fields.

    ``results.store.fields`` declares the values with their meaning, limits and defaults; here they have their
    static types, in the same order.  Names are globs.  ``device`` "all" means both; ``trials`` 0 means as
    many as fit into ``time_budget`` or ``budget``, ``epochs`` 0 each task's own.

    Raises:
        Misuse: for a value beyond its limits, or values that contradict each other.
    """

    trainables: tuple[str, ...] = GRID_DEFAULTS["trainables"]
    searchers: tuple[str, ...] = GRID_DEFAULTS["searchers"]
    schedulers: tuple[str, ...] = GRID_DEFAULTS["schedulers"]
    device: Literal["cpu", "gpu", "all"] = GRID_DEFAULTS["device"]
    trials: int = GRID_DEFAULTS["trials"]
    epochs: int = GRID_DEFAULTS["epochs"]
    workers: tuple[int, ...] = GRID_DEFAULTS["workers"]
    repetitions: int = GRID_DEFAULTS["repetitions"]
    data: str = GRID_DEFAULTS["data"]
    train_size: int = GRID_DEFAULTS["train_size"]
    gpus_per_trial: float = GRID_DEFAULTS["gpus_per_trial"]
    shared_initial_points: int = GRID_DEFAULTS["shared_initial_points"]
    max_failures: int = GRID_DEFAULTS["max_failures"]
    time_budget: float = GRID_DEFAULTS["time_budget"]
    engine: EngineName = GRID_DEFAULTS["engine"]
    latency: Literal["none", "measured"] = GRID_DEFAULTS["latency"]
    charge_overhead: Literal["none", "measured"] = GRID_DEFAULTS["charge_overhead"]
    stragglers: float = GRID_DEFAULTS["stragglers"]
    drop_outs: float = GRID_DEFAULTS["drop_outs"]
    preemptions: float = GRID_DEFAULTS["preemptions"]
    speeds: str = GRID_DEFAULTS["speeds"]
    startup: Literal["levelled", "library"] = GRID_DEFAULTS["startup"]
    known: str = GRID_DEFAULTS["known"]
    prior: str = GRID_DEFAULTS["prior"]
    budget: float = GRID_DEFAULTS["budget"]

    def __post_init__(self) -> None:
        unlimited = self.trials == 0 and (self.time_budget > 0 or self.budget > 0)
        if self.trials == 0 and not unlimited:
            raise Misuse("trials is 0; it needs a time_budget or a budget, or give at least 1")
        for field in FIELDS:
            reason = why_not(field, getattr(self, field.grid))
            if reason and not (unlimited and field.name == "trials"):
                raise Misuse(reason)
        trials = self.trials or UNBOUNDED_TRIALS
        if not 0 <= self.shared_initial_points <= trials:
            raise Misuse(
                f"shared_initial_points is {shown(self.shared_initial_points)}; give how many of the "
                f"{trials} trials begin with the same configurations for every searcher, 0 for none"
            )
        self._check_engine()

    def _check_engine(self) -> None:
        """Raise Misuse for a value that the engine does not have."""
        if self.engine == "virtual" and self.device != "cpu":
            raise Misuse(f"device is {self.device!r}; the virtual engine has no devices: leave it out")
        for field in FIELDS:
            value = getattr(self, field.grid)
            if field.simulated and not ENGINES[self.engine].virtual_clock and value != field.grid_default:
                needed = " or ".join(name for name, engine in ENGINES.items() if engine.virtual_clock)
                raise Misuse(f"{field.grid} is {value!r}; it needs engine = {needed}")

    def experiments(self) -> Iterator[Experiment]:
        """Yield every experiment, the incompatible ones too: each cell is answered.

        Repetitions come first in the order, so that an interrupted run has whole repetitions.

        Raises:
            UnknownName: for a glob that matches nothing.
            SpecError: for a trainable whose space or constants turn out to be wrong.
            Misuse: if a trainable has no such data, or no space in which all searchers can share points, or
                if the grid is too large.
        """
        return expanded(self)

    def changed(self, values: Mapping[str, Any], source: str) -> Grid:
        """Return this grid with some values replaced; their names may be older ones.

        Raises:
            Misuse: for an unknown key, or a value that cannot be; names ``source`` if it is a file.
        """
        clean: dict[str, Any] = {}
        for key, value in values.items():
            name = _NAMES.get(key)
            if name is None:
                known = [field.grid for field in FIELDS]
                raise Misuse(f"{source}: unknown key {shown(key)}; {nearest(key, known)}")
            if name in clean:
                raise Misuse(f"{source}: {key} is another name of a value that is given already; give one")
            clean[name] = self._checked(name, value, source)
        try:
            return replace(self, **clean)
        except Misuse as error:
            raise Misuse(str(error) if source == OPTIONS else f"{source}: {error}") from None

    def _checked(self, name: str, value: Any, source: str) -> Any:
        """Return a value as the type of its field.

        Raises:
            Misuse: if it is of another type.
        """
        current = getattr(self, name)
        if name in _AXES:
            numbers = value if isinstance(value, list | tuple) else [value]
            if all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
                return tuple(dict.fromkeys(numbers))
            raise Misuse(f"{source}: {name} is {shown(value)}; expected whole numbers")
        if isinstance(current, tuple):
            items = [value] if isinstance(value, str) else value
            if isinstance(items, list | tuple) and all(isinstance(item, str) for item in items):
                return tuple(items)
            raise Misuse(f"{source}: {name} is {shown(value)}; expected a list of names or globs")
        if isinstance(value, str) and name in _QUANTITIES:
            try:
                value = _QUANTITIES[name](value)
            except ArgumentTypeError as error:
                raise Misuse(f"{source}: {name}: {error}") from None
        expected = (int, float) if isinstance(current, float) else type(current)
        if not isinstance(value, expected) or isinstance(value, bool):
            raise Misuse(f"{source}: {name} is {shown(value)}; expected {type(current).__name__}")
        try:
            return float(value) + 0.0 if isinstance(current, float) else value  # -0.0 is 0.0
        except OverflowError:
            raise Misuse(f"{source}: {name} is {shown(value)}; expected a smaller number") from None

    def to_toml(self) -> str:
        """Return the grid as TOML text that ``spec_file.read`` reads; the last line is its checksum."""
        return spec_file.to_toml(self)


#: Key of a spec file, as it is or was -> attribute of a grid.
_NAMES = {key: field.grid for field in FIELDS for key in (field.grid, field.key, *field.aliases)}
#: Attributes of a grid that hold several values, each of which has experiments.
_AXES = frozenset(field.grid for field in FIELDS if field.axis)
#: Attributes of a grid that a spec file may give as text too, such as ``"2h"`` or ``"50x"``.
_QUANTITIES = {field.grid: BY_UNIT[field.unit] for field in FIELDS if field.unit in BY_UNIT}


def differences(one: Grid, other: Grid) -> list[str]:
    """Return the names of the values in which two grids differ."""
    return [f.grid for f in FIELDS if getattr(one, f.grid) != getattr(other, f.grid)]
