"""A grid: which experiments a run consists of, from a preset, a spec file and the command line."""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_type_hints

from benchmarks.experiment import Device, Engine, Experiment
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES


class Misuse(Exception):
    """The user asked for something that cannot be; the message is one line that says what to do."""


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

    Names are globs.  ``device`` "all" means both; ``train_size`` 0 means all training examples.
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
        for name in ("trials", "epochs", "workers", "repetitions"):
            if getattr(self, name) < 1:
                raise Misuse(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.train_size < 0:
            raise Misuse(f"train_size is {self.train_size}; give a number of examples, or 0 for all")
        if not 0 <= self.same_start <= self.trials:
            raise Misuse(
                f"same_start is {self.same_start}; give how many of the {self.trials} trials begin with the "
                "same configurations for every searcher, 0 for none"
            )
        share = self.gpus_per_trial
        if not (math.isfinite(share) and share > 0 and (share <= 1 or share == int(share))):
            raise Misuse(
                f"gpus_per_trial is {self.gpus_per_trial}; give a share between 0 and 1, or a whole number"
            )
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise Misuse(f"{name} is {getattr(self, name)!r}; choose {', '.join(choices)}")
        if self.max_failures < -1:
            raise Misuse(f"max_failures is {self.max_failures}; give a number of times, or -1 for always")
        if not (math.isfinite(self.time_budget) and self.time_budget >= 0):
            raise Misuse(f"time_budget is {self.time_budget}; give seconds on the clock, 0 for no limit")
        self._check_world()

    def _check_world(self) -> None:
        """Raise Misuse for a virtual world that cannot be, or for one asked of the real engine."""
        if not (math.isfinite(self.stragglers) and self.stragglers >= 0):
            raise Misuse(f"stragglers is {self.stragglers}; give a standard deviation, 0 for none")
        for name in ("drop_outs", "preemptions"):
            if not 0 <= getattr(self, name) < 1:
                raise Misuse(f"{name} is {getattr(self, name)}; give a probability per second, below 1")
        try:
            usable = all(0 < float(word) < math.inf for word in self.speeds.split(","))
        except ValueError:
            usable = False
        if not usable:
            raise Misuse(f"speeds is {self.speeds!r}; give numbers above 0 with commas between, as 1,0.5")
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
            Misuse: if a trainable has no such data, or no space that all searchers could start in.
        """
        trainables = TRAINABLES.select(list(self.trainables))
        searchers, schedulers = (
            SEARCHERS.select(list(self.searchers)),
            SCHEDULERS.select(list(self.schedulers)),
        )
        devices: tuple[Device, ...] = ("cpu", "gpu") if self.device == "all" else (self.device,)
        for name in trainables:
            if self.data not in TRAINABLES[name].datasets:
                raise Misuse(
                    f"{name} has no data {self.data!r}; choose {' or '.join(TRAINABLES[name].datasets)}"
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
                                | ({} if device == "gpu" else {"gpus_per_trial": 0.0})
                                | ({"train_size": 0} if trainable in unsized else {}),
                            )

    def changed(self, values: Mapping[str, Any], source: str) -> Grid:
        """Return this grid with some values replaced.

        Raises:
            Misuse: for an unknown key or a value of another type; names ``source``.
        """
        known = get_type_hints(Grid)
        clean: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
                raise Misuse(f"{source}: unknown key {name!r}; {hint}")
            clean[name] = self._checked(name, value, source)
        return replace(self, **clean)

    def _checked(self, name: str, value: Any, source: str) -> Any:
        default = getattr(self, name)
        if isinstance(default, tuple):
            items = [value] if isinstance(value, str) else value
            if isinstance(items, list | tuple) and all(isinstance(item, str) for item in items):
                return tuple(items)
            raise Misuse(f"{source}: {name} is {value!r}; expected a list of names or globs")
        expected = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(value, expected) or isinstance(value, bool):
            raise Misuse(f"{source}: {name} is {value!r}; expected {type(default).__name__}")
        return float(value) if isinstance(default, float) else value

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
    from benchmarks.encoding import Encoding

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
        Misuse: if it cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise Misuse(f"cannot read the spec file {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise Misuse(f"{path} is not TOML: {error}") from error


def check_unchanged(path: Path, grid: Grid) -> None:
    """Check that the grid that was read from a run's file is the one that the run began with.

    A value that the file lacks by now counts as its default, and a file without a checksum as unchanged.

    Raises:
        Misuse: if a value was changed or damaged.
    """
    found = re.search(r"^# sha256 of ([^:\n]*): ([0-9a-f]{64})$", path.read_bytes().decode(), re.MULTILINE)
    if not found:
        return
    names = found[1].split(", ")
    if not {*names} <= {field.name for field in fields(Grid)} or _digest(grid, names) != found[2]:
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
