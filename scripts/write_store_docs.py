"""Write docs/store.md, the description of every column, from ``results.store.schema``.

python scripts/write_store_docs.py
"""

from __future__ import annotations

from pathlib import Path

from results.store.schema import TABLES

INTRO = """# The result store

Written by `python scripts/write_store_docs.py` from `results/store/schema.py`.

A run folder holds three tables, each in one or more Parquet files; `pandas.read_parquet` is enough to read
them, `results.load(folder)` reads all three at once. A file of `experiments` commits the files of the same
name in `trials` and `results`: rows of the others do not count.

`trials` has besides these one typed column `config/NAME` for each hyperparameter, `results` one column for
each metric that the trainable reports. Missing values are null.

## Metrics

A metric's column has its own name: `val_accuracy`. A nested report is flattened as Ray does it:
`{"eval": {"score": 0.9}}` is the metric `eval/score`. A metric that is called like a column of the table or
like a field that Tune adds to each result, or whose name begins with `config/` or `metric/`, is in the column
`metric/NAME`: `metric/cost`, `metric/epoch`. `results.store.schema.metric_column(name)` says which.

A number is whatever converts to a float: Python's and NumPy's numbers, `True` (1) and `False` (0), arrays and
tensors of one element (NumPy, PyTorch, JAX). Anything else (text, `None`, a longer array) is no number, and
its column is null.

A metric need not be reported in every epoch. Where it is not, its column is null, and for the searcher and
the scheduler the trial keeps the value that it reported last; before its first value, the scheduler is not
asked and the trial goes on. The incumbent moves at reported values only. A trial that ends without any value
teaches its searcher what a failed one does.
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
