"""The file of features: one table a task, so that a listing needs neither curves nor their packages."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.tasks.task_features import TaskFeatures

FEATURES = Path(__file__).with_name("task_features.toml")  # by python -m scripts.write_task_features
HEAD = "# Written by: python -m scripts.write_task_features"
DIGITS = 4


@dataclass(frozen=True)
class FeatureFile:
    """The content of the file of features.

    Attributes:
        configurations: how many were sampled of each task.
        tasks: name -> features.
    """

    configurations: int
    tasks: Mapping[str, TaskFeatures]

    def text(self) -> str:
        """Return the file's content; what is None is left out."""
        lines = [HEAD, f"configurations = {self.configurations}"]
        for name in sorted(self.tasks):
            lines.append(f"\n[tasks.{name}]")
            for key, value in self.tasks[name]._asdict().items():
                if value is not None:
                    lines.append(f"{key} = {value}")
        return "\n".join(lines) + "\n"


@cache
def feature_file(path: Path = FEATURES) -> FeatureFile:
    """Return the content of the file; a process reads it once."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return FeatureFile(
        content["configurations"], {name: TaskFeatures(**row) for name, row in content["tasks"].items()}
    )


def rounded(features: TaskFeatures) -> TaskFeatures:
    """Return features with as many digits as the file has."""

    def short(value: float | None) -> float | None:
        if value is None or isinstance(value, int) or not math.isfinite(value):
            return value
        return float(f"{value:.{DIGITS}g}") + 0.0

    return TaskFeatures(*map(short, features))  # type: ignore[arg-type]
