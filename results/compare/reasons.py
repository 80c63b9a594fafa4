"""Reasons of experiments without a result, in one line each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from results.store.parts import Combination


def reason_line(reason: Any, limit: int = 240) -> str:
    """Return a reason in one line: of a traceback its last line, without the frames.

    What is longer than ``limit`` characters ends with a whole word, if it has any.
    """
    lines = [line.strip() for line in str(reason).splitlines() if line.strip()] if pd.notna(reason) else []
    if not lines:
        return "no reason was recorded"
    text = lines[-1] if lines[0].startswith("Traceback") else lines[0]
    if len(text) <= limit:
        return text
    cut = text[: limit - 2]
    return (cut.rpartition(" ")[0] or cut).rstrip() + " …"


def why_failed(experiment: Mapping[Hashable, Any]) -> str:
    """Return status and reason, in one line, of an experiment without a finite metric."""
    if experiment["status"] == "ok":  # a reason too, though no engine gave it
        return "ok, no finite metric"
    return f"{experiment['status']}: {reason_line(experiment['reason'])}"


def reasons(experiments: pd.DataFrame) -> dict[Combination, tuple[str, ...]]:
    """Return status and reason of each way in which the combinations failed, a line each.

    Args:
        experiments: without a finite metric; with task, repetition, label, scheduler, status and reason.
    """
    lines: dict[Combination, list[str]] = {}
    for row in experiments.sort_values(["task", "repetition"]).to_dict("records"):
        lines.setdefault((row["label"], row["scheduler"]), []).append(why_failed(row))
    return {pair: tuple(dict.fromkeys(texts)) for pair, texts in lines.items()}
