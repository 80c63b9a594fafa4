"""The searcher's plan of an experiment: its setup, its first configurations, its known results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain, islice
from typing import Any

import numpy as np

from benchmarks.core.seeding import start_seed
from benchmarks.engines.common.known_told import heeds, informed_plan
from benchmarks.engines.common.part_checks import Unusable, plan_of
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.known_points import KnownPoint, KnownPoints
from benchmarks.suite.registry import SEARCHERS, TRAINABLES, SearchPlan, SearchSetup
from results.store.schema import tune_name


def plan_of_experiment(
    experiment: Experiment,
    known: Mapping[str, KnownPoints],
    num_trials: int,
    seed: int,
    max_concurrent: int,
) -> tuple[SearchPlan, int | None]:
    """Return the plan of the experiment's searcher, and the number of known results that it was told.

    Args:
        known: the run's known results, by their digest.
        num_trials: that the searcher may propose.
        seed: of the searcher.
        max_concurrent: trials that may be undecided at the same time.

    Returns:
        The plan; the number is None if the experiment has no known results, and 0 if its searcher makes no
        use of them.

    Raises:
        Unusable: for a plan that Tune cannot carry out, or known results that are not here.
    """
    searcher, trainable = SEARCHERS[experiment.searcher], TRAINABLES[experiment.trainable]
    space = trainable.space()
    setup = SearchSetup(
        *(space, num_trials, seed, max_concurrent, first_configurations(experiment, space)),
        levelled=experiment.startup == "levelled",
        cheap=trainable.cheap,
    )
    points = _points(experiment.known_results, known)
    asked = (searcher, setup, points, tune_name(trainable.metric), experiment.epochs)
    if points and heeds(*asked):
        return informed_plan(*asked), len(points)
    return plan_of(searcher, setup), 0 if points else None


def _points(digest: str, known: Mapping[str, KnownPoints]) -> tuple[KnownPoint, ...]:
    """Return the known results with this digest; none if it is empty."""
    if not digest:
        return ()
    if digest not in known:
        raise Unusable(f"the known results {digest} are not here; run it anew with --known FILE")
    return known[digest].points


def first_configurations(experiment: Experiment, space: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the configurations that every searcher of this repetition begins with."""
    prior = experiment.first_configuration
    if not experiment.shared_initial_points and not prior:
        return ()
    encoding = Encoding(space)
    own = (encoding.decode(encoding.encode(json.loads(prior))),) if prior else ()
    generator = np.random.default_rng(start_seed(experiment.trainable, experiment.repetition))
    drawn = (encoding.draw(generator) for _ in range(experiment.shared_initial_points))
    return tuple(islice(chain(own, drawn), experiment.trials))
