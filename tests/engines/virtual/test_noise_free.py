"""The noise-free value of each result: stored, and shown to no searcher and no scheduler."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.engines.virtual.controller import VirtualController
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.fast.controller import FastController
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.store.schema import NOISE_FREE


class Watched(VirtualExecution):
    """Notes the names of all that searcher and scheduler are given of results."""

    names: set[str]

    def _meter(self, search: Any, scheduler: Any) -> None:
        for part in (search, scheduler):
            for method in ("on_trial_result", "on_trial_complete"):
                if hasattr(part, method):
                    setattr(part, method, self._noting(getattr(part, method)))
        super()._meter(search, scheduler)

    def _noting(self, call: Any) -> Any:
        def noting(*args: Any, **named: Any) -> Any:
            for given in (*args, *named.values()):
                if isinstance(given, dict):
                    type(self).names |= set(given)
            return call(*args, **named)

        return noting


@pytest.mark.parametrize("controller", [FastController, VirtualController])
@pytest.mark.parametrize(("searcher", "scheduler"), [("optuna-tpe", "asha"), ("random", "pbt")])
@pytest.mark.parametrize("task", ["branin", "digits-mlp"])
def test_nobody_who_decides_sees_it(task: str, searcher: str, scheduler: str, controller: Any) -> None:
    kind = type("Watched", (Watched,), {"names": set(), "controller": controller})
    outcome = virtually(Experiment(task, searcher, scheduler, trials=4, epochs=4), kind)
    assert outcome.status == "ok", outcome.row["reason"]
    assert "training_iteration" in kind.names and NOISE_FREE not in kind.names
    assert not any("noise_free" in name for name in kind.names)
    assert all(isinstance(row["noise_free"], float) for row in outcome.results)
    best = next(row for row in outcome.results if row["noise_free"] == outcome.row["noise_free"])
    assert (best["trial_id"], best["epoch"]) == (outcome.row["best_trial"], outcome.row["best_epoch"])


def test_curves_that_do_not_know_it_store_none() -> None:
    outcome = virtually(Experiment("probe", "random", "fifo", trials=2, epochs=2))
    assert outcome.row["noise_free"] is None and "noise_free" not in outcome.results[0]
