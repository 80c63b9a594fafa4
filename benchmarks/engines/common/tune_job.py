"""A Tune job: the settings of one run of Tune, and the steps of its set-up that all engines share."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ray import tune
from ray.tune.callback import Callback
from ray.tune.experiment import Experiment
from ray.tune.search import BasicVariantGenerator, Searcher, SearchGenerator

from benchmarks.engines.common.run_budget import RunBudget
from benchmarks.engines.ray_internals import TuneController
from benchmarks.suite.registry import SearchPlan


@dataclass(frozen=True)
class TuneJob:
    """The settings of one run of Tune.

    ``storage`` is the folder for Tune's own output, ``checkpoint_every`` a number of epochs (0 = only when a
    scheduler asks), ``max_failures`` how often a failed trial is retried from its last checkpoint.
    ``over_budget`` tells whether more trials have begun than may run, which ends the run.
    """

    name: str
    plan: SearchPlan
    scheduler: Any
    metric: str
    mode: str
    epochs: int
    storage: str
    checkpoint_every: int
    max_failures: int
    reuse_actors: bool
    over_budget: Callable[[], bool] = lambda: False
    stopper: RunBudget | None = None
    callbacks: Sequence[Callback] = field(default_factory=tuple)

    @property
    def checkpoints(self) -> tune.CheckpointConfig:
        return tune.CheckpointConfig(checkpoint_frequency=self.checkpoint_every)

    def experiment(self, kind: type[Experiment], resources: tune.PlacementGroupFactory) -> Experiment:
        """Return Tune's specification of the run; ``resources`` are what one trial asks for."""
        return kind(
            self.name,
            self.name,
            stop={"training_iteration": self.epochs},
            config=dict(self.plan.space),
            num_samples=self.plan.num_samples,
            storage_path=self.storage,
            checkpoint_config=self.checkpoints,
            resources_per_trial=resources,
            max_failures=self.max_failures,
        )

    def options(self, experiment: Experiment, generator: type[SearchGenerator] = SearchGenerator) -> Any:
        """Return the keywords of the run's ``TuneController``, whichever actors it is to use."""
        return {
            "search_alg": self.search(experiment, generator),
            "scheduler": self.scheduler,
            "callbacks": list(self.callbacks),
            "metric": self.metric,
            "trial_checkpoint_config": experiment.checkpoint_config,
            "storage": experiment.storage,
            "reuse_actors": self.reuse_actors,
            "stopper": self.stopper,
            # Snapshots let Tune resume a run half-way; we resume whole experiments.
            "checkpoint_period": 10**9,
        }

    def search(self, experiment: Experiment, generator: type[SearchGenerator]) -> Any:
        """Return the search algorithm as Tune's controller takes it; it and the scheduler know the metric."""
        search = BasicVariantGenerator() if self.plan.algorithm is None else self.plan.algorithm
        if isinstance(search, Searcher):
            search = generator(search)
        search.set_search_properties(
            self.metric, self.mode, experiment.spec["config"], **experiment.public_spec
        )
        self.scheduler.set_search_properties(self.metric, self.mode, **experiment.public_spec)
        return search


def drive(controller: TuneController, experiment: Experiment, over_budget: Callable[[], bool]) -> None:
    """Drive the controller step by step until the experiment is over, and clean up.

    The run ends as soon as it is over its budget too: a searcher may never come to an end.

    ``ray.tune.run`` builds its controller itself and has no place to hand one in, so the few steps of its
    set-up that concern us stand here and in ``TuneJob``; every decision in the loop is Tune's.
    """
    search: Any = controller.search_alg
    search.add_configurations([experiment])
    controller.update_max_pending_trials()
    controller.setup_experiments([experiment], total_num_samples=search.total_samples)
    try:
        while not (over_budget() or controller.is_finished()):
            controller.step()
    finally:
        controller.cleanup()


def quiet() -> None:
    """Silence Tune's reporters in this process, and its check of the metric, which is ours."""
    os.environ.update(
        TUNE_DISABLE_AUTO_CALLBACK_LOGGERS="1",
        RAY_AIR_NEW_OUTPUT="0",
        TUNE_PRINT_ALL_TRIAL_ERRORS="0",
        TUNE_DISABLE_STRICT_METRIC_CHECKING="1",  # see TunedMetric
        RAY_CHDIR_TO_TRIAL_DIR="0",
    )
