"""A grid: which experiments a run consists of, from a preset, a spec file and the command line."""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_type_hints

from benchmarks.core.refusal import nearest, one_line, shown
from benchmarks.suite.bounds import (
    BOUNDS,
    MOST_BYTES,
    MOST_EXPERIMENTS,
    MOST_TEXT,
    why_beyond,
    why_no_share,
)
from benchmarks.suite.experiment import Device, Engine, Experiment
from benchmarks.suite.readiness import check_scheduler, check_trainable
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, SchedulerSpec, SearcherSpec
from results.store.schema import UNBOUNDED_TRIALS


class Misuse(Exception):
    """The user asked for something that cannot be; the message is one line that says what to do."""


OPTIONS = "options"  # where values are from that no file has

CHOICES = {
    "device": ("cpu", "gpu", "all"),
    "engine": ("tune", "virtual"),
    "latency": ("none", "measured"),
    "charge_overhead": ("none", "measured"),
}
#: What only a virtual world can be.
WORLD = ("latency", "charge_overhead", "stragglers", "drop_outs", "preemptions", "speeds")
#: What every experiment of a grid has from it, unchanged.
SHARED = (
    *("trials", "epochs", "workers", "data", "train_size", "gpus_per_trial", "same_start", "max_failures"),
    *("time_budget", "engine", *WORLD),
)


@dataclass(frozen=True)
class Grid:
    """What shapes a run; ``run.toml`` holds exactly these.

    Names are globs.  ``device`` "all" means both; ``train_size`` 0 means all training examples; ``trials`` 0
    means as many as fit into ``time_budget``.
    """

    trainables: tuple[str, ...] = ("mnist-convnet",)
    searchers: tuple[str, ...] = ("*",)
    schedulers: tuple[str, ...] = ("*",)
    device: Literal["cpu", "gpu", "all"] = "cpu"
    trials: int = 8
    epochs: int = 9
    workers: int = 2
    repetitions: int = 1
    data: str = "subset"
    train_size: int = 0
    gpus_per_trial: float = 0.5
    same_start: int = 0
    max_failures: int = 0
    time_budget: float = 0.0
    engine: Engine = "tune"
    latency: str = "none"
    charge_overhead: Literal["none", "measured"] = "none"
    stragglers: float = 0.0
    drop_outs: float = 0.0
    preemptions: float = 0.0
    speeds: str = "1"

    def __post_init__(self) -> None:
        for name in ("trainables", "searchers", "schedulers"):
            if not getattr(self, name):
                raise Misuse(f"{name} is empty; give at least one name or glob")
            if long := [glob for glob in getattr(self, name) if len(glob) > MOST_TEXT]:
                raise Misuse(
                    f"{name} has {shown(long[0])}; a name or glob has at most {MOST_TEXT} characters"
                )
        self._check_numbers()
        if not 0 <= self.same_start <= (self.trials or UNBOUNDED_TRIALS):
            raise Misuse(
                f"same_start is {shown(self.same_start)}; give how many of the "
                f"{self.trials or UNBOUNDED_TRIALS} trials begin with the "
                "same configurations for every searcher, 0 for none"
            )
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise Misuse(f"{name} is {shown(getattr(self, name))}; choose {', '.join(choices)}")
        self._check_world()

    def _check_numbers(self) -> None:
        """Raise Misuse for a number that cannot be, or that nobody means."""
        as_many_as_fit = self.trials == 0 and self.time_budget > 0
        if self.trials == 0 and not as_many_as_fit:
            raise Misuse("trials is 0; it needs a time_budget, or give at least 1")
        for name in BOUNDS:
            beyond = why_beyond(name, getattr(self, name))
            if beyond and not (name == "trials" and as_many_as_fit):
                raise Misuse(beyond)
        if no_share := why_no_share(self.gpus_per_trial):
            raise Misuse(no_share)

    def _check_world(self) -> None:
        """Raise Misuse for a virtual world that cannot be, or for one asked of the real engine."""
        for name in ("drop_outs", "preemptions"):
            if not 0 <= getattr(self, name) < 1:
                raise Misuse(f"{name} is {getattr(self, name)}; give a probability per second, below 1")
        try:
            usable = all(0 < float(word) < math.inf for word in self.speeds.split(","))
        except ValueError:
            usable = False
        if not usable or len(self.speeds) > MOST_TEXT:
            raise Misuse(
                f"speeds is {shown(self.speeds)}; give numbers above 0 with commas between, as 1,0.5, "
                f"in at most {MOST_TEXT:,} characters"
            )
        if self.engine == "virtual":
            if self.device != "cpu":
                raise Misuse(f"device is {self.device!r}; the virtual engine has no devices: leave it out")
            return
        defaults = {f.name: f.default for f in fields(self)}
        for name in WORLD:
            if getattr(self, name) != defaults[name]:
                raise Misuse(f"{name} is {getattr(self, name)!r}; it needs engine = virtual")

    def experiments(self) -> Iterator[Experiment]:
        """Yield every experiment, the incompatible ones too: each cell is answered.

        Repetitions come first in the order, so that an interrupted run has whole repetitions.

        Raises:
            UnknownName: for a glob that matches nothing.
            SpecError: for a trainable whose space or constants turn out to be wrong.
            Misuse: if a trainable has no such data, or no space that all searchers could start in, or if the
                grid is too large.
        """
        trainables = TRAINABLES.select(list(self.trainables))
        searchers, schedulers = (
            SEARCHERS.select(list(self.searchers)),
            SCHEDULERS.select(list(self.schedulers)),
        )
        devices: tuple[Device, ...] = ("cpu", "gpu") if self.device == "all" else (self.device,)
        lists = (trainables, searchers, schedulers, devices, range(self.repetitions))
        if (count := math.prod(map(len, lists))) > MOST_EXPERIMENTS:
            raise Misuse(
                f"the grid has {count:,} experiments; ask for at most {MOST_EXPERIMENTS:,}: fewer "
                "repetitions, or fewer parts"
            )
        for name in schedulers:
            check_scheduler(name)
        for name in trainables:
            check_trainable(name)
            if self.data not in TRAINABLES[name].datasets:
                raise Misuse(
                    f"{name} has no data {shown(self.data)}; choose {' or '.join(TRAINABLES[name].datasets)}"
                )
            if self.same_start:
                check_same_start(name)
        shared = {name: getattr(self, name) for name in SHARED}
        unsized = {name for name in trainables if not TRAINABLES[name].sized}
        for device in devices:
            for repetition in range(self.repetitions):
                for trainable in trainables:
                    for searcher in searchers:
                        for scheduler in schedulers:
                            yield Experiment(
                                trainable=trainable,
                                searcher=searcher,
                                scheduler=scheduler,
                                device=device,
                                repetition=repetition,
                                **shared
                                | {"trials": self._trials(SEARCHERS[searcher], SCHEDULERS[scheduler])}
                                | ({} if device == "gpu" else {"gpus_per_trial": 0.0})
                                | ({"train_size": 0} if trainable in unsized else {}),
                            )

    def _trials(self, searcher: SearcherSpec, scheduler: SchedulerSpec) -> int:
        """Return an experiment's trials; where time is the budget, who must know their number gets one."""
        if self.trials:
            return self.trials
        fixed = searcher.fixed_trials or scheduler.fixed_trials
        return max(PRESETS["quick"].trials, self.same_start) if fixed else UNBOUNDED_TRIALS

    def changed(self, values: Mapping[str, Any], source: str) -> Grid:
        """Return this grid with some values replaced.

        Raises:
            Misuse: for an unknown key, or a value that cannot be; names ``source`` if it is a file.
        """
        known = get_type_hints(Grid)
        clean: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise Misuse(f"{source}: unknown key {shown(name)}; {nearest(name, known)}")
            clean[name] = self._checked(name, value, source)
        try:
            return replace(self, **clean)
        except Misuse as error:
            raise Misuse(str(error) if source == OPTIONS else f"{source}: {error}") from None

    def _checked(self, name: str, value: Any, source: str) -> Any:
        default = getattr(self, name)
        if isinstance(default, tuple):
            items = [value] if isinstance(value, str) else value
            if isinstance(items, list | tuple) and all(isinstance(item, str) for item in items):
                return tuple(items)
            raise Misuse(f"{source}: {name} is {shown(value)}; expected a list of names or globs")
        expected = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(value, expected) or isinstance(value, bool):
            raise Misuse(f"{source}: {name} is {shown(value)}; expected {type(default).__name__}")
        try:
            return float(value) + 0.0 if isinstance(default, float) else value  # -0.0 is 0.0
        except OverflowError:
            raise Misuse(f"{source}: {name} is {shown(value)}; expected a smaller number") from None

    def to_toml(self) -> str:
        """Return the grid as TOML text, which ``read`` reads back; the last line is its checksum."""
        # JSON's strings, numbers and lists of strings are TOML too, but for two things.
        lines = (
            f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in asdict(self).items()
        )
        names = [field.name for field in fields(self)]
        checked = f"# sha256 of {', '.join(names)}: {_digest(self, names)}\n"
        return "".join(lines).replace("\x7f", "\\u007f") + checked


def check_same_start(trainable: str) -> None:
    """Raise Misuse if the trainable's space has no configurations that every searcher can be given."""
    from benchmarks.spaces.encoding import Encoding

    try:
        Encoding(TRAINABLES[trainable].space())
    except ValueError as error:
        raise Misuse(
            f"same_start needs a space that all searchers share, and {trainable} has none ({error}); "
            "leave out same_start or this trainable"
        ) from error


PRESETS = {
    # A first look in minutes on two cores.
    "quick": Grid(train_size=2000),
    # Enough repetitions for an interval that means something.
    "standard": Grid(trials=27, epochs=27, repetitions=10),
    # What a figure in a paper should rest on; many hours.
    "paper": Grid(trainables=("mnist-convnet", "digits-mlp"), trials=81, epochs=27, repetitions=30),
}


def read(path: Path) -> dict[str, Any]:
    """Return the values of a spec file.

    Raises:
        Misuse: if it cannot be read, is too long, or is not TOML.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Misuse(f"cannot read the spec file {path}: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise Misuse(f"{path} has more than {MOST_BYTES:,} bytes; it is no spec file")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))  # some editors begin a file with a mark
    except RecursionError as error:
        raise Misuse(f"{path} is not TOML that can be read: too many brackets within each other") from error
    except ValueError as error:  # no TOML, no UTF-8, an integer of thousands of digits
        raise Misuse(f"{path} is not TOML: {one_line(str(error))}") from error


def check_unchanged(path: Path, grid: Grid) -> None:
    """Check that the grid that was read from a run's file is the one that the run began with.

    A value that the file lacks by now counts as its default, and a file without a checksum as unchanged.

    Raises:
        Misuse: if a value was changed or damaged.
    """
    found = re.findall(r"# sha256 of ([^:\n]*)(.*)", path.read_bytes().decode())
    if not found:
        return
    listed, checksum = found[-1]
    names = listed.split(", ")
    known = {*names} <= {field.name for field in fields(Grid)}
    if not known or checksum != f": {_digest(grid, names)}":
        raise Misuse(
            f"{path} was changed or damaged since the run began; restore it, or delete its last line to "
            "go on with what it says now"
        )


def _digest(grid: Grid, names: Iterable[str]) -> str:
    values = [[name, getattr(grid, name)] for name in names]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def differences(asked: Grid, stored: Grid) -> list[str]:
    """Return the names of the values in which two grids differ."""
    return [f.name for f in fields(Grid) if getattr(asked, f.name) != getattr(stored, f.name)]
