"""Write docs/store.md, the description of every column, from ``results.schema``.

python scripts/write_store_docs.py
"""

from __future__ import annotations

from pathlib import Path

from results.schema import TABLES

INTRO = """# The result store

Written by `python scripts/write_store_docs.py` from `results/schema.py`.

A run folder holds three tables, each in one or more Parquet files; `pandas.read_parquet` is enough to read
them, `results.load(folder)` reads all three at once. A file of `experiments` commits the files of the same
name in `trials` and `results`: rows of the others do not count.

`trials` has besides these one typed column `config/NAME` for each hyperparameter, `results` one column for
each metric that the trainable reports. Missing values are null.
"""


def text() -> str:
    """Return the document."""
    parts = [INTRO]
    for table, columns in TABLES.items():
        parts += [f"## {table}\n", "| column | type | meaning |", "|---|---|---|"]
        parts += [f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in columns.items()]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("docs", "store.md").write_text(text())
