"""Pools of experiments, run once and kept, from which simulated gates draw their repetitions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.gate.current import Current
from benchmarks.suite.registry import PLUGINS, SCHEDULERS, SEARCHERS, TRAINABLES
from results.gate.sides import CELL, SETTING, StoredSide, stored_run
from scripts.planted.plans import PlantedPlan

ROOT = Path(__file__).parents[2]
PLANTED = "scripts.planted"
AS_IS = "as-is"


class SidePool:
    """The experiments of one side, by repetition.

    Attributes:
        cells: one row a cell, columns ``CELL``.
        repetitions: those of which every cell has ended well.
    """

    def __init__(self, side: StoredSide) -> None:
        ok = side.template[side.template["status"] == "ok"]
        count = ok.groupby("repetition").size()
        self.cells = ok[CELL].drop_duplicates().sort_values(CELL, ignore_index=True)
        self.repetitions = count.index[count == len(self.cells)].to_numpy()
        whole = ok[ok["repetition"].isin(self.repetitions)]
        self._rows = whole.sort_values(["repetition", *CELL], ignore_index=True)

    def draw(self, repetitions: NDArray[np.int64]) -> pd.DataFrame:
        """Return these repetitions' rows, cell by cell, as repetitions 0, 1, ... in this order."""
        n = len(self.cells)
        first = n * np.searchsorted(self.repetitions, repetitions)
        rows = self._rows.take((first[:, None] + np.arange(n)).ravel())
        return rows.assign(repetition=np.repeat(np.arange(len(repetitions)), n)).reset_index(drop=True)


def pool(folder: Path, plan: PlantedPlan, planted: bool, repetitions: int, jobs: int) -> SidePool:
    """Return a side of a plan; what is missing is run.

    Args:
        folder: of all pools.
        plan: whose cells.
        planted: with what is planted, or as it is.
        repetitions: of each cell.
        jobs: experiments at the same time.

    Raises:
        subprocess.CalledProcessError: if they cannot be run.
    """
    pool_folder = folder / (plan.module if planted else AS_IS)
    command = [
        sys.executable,
        "-m",
        "scripts.measure_gate",
        "--folder",
        str(pool_folder),
        "--jobs",
        str(jobs),
    ]
    plugins = f"{PLANTED}.{plan.module}" if planted else ""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    subprocess.run(
        [*command, "--fill", plan.title, "--repetitions", str(repetitions)],
        check=True,
        cwd=ROOT,
        env=os.environ | {PLUGINS: plugins, "PYTHONPATH": path},
    )
    wanted = pd.DataFrame([one.row for one in plan.experiments(repetitions)])[SETTING]
    side = stored_run(pool_folder)
    return SidePool(StoredSide(side.name, side.rows(wanted), side.environments))


def fill(folder: Path, plan: PlantedPlan, repetitions: int, jobs: int) -> None:
    """Run what a pool lacks, in a process in which it is planted.

    Raises:
        RuntimeError: if what is to be planted was not.
    """
    for registry in (SEARCHERS, SCHEDULERS, TRAINABLES):
        len(registry)  # type: ignore[arg-type]  # looks for plug-ins
        if registry.broken:
            raise RuntimeError(f"not planted: {registry.broken}")
    Current(folder, jobs).run(plan.experiments(repetitions))
