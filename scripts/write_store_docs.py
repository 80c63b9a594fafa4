"""Writer of docs/store.md: the fields of an experiment and every column of the store.

python -m scripts.write_store_docs
"""

from __future__ import annotations

from pathlib import Path

from results.store.field import Field
from results.store.fields import FIELDS
from results.store.schema import TABLES

INTRO = """# The result store

Written by `python -m scripts.write_store_docs` from `results/store/schema.py` and `results/store/fields.py`.

A run folder holds three tables, each in one or more Parquet files; `pandas.read_parquet` is enough to read
them, `results.load(folder)` reads all three at once. A file of `experiments` commits the files of the same
name in `trials` and `results`: rows of the others do not count.

In addition, `trials` has one typed column `config/NAME` for each hyperparameter, and `results` one column for
each metric that the trainable reports. Missing values are null.

## Metrics

A metric's column has its own name: `val_accuracy`. A nested report is flattened as Ray does it:
`{"eval": {"score": 0.9}}` is the metric `eval/score`. A metric that is called like a column of the table or
like a field that Tune adds to each result, or whose name begins with `config/` or `metric/`, is in the column
`metric/NAME`: `metric/cost`, `metric/epoch`. `results.store.schema.metric_column(name)` returns the column.

Values that convert to a float are numbers: Python's and NumPy's numbers, `True` (1) and `False` (0), arrays
and tensors of one element (NumPy, PyTorch, JAX). The column of any other value (text, `None`, a longer array)
is null.

A metric need not be reported in every epoch. Where it is missing, its column is null, and the searcher and
the scheduler see the value that the trial reported last. Before the first value the scheduler is not asked,
and the trial continues. The incumbent moves at reported values only. To its searcher, a trial that ends
without any value counts as failed.
"""


#: What a field without limits may be.
_KINDS = {str: "text", int: "whole number", float: "number"}

FIELDS_INTRO = """## Fields of an experiment

These identify an experiment; `results/store/fields.py` declares them. The option's name is also the key of a
spec file, with underscores. The default is a grid's; presets change some. "since" is the version of the store
that added the column; an older store is read as if every experiment had the default.
"""


def text() -> str:
    """Return the document."""
    parts = [INTRO, FIELDS_INTRO, _table("option", "column", "unit", "values", "default", "since", "help")]
    parts[-1] += "".join(_row(field) for field in FIELDS)
    for table, columns in TABLES.items():
        parts += [f"## {table}\n", _table("column", "type", "meaning")]
        parts[-1] += "".join(_line(f"`{n}`", str(kind), meaning) for n, (kind, meaning) in columns.items())
    return "\n".join(parts)


def _row(field: Field) -> str:
    """Return a field's line of the table of fields."""
    options = ", ".join(f"`--{name.replace('_', '-')}`" for name in (field.grid, *field.aliases))
    value = field.grid_default
    values = field.limits or ("globs" if isinstance(value, tuple) and not field.axis else _KINDS[field.type])
    return _line(
        options,
        f"`{field.column}`",
        field.unit,
        values,
        f"`{field.as_typed(value)}`",
        str(field.since),
        field.help,
    )


def _table(*columns: str) -> str:
    return _line(*columns) + "|" + "---|" * len(columns) + "\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("docs", "store.md").write_text(text())
