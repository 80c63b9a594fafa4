"""Measured constants in a run: found beside the trainable, checked against its version, kept with the run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.core.refusal import SpecError
from benchmarks.execution.user_code import FOLDER
from benchmarks.execution.versions import version_of
from benchmarks.program.command import Program
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.measured import SUFFIX, Measured, NotMeasured
from benchmarks.suite.part_caches import clear_caches
from benchmarks.suite.registry import TRAINABLES, TrainableSpec
from benchmarks.suite.used_constants import announce_file, files, with_constants


def home(spec: TrainableSpec) -> Path | None:
    """Return the folder that a trainable lies in; None if it lies in no file."""
    if isinstance(spec.target, Program):
        return spec.target.home
    file = getattr(sys.modules.get(spec.origin), "__file__", None)
    return Path(file).absolute().parent if file else None


def file_of(spec: TrainableSpec) -> Path | None:
    """Return the file of a trainable's measured constants, there or not; None if it has no folder."""
    folder = home(spec)
    return folder / f"{spec.name}{SUFFIX}" if folder else None


def use(experiments: Iterable[Experiment], run: Path, resumed: bool) -> Iterator[str]:
    """Let the trainables of a run have their measured constants, and yield what is to be said of them.

    A run that is resumed has those that it began with.

    Args:
        experiments: of the run.
        run: its folder.
        resumed: whether it is.
    """
    epochs: dict[str, int] = {}
    for experiment in experiments:
        epochs[experiment.trainable] = max(experiment.epochs, epochs.get(experiment.trainable, 0))
    for name, wanted_epochs in epochs.items():
        spec = TRAINABLES[name]
        if spec.constants is not None or not TRAINABLES.file_of(name):
            continue
        path = (run / FOLDER / f"{name}{SUFFIX}").absolute() if resumed else file_of(spec)
        if path is None or not path.is_file():
            if resumed:
                continue
            yield (
                f"{name} has no constants, so that there is no score and no speed-up over random search; "
                "tunegrid constants measures them"
            )
            continue
        reason = _why_not(spec, path, wanted_epochs)
        if reason:
            yield f"constants of {name} are not used: {reason}"
        else:
            announce_file(name, path)
            TRAINABLES.add(with_constants(spec))
            clear_caches()
            yield f"constants of {name}: {path}"


def keep(run: Path) -> None:
    """Copy the constants that are used into the run's folder, and use the copy from now on."""
    for name, path in files().items():
        target = (run / FOLDER / f"{name}{SUFFIX}").absolute()
        if path != target:
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, target)
            announce_file(name, target)


def _why_not(spec: TrainableSpec, path: Path, epochs: int) -> str:
    """Return why a file of constants does not fit; "" if it does."""
    again = f"measure again: tunegrid constants, with --epochs {epochs}"
    try:
        measured = Measured.read(path)
        if measured.version != version_of("trainable", spec.name).name:
            return f"{path.name} is of another version of {spec.name}; {again}"
        if measured.epochs < epochs:
            return f"{path.name} knows {measured.epochs} epochs, and {epochs} are trained; {again}"
        measured(epochs)
    except (NotMeasured, SpecError) as error:
        return str(error)
    return ""
