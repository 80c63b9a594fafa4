"""The side ``current``: experiments that the present code runs on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from benchmarks.suite.experiment import Experiment
from results.compare.row_sources import frame
from results.compare.run import RUN_FILE, load
from results.gate.sides import COLUMNS, SETTING, Environment, environments, rows_of
from results.locks import locked
from results.machine import available_cpus
from results.store.store import Store

TIMEOUT_S, STALL_S = 1800.0, 300.0


class Current:
    """Runs experiments in a folder of its own and keeps them there; each is run once."""

    name = "current"

    def __init__(self, folder: Path, jobs: int = 0, curves: Path | None = None, address: str = "") -> None:
        """Begin.

        Args:
            folder: a run folder to be, or one of an earlier gate, whose experiments are not run again.
            jobs: experiments at the same time; 0 = as many as there are CPUs.
            curves: folder of trained curves for the engine ``live``; by default in ``folder``.
            address: of a Ray cluster on which they run; "" = this machine.
        """
        self._folder, self._jobs, self._address = folder, jobs, address
        self._curves = (curves or folder / "curves").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RUN_FILE).touch()
        self._store = Store(folder)

    @property
    def environments(self) -> Mapping[str, Environment]:
        """The records of the environments that it ran in."""
        return environments(self._folder)

    @property
    def template(self) -> pd.DataFrame | None:
        """None: it can run any experiment."""
        return None

    def rows(self, plan: pd.DataFrame) -> pd.DataFrame:
        """Run missing experiments, and return the rows of ``plan``.

        Raises:
            UnknownName: if a searcher, scheduler or trainable is not registered here.
            DataError: if a trainable's data is missing.
        """
        self.run(experiments_of(plan))
        return rows_of(load(self._folder)).merge(plan[SETTING], on=SETTING)

    def run(self, experiments: Sequence[Experiment]) -> None:
        """Run those of these experiments that are missing.

        Raises:
            InUse: if another process runs experiments in this folder.
        """
        with locked(self._folder):
            self._store.repair()
            self._withdraw_changed()
            stored = self._store.keys()
            missing = [experiment for experiment in experiments if experiment.key not in stored]
            if missing:
                self._drive(missing)

    def _drive(self, missing: Sequence[Experiment]) -> None:
        from benchmarks.engines.common.runner import Limits
        from benchmarks.execution.driver import Conditions, Driver
        from benchmarks.execution.loading import load_data
        from benchmarks.execution.ticker import Ticker

        limits = Limits(TIMEOUT_S, STALL_S)
        conditions = Conditions(
            limits,
            num_cpus=available_cpus(),
            jobs=self._jobs,
            curves=self._curves,
            address=self._address,
        )
        ticker = Ticker()
        ticker.expect(len(missing))
        try:
            Driver(self._folder, self._store, conditions, ticker).run(missing, load_data(missing, None))
        finally:
            ticker.clear()

    def _withdraw_changed(self) -> None:
        """Remove experiments of an earlier gate whose parts had other versions."""
        from benchmarks.execution.changes import changes

        changed = changes(frame(self._store.read("experiments")), self._folder, {})
        self._store.withdraw(frozenset().union(*(change.keys for change in changed)))


def experiments_of(rows: pd.DataFrame) -> list[Experiment]:
    """Return the experiments of a side's rows, repetition by repetition."""
    ordered = rows.sort_values(["repetition", *SETTING])[SETTING]
    kinds = {name: COLUMNS[name] for name in SETTING}
    plain = pa.Table.from_pandas(ordered, schema=pa.schema(kinds), preserve_index=False)
    return [Experiment.from_row(row) for row in plain.to_pylist()]
