"""Checkpoints that travel: their files, in memory, between nodes that share no disk.

They travel with what a trial host returns to the experiment's controller, which owns them then: put into the
object store by the host, they would be lost with it.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ray.tune import Checkpoint

from benchmarks.core.scratch import of_process
from benchmarks.engines.common.travel import files_of, write_files


class CarriedCheckpoint:
    """A checkpoint: its files by their paths in it."""

    __slots__ = ("files", "filesystem", "path")

    def __init__(self, files: Mapping[str, bytes]) -> None:
        # Tune looks at the place of a checkpoint, and deletes nothing at none.
        self.files, self.path, self.filesystem = files, "", None

    @contextmanager
    def folder(self) -> Iterator[str]:
        """Yield a folder of this process that holds the files."""
        with tempfile.TemporaryDirectory(dir=of_process()) as folder:
            write_files(self.files, Path(folder))
            yield folder


def carried(saved: Any) -> Any:
    """Return what a trial has saved with a checkpoint that travels; the one on this node's disk goes."""
    if saved.checkpoint is None:
        return saved
    folder = Path(saved.checkpoint.path)
    checkpoint = CarriedCheckpoint(files_of(folder))
    shutil.rmtree(folder, ignore_errors=True)
    return type(saved)(checkpoint, saved.metrics)


@contextmanager
def unpacked(saved: Any) -> Iterator[Any]:
    """Yield what a trial has saved with its checkpoint on this node's disk."""
    checkpoint = getattr(saved, "checkpoint", None)
    if not isinstance(checkpoint, CarriedCheckpoint):
        yield saved
        return
    with checkpoint.folder() as folder:
        yield type(saved)(Checkpoint.from_directory(folder), saved.metrics)


def on_this_node(storage: Any) -> Any:
    """Return a trial's storage in a folder of this process, with the mark that Tune looks for there."""
    own = copy.copy(storage)
    own.storage_fs_path = str(of_process() / "trials")
    Path(own.storage_fs_path).mkdir(exist_ok=True)
    own._create_validation_file()
    return own
