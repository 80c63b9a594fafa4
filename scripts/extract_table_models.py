"""Extraction of the models of the shipped tables from their cards, where version 0.1 kept them.

    python -m scripts.extract_table_models

The curves and the configurations keep their bytes, so every key and version that names them stays.
"""

from __future__ import annotations

from benchmarks.curves.recorded.card import CARD, MODEL
from benchmarks.curves.recorded.table import SHIPPED, card_of, extract_model


def main() -> None:
    """Rewrite the tables whose model still is in the card."""
    for path in sorted(SHIPPED.glob(f"*/{CARD}")):
        if MODEL not in card_of(path.parent)["sha256"]:
            extract_model(path.parent)
            print(f"{path.parent.name}: wrote {MODEL} and {CARD}")


if __name__ == "__main__":
    main()
