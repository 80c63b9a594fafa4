"""The models of incumbents: their checkpoints, copied to the run's folder, and their test metrics."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.engines.live.messages import Tested, TestResult
from benchmarks.engines.live.pool import Slot, died
from benchmarks.engines.live.trainings import Trainings
from benchmarks.training.reports import number

Answer = Callable[[TestResult], None]


class Incumbents:
    """Keeps and tests incumbents' models, each tested once.

    Args:
        trainings: of the run, which make a checkpoint once more where it is needed.
    """

    def __init__(self, trainings: Trainings) -> None:
        self._trainings = trainings

    def keep(self, asked: Tested, answer: Answer) -> None:
        """Copy a model's checkpoint to a folder, have it tested unless it has been, and answer."""
        curve, epoch = asked.curve, asked.epoch
        folder = self._trainings.store.checkpoint(curve.key, epoch)
        if folder is not None:
            shutil.copytree(folder, asked.folder, dirs_exist_ok=True)
            self._test(asked, answer)
        elif self._trainings.lesson(curve.subject).keeps:

            def remade(why: str, folder: Path) -> None:
                if why:
                    answer(TestResult(False, failure=why))
                else:
                    shutil.copytree(folder, asked.folder, dirs_exist_ok=True)
                    self._test(asked, answer)

            self._trainings.remake(curve, epoch, remade)
        else:
            answer(TestResult(False))

    def _test(self, asked: Tested, answer: Answer) -> None:
        if not asked.test:
            answer(TestResult(True))
        elif (known := self._known(asked)) is not None:
            answer(TestResult(True, known))
        else:
            self._trainings.first(partial(self._test_on, asked, answer))

    def _test_on(self, asked: Tested, answer: Answer, slot: Slot) -> None:
        curve, epoch = asked.curve, asked.epoch
        if (known := self._known(asked)) is not None:  # another experiment has asked meanwhile
            answer(TestResult(True, known))
            return

        def tested(found: Any) -> None:
            if not isinstance(found, dict):
                why = found if isinstance(found, str) else died(epoch, found).failure
                answer(TestResult(True, failure=why))
                return
            metrics = {name: value for name, given in found.items() if (value := number(given)) is not None}
            self._trainings.store.add_test(curve.key, epoch, metrics)
            answer(TestResult(True, metrics))

        lesson = self._trainings.lesson(curve.subject)
        self._trainings.pool.test(slot, lesson, curve, epoch, str(Path(asked.folder)), tested)

    def _known(self, asked: Tested) -> dict[str, float] | None:
        """Return the test metrics of a model that has been tested."""
        for epoch in self._trainings.store.epochs(asked.curve.key):
            if epoch.epoch == asked.epoch and epoch.test is not None:
                return dict(epoch.test)
        return None
