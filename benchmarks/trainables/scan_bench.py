"""ScAn-Bench's runs of a language model, a CLIP model and TabPFN, of which size and data are hyperparameters.

The trials of one task differ up to a hundredfold in what they cost, so compare by seconds, not by trials.

* ``scan-llm``: decoder-only transformers.  An epoch is a quarter of a training.  Evaluations lie at other
  shares of each training; a loss between two is taken from the straight line through them, in logarithms.
  Most trainings were evaluated in the middle and at the end alone: their other quarters are regressed on
  these two, as they go together in the trainings that have all.  No seconds were recorded; one is 1e14 FLOPs.
* ``scan-vlm``: OpenCLIP models that were trained for 5 to 10 epochs.  An epoch is a fifth of a training,
  between evaluations as above.  Seconds are those of one GPU, of several kinds (A100, H100).
* ``scan-tabpfn``: TabPFN, losses after training alone: one epoch.  A second is 1e12 FLOPs.

Every configuration was trained once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from ray import tune

from benchmarks.trainables._surrogate import (
    Floats,
    PackagedCurves,
    Surrogate,
    packaged_file,
    surrogate_task,
)

PACKAGE, VERSION = "scan-bench", "0.2.3"
SOURCE = "ScAn-Bench (github.com/automl/scan_bench), MIT"
QUARTERS, FIFTHS = np.array([0.25, 0.5, 0.75, 1.0]), np.array([0.2, 0.4, 0.6, 0.8, 1.0])
SLACK = 0.02  # of a training: an evaluation so much after a share counts as one at it
LLM_RATE, TABPFN_RATE = 1e14, 1e12  # FLOPs of a second
WIDTHS, BATCHES = [32, 64, 128, 192, 256, 320, 384, 448, 512], [512, 2048, 4096, 8192]
#: File in the package -> the first digits of its SHA-256.
FILES = {
    "scan_bench/llm/configs_intermediate_summary.csv": "fe7fb43e38410f966556564404f7467c",
    "scan_bench/vlm/data.csv": "4a7db751bdca8a66ace40ad71a0827b8",
    "scan_bench/tabpfn/data.csv": "cdfbd5120cd81e9b8f5d3aaccf819eff",
}


def _frame(path: str) -> pd.DataFrame:
    return pd.read_csv(packaged_file(PACKAGE, path, FILES[path]), low_memory=False)


def llm_space() -> Mapping[str, Any]:
    """Return the ranges in which the language models lie."""
    return {
        "lr": tune.loguniform(1e-5, 1e-2),
        "weight_decay": tune.loguniform(1e-3, 0.2),
        "beta1": tune.uniform(0.8, 0.99),
        "beta2": tune.uniform(0.9, 0.999),
        "cooldown": tune.uniform(0.0, 0.3),
        "log2_batch_size": tune.randint(5, 8),
        "d_model": tune.qrandint(256, 1600, 64),
        "n_layers": tune.randint(4, 31),
        "n_heads": tune.qrandint(4, 40, 2),
        "n_tokens": tune.loguniform(2e8, 4e10),
    }


def vlm_space() -> Mapping[str, Any]:
    """Return the ranges of ``scan_bench/vlm/spaces.py``, of the trainings that are here.

    Widths and batch sizes are chosen by their index in ``WIDTHS`` and ``BATCHES``.
    """
    return {
        "lr": tune.loguniform(1e-5, 5e-2),
        "wd": tune.loguniform(1e-6, 0.2),
        "warmup_fraction": tune.uniform(0.0, 0.75),
        "beta1": tune.uniform(0.9, 0.99),
        "beta2": tune.uniform(0.95, 0.999),
        "eps": tune.loguniform(1e-8, 1e-6),
        "batch_size": tune.randint(0, len(BATCHES)),
        "text_width": tune.randint(0, len(WIDTHS)),
        "vision_width": tune.randint(0, len(WIDTHS)),
        "n_samples": tune.loguniform(2.4e7, 1.2e8),
    }


def tabpfn_space() -> Mapping[str, Any]:
    """Return the values of the TabPFN trainings; numbers that double are chosen by their exponent of 2."""
    return {
        "lr": tune.loguniform(1e-4, 5e-2),
        "log2_batch_size": tune.randint(4, 9),
        "log2_features": tune.randint(5, 8),
        "log2_embedding": tune.randint(2, 9),
        "log2_layers": tune.randint(1, 6),
        "log2_datapoints": tune.randint(7, 10),
        "log2_cells": tune.randint(20, 36),
    }


def at_shares(shares: Floats, losses: Floats, wanted: Floats) -> Floats:
    """Return losses at shares of a training; NaN before the first evaluation.

    Args:
        shares: shape (n,), of the evaluations, rising.
        losses: shape (n,), positive or NaN.
        wanted: shape (m,).
    """
    found = np.exp(np.interp(wanted, shares, np.log(losses)))
    return np.where(wanted < shares[0] - SLACK, np.nan, found)


def regressed(losses: Floats) -> Floats:
    """Return losses, shape (n, epochs), whose NaN are regressed on the row's others, in logarithms.

    The mean of a normal distribution given what is known, fitted to the rows that have all.
    """
    logs, whole = np.log(losses), np.isfinite(losses).all(1)
    mean, spread = logs[whole].mean(0), np.cov(logs[whole].T)
    for row in np.flatnonzero(~whole):
        known = np.isfinite(logs[row])
        weights = np.linalg.solve(spread[np.ix_(known, known)], spread[np.ix_(known, ~known)])
        logs[row, ~known] = mean[~known] + (logs[row, known] - mean[known]) @ weights
    return np.exp(logs)


def llm() -> PackagedCurves:
    """Return the trainings of language models that have an evaluation in their first half."""
    frame = _frame("scan_bench/llm/configs_intermediate_summary.csv").sort_values(["config_id", "eval_step"])
    configs, losses, seconds = [], {"val_loss": [], "test_loss": []}, []  # type: ignore[var-annotated]
    for _, run in frame.groupby("config_id"):
        shares, last = run["step_fraction"].to_numpy(float), run.iloc[-1]
        if shares[0] > 0.5 + SLACK or shares[-1] < 1 - SLACK:
            continue
        for name, column in (("val_loss", "valid_loss"), ("test_loss", "test_loss")):
            losses[name].append(at_shares(shares, run[column].to_numpy(float), QUARTERS))
        batch = last["micro_batch_size"] * last["grad_accumulation_steps"] * last["recommended_num_gpus"]
        configs.append(
            {name: float(last[name]) for name in ("lr", "weight_decay", "beta1", "beta2")}
            | {"cooldown": float(last["cooldown_steps"]), "log2_batch_size": round(np.log2(batch))}
            | {name: int(last[name]) for name in ("d_model", "n_layers", "n_heads")}
            | {"n_tokens": float(last["n_tokens"])}
        )
        seconds.append(float(last["total_flops"]) / LLM_RATE / len(QUARTERS))
    values = {name: regressed(np.array(rows)) for name, rows in losses.items()}
    return PackagedCurves(configs, values, np.array(seconds))


def vlm() -> PackagedCurves:
    """Return the trainings of CLIP models for 5 epochs or more; a diverged one has NaN from there on."""
    frame = _frame("scan_bench/vlm/data.csv").sort_values(["config_id", "epoch"])
    names = ("lr", "wd", "warmup_fraction", "beta1", "beta2", "eps")
    configs, losses, seconds = [], {"val_loss": [], "test_loss": []}, []  # type: ignore[var-annotated]
    for _, run in frame[frame["total_epochs"] >= len(FIFTHS)].groupby("config_id"):
        first, total = run.iloc[0], float(run["total_epochs"].iloc[0])
        sound = run[~run["epoch_diverged"].astype(bool) & run["val_loss"].notna() & run["test_loss"].notna()]
        ended = sound["epoch"].max() / total if len(sound) else 0.0
        if ended < 1 and not run["epoch_diverged"].any():
            continue  # it was broken off
        shares = sound["epoch"].to_numpy(float) / total
        for name, rows in losses.items():
            known = at_shares(shares, sound[name].to_numpy(float), FIFTHS) if len(sound) else FIFTHS * np.nan
            rows.append(np.where(ended + 1e-9 < FIFTHS, np.nan, known))
        configs.append(
            {name: float(first[name]) for name in names}
            | {"batch_size": BATCHES.index(first["global_batch_size"])}
            | {name: WIDTHS.index(first[name]) for name in ("text_width", "vision_width")}
            | {"n_samples": float(first["total_samples_planned"])}
        )
        measured = run.loc[run["train_duration(s)"] > 10, "train_duration(s)"]
        seconds.append(float(measured.median() * first["world_size"] * total / len(FIFTHS)))
    return PackagedCurves(configs, {n: np.array(rows) for n, rows in losses.items()}, np.array(seconds))


def tabpfn() -> PackagedCurves:
    """Return the trainings of TabPFN, with their loss on data of its prior, and on real data."""
    frame = _frame("scan_bench/tabpfn/data.csv")
    columns = {
        "log2_batch_size": "config/effective_batch_size",
        "log2_features": "config/max_features",
        "log2_embedding": "config/model_config.embedding_size",
        "log2_layers": "config/model_config.num_layers",
        "log2_datapoints": "config/num_datapoints_max",
        "log2_cells": "total_cells",
    }
    configs = [
        {"lr": float(row["config/lr"])} | {name: round(np.log2(row[of])) for name, of in columns.items()}
        for row in frame.to_dict("records")
    ]
    values = {"val_loss": "val/val_loss", "real_loss": "real_data/nll"}
    losses = {name: frame[column].to_numpy(float)[:, None] for name, column in values.items()}
    return PackagedCurves(configs, losses, frame["total_flops"].to_numpy(float) / TABPFN_RATE)


SURROGATES = {
    "llm": Surrogate("scan-llm", PACKAGE, llm, llm_space),
    "vlm": Surrogate("scan-vlm", PACKAGE, vlm, vlm_space),
    "tabpfn": Surrogate("scan-tabpfn", PACKAGE, tabpfn, tabpfn_space),
}
_SUMMARIES = {
    "llm": ("language models of 16M to 1B parameters, size and data too", "test_loss", len(QUARTERS)),
    "vlm": ("CLIP models, widths and data too", "test_loss", len(FIFTHS)),
    "tabpfn": ("TabPFN, size and data too; final losses", "real_loss", 1),
}
for _key, (_summary, _test, _epochs) in _SUMMARIES.items():
    globals()[_key.upper()] = surrogate_task(
        SURROGATES[_key],
        f"ScAn-Bench's {_summary}",
        version=VERSION,
        source=SOURCE,
        test_metric=_test,
        epochs=_epochs,
        home=__name__,
    )
