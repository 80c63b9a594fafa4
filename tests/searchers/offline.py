"""Drives a registered searcher without a cluster, and says what lies in a domain.

Run as a program, it prints what every searcher suggests, so that two processes can be compared.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune
from ray.tune.search.sample import Categorical, Domain, Float, Integer, Quantized

from benchmarks.registry import SEARCHERS, TRAINABLES, Capability, SearchPlan, SearchSetup
from benchmarks.seeding import canonical, seed_libraries

Config = dict[str, Any]

METRIC = "made_up_metric"
MODEL_BASED = [name for name, spec in SEARCHERS.items() if Capability.VARIANTS not in spec.provides]


def inside(domain: Domain, value: Any) -> bool:
    """Is ``value`` one that Tune itself could draw from ``domain``, with the type that it would have?"""
    if isinstance(domain, Categorical):
        return any(value == item and type(value) is type(item) for item in domain.categories)
    assert isinstance(domain, Float | Integer)
    sampler: Any = domain.get_sampler()  # type: ignore[no-untyped-call]
    step = sampler.q if isinstance(sampler, Quantized) else None
    if isinstance(domain, Integer):
        # Tune's integers exclude the upper bound, except with a step above 1.
        last = domain.upper - 1 if step in (None, 1) else domain.upper
        whole = isinstance(value, int | np.integer)
        return whole and domain.lower <= value <= last and int(value) % int(step or 1) == 0
    if not isinstance(value, float | np.floating):
        return False
    slack = 1e-9 * max(abs(domain.lower), abs(domain.upper))  # 0.1 * 3 is more than 0.3
    on_grid = step is None or math.isclose(value / step, round(value / step), abs_tol=1e-9)
    return on_grid and bool(domain.lower - slack <= value <= domain.upper + slack)


def outside(space: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is wrong in a configuration: values outside their domain, missing and unknown names."""
    wrong = {name: config.get(name, "missing") for name in space.keys() ^ config.keys()}
    for name in space.keys() & config.keys():
        right = inside(space[name], config[name]) if isinstance(space[name], Domain) else True
        if not right:
            wrong[name] = config[name]
    return wrong


def closeness(config: Config) -> float:
    """An objective for both core spaces: highest at a learning rate of 0.01 without momentum."""
    return -abs(math.log10(config["lr"]) + 2) - float(config["momentum"])


def planned(name: str, space: Mapping[str, Any], trials: int, seed: int, look_ahead: int) -> SearchPlan:
    """Return the plan of a searcher as an engine would ask for it."""
    seed_libraries(seed)
    return SEARCHERS[name].build(SearchSetup(space, trials, seed, look_ahead))


def drive(
    name: str,
    space: Mapping[str, Any],
    *,
    trials: int = 24,
    seed: int = 1,
    at_once: int = 1,
    mode: str = "max",
    objective: Callable[[Config], float] = closeness,
    ends: Callable[[int], str] = lambda number: "ok",
) -> list[Config | None]:
    """Return what a searcher suggests while its trials train ``at_once`` and end as ``ends(number)`` says.

    A trial is "ok", has "failed", reports "nan", or is ended while it is "paused": Tune then completes it
    without a result.
    """
    search = planned(name, space, trials, seed, look_ahead=4).algorithm
    search.set_search_properties(METRIC, mode, dict(space))
    suggested: list[Config | None] = []
    running: list[int] = []

    def finish(number: int) -> None:
        config, how = suggested[number], ends(number)
        trial_id = f"trial_{number}"
        if config is None:
            return
        if how == "failed":
            search.on_trial_complete(trial_id, error=True)
            return
        value = math.nan if how == "nan" else objective(config)
        result = {METRIC: value, "training_iteration": 1, "config": config}
        search.on_trial_result(trial_id, result)
        search.on_trial_complete(trial_id, result=None if how == "paused" else result)

    for number in range(trials):
        suggested.append(search.suggest(f"trial_{number}"))
        running.append(number)
        if len(running) == at_once:
            finish(running.pop(0))
    for number in running:
        finish(number)
    return suggested


def _no_trial_runs(config: Config) -> None:
    raise AssertionError("nothing is trained here")


def variants(
    name: str, space: Mapping[str, Any], storage: Path, *, trials: int, seed: int = 1
) -> list[Config]:
    """Return the configurations of a searcher that is Tune's own variant generator."""
    # The global generators stay as they are: the seed alone must do.
    plan = SEARCHERS[name].build(SearchSetup(space, trials, seed, look_ahead=2))
    tune.register_trainable("offline", _no_trial_runs)
    experiment = tune.Experiment(
        "offline", "offline", config=dict(plan.space), num_samples=plan.num_samples, storage_path=str(storage)
    )
    plan.algorithm.add_configurations([experiment])
    configs: list[Config] = []
    while (trial := plan.algorithm.next_trial()) is not None:
        configs.append(dict(trial.config))
        plan.algorithm.on_trial_complete(trial.trial_id)
    return configs


def main(seed: int, noise: int, storage: Path) -> None:
    """Print the suggestions of every searcher for ``seed``, in a process whose state depends on ``noise``."""
    random.seed(noise)
    np.random.seed(noise)  # noqa: NPY002 - what libraries without a seed of their own draw from
    said: dict[str, Any] = {}
    for name in SEARCHERS:
        if name in MODEL_BASED:
            said[name] = drive(name, TRAINABLES["mnist-convnet"].space(), trials=10, seed=seed)
        else:
            said[name] = variants(name, TRAINABLES["digits-mlp"].space(), storage, trials=12, seed=seed)
    print(json.dumps({name: canonical(configs) for name, configs in said.items()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
