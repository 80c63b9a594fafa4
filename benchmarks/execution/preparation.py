"""The preparations of a run: the check of its trainables, and the seconds of its curves."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.suite.misuse import Misuse

if TYPE_CHECKING:
    from benchmarks.execution.display.base import Display
    from benchmarks.execution.loading import Loaded
    from benchmarks.suite.experiment import Experiment


def check_trainables(
    args: argparse.Namespace, experiments: list[Experiment], known: set[str], display: Display
) -> None:
    """Train the first epochs of trainables that have none in this run, and show what they lack.

    Raises:
        Misuse: if nothing can come of one.
    """
    from benchmarks.execution.answers import answer_by_rule
    from benchmarks.execution.check import check
    from benchmarks.suite.engines import ENGINES
    from benchmarks.suite.registry import TRAINABLES

    if args.check is False:
        return
    trained = [e for e in experiments if not ENGINES[e.engine].from_curves]
    for name in dict.fromkeys(e.trainable for e in trained):
        new = bool(TRAINABLES.file_of(name)) and name not in known
        mine = [e for e in trained if e.trainable == name]
        if (new or args.check) and any(answer_by_rule(e) is None for e in mine):
            for line in check(name, mine, args.data_dir, args.timeout):
                display.note(line)


def measure_again(
    args: argparse.Namespace, folder: Path, experiments: list[Experiment], loaded: Loaded, display: Display
) -> None:
    """Measure the seconds of known curves again, if that is asked for."""
    if args.recost is None:
        return
    from benchmarks.execution.recost import recost
    from benchmarks.suite.engines import ENGINES

    if not all(ENGINES[e.engine].trains_once for e in experiments):
        raise Misuse("--recost needs --engine live: no other engine keeps the seconds of epochs")
    for measured in recost(curves_folder(args, folder), experiments, loaded, args.recost, args.stall):
        display.note(f"seconds measured again: {measured}")


def curves_folder(args: argparse.Namespace, folder: Path) -> Path:
    """Return the folder of trained curves."""
    return Path(args.curves or folder / "curves").absolute()
