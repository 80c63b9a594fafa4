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

SendResult = Callable[[TestResult], None]


class Incumbents:
    """Keeps and tests incumbents' models, each tested once.

    Args:
        trainings: of the run, which make a checkpoint once more where it is needed.
    """

    def __init__(self, trainings: Trainings) -> None:
        self._trainings = trainings

    def keep(self, request: Tested, answer: SendResult) -> None:
        """Copy a model's checkpoint to a folder, have it tested unless it has been, and answer."""
        curve, epoch = request.curve, request.epoch
        folder = self._trainings.store.checkpoint(curve.key, epoch)
        if folder is not None:
            shutil.copytree(folder, request.folder, dirs_exist_ok=True)
            self._test(request, answer)
        elif self._trainings.lesson(curve.subject).keeps:

            def remade(why: str, folder: Path) -> None:
                if why:
                    answer(TestResult(False, failure=why))
                else:
                    shutil.copytree(folder, request.folder, dirs_exist_ok=True)
                    self._test(request, answer)

            self._trainings.remake(curve, epoch, remade)
        else:
            answer(TestResult(False))

    def _test(self, request: Tested, answer: SendResult) -> None:
        if not request.test:
            answer(TestResult(True))
        elif (known := self._known(request)) is not None:
            answer(TestResult(True, known))
        else:
            self._trainings.first(partial(self._test_on, request, answer))

    def _test_on(self, request: Tested, answer: SendResult, slot: Slot) -> None:
        curve, epoch = request.curve, request.epoch
        if (known := self._known(request)) is not None:  # another experiment has asked meanwhile
            answer(TestResult(True, known))
            return

        def tested(result: Any) -> None:
            if not isinstance(result, dict):
                why = result if isinstance(result, str) else died(epoch, result).failure
                answer(TestResult(True, failure=why))
                return
            numbers = {name: number(reported) for name, reported in result.items()}
            metrics = {name: value for name, value in numbers.items() if value is not None}
            self._trainings.store.add_test(curve.key, epoch, metrics)
            answer(TestResult(True, metrics))

        lesson = self._trainings.lesson(curve.subject)
        self._trainings.pool.test(slot, lesson, curve, epoch, str(Path(request.folder)), tested)

    def _known(self, request: Tested) -> dict[str, float] | None:
        """Return the test metrics of a model that has been tested."""
        for epoch in self._trainings.store.epochs(request.curve.key):
            if epoch.epoch == request.epoch and epoch.test is not None:
                return dict(epoch.test)
        return None
