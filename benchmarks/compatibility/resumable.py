"""Resumable probes: the folder of a probe's experiments, from which an interrupted one goes on."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import results
from benchmarks.core.scratch import of_process
from benchmarks.suite.misuse import Misuse
from results.files import replace_bytes
from results.locks import locked
from results.store.documents import put_object, read_object
from results.store.store import Store

RECORD = "probe.json"
#: Statuses that a busy machine can cause; the next run tries these again.
TRY_AGAIN = ("stalled", "timeout")


class ProbeFolder:
    """The folder of a probe: one run folder a round, and a record of versions and seconds.

    Attributes:
        seconds: spent by the probe so far, interrupted rounds included.

    Args:
        folder: made if it is missing.
        versions: of the probed parts and their libraries.

    Raises:
        Misuse: if it holds a probe of other versions.
    """

    def __init__(self, folder: Path, versions: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._record, self._versions = folder, folder / RECORD, dict(versions)
        self.seconds = 0.0
        if self._record.is_file():
            known = read_object(self._record, "delete it, or give another folder")
            if known.get("versions") != self._versions:
                raise Misuse(f"--keep: {folder} was probed with other versions; give another folder")
            seconds = known.get("seconds")
            self.seconds = float(seconds) if isinstance(seconds, int | float) else 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count the time that passes inside, however it ends."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - start
            put_object(self._record, {"versions": self._versions, "seconds": self.seconds})

    def round(self, number: int) -> Path:
        """Return the run folder of a round, without its stalled and timed-out experiments."""
        folder = self._folder / f"round-{number}"
        folder.mkdir(exist_ok=True)
        replace_bytes(folder / results.RUN_FILE, b"# a compatibility probe\n")
        store = Store(folder)
        store.repair()
        experiments = results.load(folder).experiments
        store.withdraw(experiments.loc[experiments["status"].isin(TRY_AGAIN), "key"].tolist())
        return folder


@contextmanager
def probe_folder(folder: Path | None, versions: Mapping[str, str]) -> Iterator[ProbeFolder]:
    """Yield the given folder, or a temporary one for None."""
    if folder is not None:
        with locked(folder):
            yield ProbeFolder(folder, versions)
        return
    with tempfile.TemporaryDirectory(prefix="probe-", dir=of_process()) as name:
        yield ProbeFolder(Path(name), versions)
