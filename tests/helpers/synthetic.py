"""A run folder like a real one, made in a second: every status, NaN metrics, PBT's epochs, stopped trials."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from results import Store
from results.statistics.random_search import at_ranks

SEARCHERS = ["random", "grid", "optuna-tpe", "hyperopt", "nevergrad-oneplusone", "bayesopt", "bohb"]
MORE_SEARCHERS = ["hebo", "ax", "zoopt", "nevergrad-cma", "bluefin"]
MORE_SEARCHERS += ["random-2x", "flaml-cfo", "flaml-blendsearch", "optuna-gp", "optuna-cmaes", "optuna-qmc"]
MORE_SEARCHERS += [
    "hyperopt-random",
    "hyperopt-anneal",
    "nevergrad-de",
    "nevergrad-pso",
    "nevergrad-two-points",
]
MORE_SEARCHERS += ["latin-hypercube", "smac-forest"]
SCHEDULERS = [
    "fifo",
    "asha",
    "hyperband",
    "hb-bohb",
    "median",
    "pbt",
    "pbt-replay",
    "pb2",
    "resource-changing",
    "pbt-sync",
    "asha-promote",
    "one-epoch",
    "sha",
    "asha-brackets",
    "median-hard-stop",
    "async-hyperband",
    "freeze-thaw",
    "i-epoch",
    "median-grace",
    "pasha",
]
#: They propose the same whatever the results are.
STILL = ("random", "grid", "random-2x", "optuna-qmc", "hyperopt-random", "latin-hypercube")

TRACE = (
    "Traceback (most recent call last):\n"
    '  File "ray/tune/execution/tune_controller.py", line 1723, in _process_trial_result\n'
    "ValueError: TuneBOHB got a result for trial 3f2c that it never proposed; the experiment was ended\n"
)
Row = dict[str, Any]
#: The accuracies of 500 random configurations, as they are stored.
RANDOM = at_ranks(np.linspace(0.97, 0.1, 500), "max").tolist()


def make_run(
    folder: Path,
    searchers: int = 7,
    schedulers: int = 10,
    repetitions: int = 3,
    *,
    engine: str = "tune",
    trainable: str = "mnist-convnet",
    device: str = "cpu",
    trials: int = 8,
    epochs: int = 9,
    workers: int = 2,
    clean: bool = False,
    chance: float = 0.25,
    seed: int = 0,
) -> Path:
    """Write (or extend) a run folder and return it.

    Args:
        clean: every experiment is ok.
        chance: share of the configurations that never learn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.toml").write_text('preset = "synthetic"\n')
    store = Store(folder)
    for searcher in (SEARCHERS + MORE_SEARCHERS)[:searchers]:
        batch: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
        for scheduler in SCHEDULERS[:schedulers]:
            for repetition in range(repetitions):
                budget = {"trials": trials, "epochs": epochs, "workers": workers}
                names = {"trainable": trainable, "searcher": searcher, "scheduler": scheduler}
                experiment = names | budget | {"device": device, "repetition": repetition, "engine": engine}
                rng = np.random.default_rng(_number(json.dumps(experiment), seed))
                for table, rows in zip(batch, _experiment(experiment, rng, clean, chance), strict=True):
                    table.extend(rows)
        store.write(*batch)
    return folder


def _number(text: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {text}".encode()).digest()[:8], "big")


def _verdict(row: Row) -> tuple[str, str]:
    """Return status and reason of an experiment, by rules much like the real ones."""
    searcher, scheduler = row["searcher"], row["scheduler"]
    if scheduler == "hb-bohb" and searcher != "bohb":
        return (
            "incompatible",
            "HyperBandForBOHB feeds TuneBOHB's model; no other searcher understands its pauses",
        )
    if searcher == "bohb" and scheduler in ("hyperband", "pbt"):
        return "failed", TRACE
    if searcher == "grid" and scheduler == "pb2":
        return "incompatible", "PB2 needs bounds of mutable hyperparameters; a grid has none"
    if searcher == "bayesopt" and scheduler == "hyperband":
        return (
            "stalled",
            "hyperband waits for 4 more trials of its bracket; bayesopt waits for a finished one",
        )
    if searcher == "nevergrad-oneplusone" and scheduler == "resource-changing" and row["repetition"] == 1:
        return "timeout", "no result for 60 s"
    if searcher == "hebo":
        return "unavailable", "the library HEBO is not installed: pip install HEBO"
    return "ok", ""


def _experiment(base: Row, rng: np.random.Generator, clean: bool, chance: float) -> tuple[list[Row], ...]:
    key = hashlib.sha256(json.dumps(base, sort_keys=True).encode()).hexdigest()[:16]
    status, reason = ("ok", "") if clean else _verdict(base)
    row = base | {"key": key, "status": status, "reason": reason, "metric": "val_accuracy", "mode": "max"}
    row |= {"baseline": 0.8, "optimum": 0.98}
    row |= {"random_values": RANDOM, "random_size": 500, "random_seconds": 20.0}
    row |= {"data": "subset", "train_size": 0, "gpus_per_trial": 0.0, "environment": "e0", "epochs_before": 0}
    row |= {"same_start": 0, "packages": "ray numpy optuna"}
    row |= {"searcher_learns": base["searcher"] not in STILL, "searcher_base": base["searcher"] == "random"}
    row |= {"searcher_nested_in": "random-2x" if base["searcher"] == "random" else ""}
    row |= {"scheduler_trains_all": base["scheduler"] == "fifo"}
    if status in ("incompatible", "unavailable"):
        return [row], [], []
    if base["scheduler"] == "pbt-replay":
        row["epochs_before"] = base["trials"] * base["epochs"]
    row["trials_asked"] = base["trials"] * (2 if base["searcher"] == "random-2x" else 1)
    trials, results = _train(row, rng, chance, clean)
    if status != "ok":
        results = results[: len(results) // 2]
        return [row | _ledger(row, results, rng)], trials, results
    finite = [r for r in results if np.isfinite(r["val_accuracy"])]
    best = max(finite, key=lambda r: r["val_accuracy"])
    row |= {"best": best["val_accuracy"], "best_trial": best["trial_id"], "best_epoch": best["epoch"]}
    row |= {
        "test_metric": "test_accuracy",
        "test": best["val_accuracy"] - 0.004,
        "checkpoint": f"best/{key}.pt",
    }
    return [row | _ledger(row, results, rng)], trials, results


def _train(row: Row, rng: np.random.Generator, chance: float, clean: bool) -> tuple[list[Row], list[Row]]:
    """Simulate the workers: a trial after the other on each of them, results in the order of arrival."""
    skill = 0.004 * (SEARCHERS + MORE_SEARCHERS).index(row["searcher"])
    free = np.zeros(row["workers"])
    trials: list[Row] = []
    results: list[Row] = []
    for number in range(1 if row["scheduler"] == "pbt-replay" else row["trials_asked"]):
        worker = int(np.argmin(free))
        trial = {"key": row["key"], "trial_id": f"t{number:03d}", "number": number, "reason": ""}
        rate = float(10 ** rng.uniform(-4, 0))
        trial |= {"config/lr": rate, "config/momentum": float(rng.uniform(0.1, 0.9))}
        trial["config"] = json.dumps({"lr": rate, "momentum": trial["config/momentum"]})
        rows = list(_curve(row, trial, rng, rng.random() < chance, skill, float(free[worker]), clean))
        results += rows
        end = rows[-1]["clock"] if rows else free[worker]
        values = [r["val_accuracy"] for r in rows if np.isfinite(r["val_accuracy"])]
        trial |= {"epochs": len(rows), "best": max(values, default=None), "started": float(free[worker])}
        trial |= {"ended": end, "status": "failed" if trial["decision"] == "failed" else "ok"}
        trials.append(trial)
        free[worker] = end + 0.05
    results.sort(key=lambda r: r["clock"])
    for seq, result in enumerate(results):
        result["seq"] = seq
    return trials, results


def _curve(
    row: Row, trial: Row, rng: np.random.Generator, hopeless: bool, skill: float, clock: float, clean: bool
) -> Iterator[Row]:
    """Yield the results of a trial; sets its decision."""
    fails = not clean and rng.random() < 0.06
    stops = row["scheduler"] in ("asha", "hyperband", "hb-bohb", "median")
    last = int(rng.choice([1, 3, row["epochs"]], p=[0.4, 0.3, 0.3])) if stops else row["epochs"]
    last = min(last, row["epochs"])
    trial["decision"] = "failed" if fails else "stopped" if last < row["epochs"] else "completed"
    top, speed = 0.95 + skill / 2 + 0.008 * rng.standard_normal(), rng.uniform(0.6, 1.4)
    shift = 0
    for index in range(max(1, last // 2) if fails else last):
        cost = float(0.5 * rng.lognormal(0, 0.2))
        clock += cost
        if "pbt" in row["scheduler"] and index == 4 and rng.random() < 0.4:
            shift, hopeless = -2, False  # an exploit: goes on from the donor's checkpoint
        value = 0.1 + 0.01 * rng.standard_normal() if hopeless else top - 0.5 * np.exp(-speed * (index + 1))
        if hopeless and rng.random() < 0.2:
            value = float("nan")
        decision = "CONTINUE" if index < last - 1 else "STOP" if last < row["epochs"] else "END"
        yield {
            "key": row["key"],
            "trial_id": trial["trial_id"],
            "epoch": index + 1 + shift,
            "clock": clock,
            "cost": cost,
            "decision": decision,
            "config": trial["config"],
            "val_accuracy": float(min(value, 0.99)),
            "train_loss": float(1 - min(value, 0.99)) if np.isfinite(value) else None,
        }


def _ledger(row: Row, results: list[Row], rng: np.random.Generator) -> Row:
    wall = max((r["clock"] for r in results), default=0.0) + 0.3
    train = sum(r["cost"] for r in results)
    suggest = 0.02 * wall * (1 + 8 * (row["searcher"] in ("bayesopt", "bohb"))) * float(rng.uniform(0.8, 1.2))
    decide = 0.01 * wall * (1 + 6 * (row["scheduler"] == "pb2"))
    bookkeeping = 0.08 * wall
    return {
        "wall_s": wall,
        "suggest_s": suggest,
        "decide_s": decide,
        "ray_s": bookkeeping,
        "wait_s": wall - suggest - decide - bookkeeping,
        "train_s": train,
        "idle_s": max(0.0, row["workers"] * wall - train),
        "concurrency": train / wall,
        "epochs_spent": len(results),
        "started_at": "2025-01-01T00:00:00+00:00",
    }
