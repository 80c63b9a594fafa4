"""The card of a recorded table: its required fields, its checksum, and its layout as a page to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from benchmarks.suite.constants import Constants
from results.store.documents import digest

CARD, CURVES, CONFIGS, MODEL = "card.json", "curves.parquet", "configs.parquet", "model.npz"
WIDTH = 110  # characters of a line
#: Required fields; the maker of a table may add others.
_KINDS: dict[str, type] = {
    **dict.fromkeys(("trainable", "metric", "mode", "data"), str),
    **dict.fromkeys(("configs", "seeds", "epochs", "train_size"), int),
    **dict.fromkeys(("space", "cost", "constants", "model", "sha256"), dict),
    "metrics": list,
}


def invalid(card: Any) -> str:
    """Return why JSON data is not a card, or is one that was changed; "" for a card."""
    if not isinstance(card, dict):
        return "it is not a JSON object"
    for name, kind in _KINDS.items():
        if not isinstance(card.get(name), kind) or isinstance(card[name], bool):
            return f"it has no {name}"
    sums = card["sha256"]
    if CARD in sums and sums[CARD] != _checksum(card):
        return "it does not fit its checksum"
    if {*sums} - {CARD, MODEL} != {CURVES, CONFIGS}:
        return f"its checksums are not those of {CURVES}, {CONFIGS} and {MODEL}"
    if card["mode"] not in ("min", "max") or card["metric"] not in card["metrics"]:
        return "its metric is not among its metrics, or its mode is not min or max"
    if min(card["configs"], card["seeds"], card["epochs"]) < 1:
        return "it has no configurations, seeds or epochs"
    numbers = [*card["constants"].values(), card["cost"].get("median_seconds")]
    numeric = all(isinstance(number, int | float) for number in numbers)
    return "" if numeric and {*card["constants"]} == {*Constants._fields} else "its constants are not numbers"


def sealed_card(card: Mapping[str, Any], sums: Mapping[str, str]) -> str:
    """Return the text of a card with the checksums of its table's files and of itself."""
    content = json.loads(json.dumps({**card, "sha256": dict(sums)}))  # as it is read
    content["sha256"][CARD] = _checksum(content)
    return _laid_out(content, "") + "\n"


def _checksum(card: Mapping[str, Any]) -> str:
    """Return the checksum of a card without its own entry among the checksums."""
    return digest({**card, "sha256": {name: s for name, s in card["sha256"].items() if name != CARD}})


def _laid_out(value: Any, indent: str) -> str:
    """Return JSON with each object or list in one line where it fits."""
    line = json.dumps(value)
    if not isinstance(value, dict) or not value or (indent and len(indent) + len(line) <= WIDTH):
        return line
    inner = indent + " "
    entries = [f"{inner}{json.dumps(key)}: {_laid_out(item, inner)}" for key, item in value.items()]
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
