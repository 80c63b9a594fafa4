"""Known results in a file: those of an earlier run, or a table of another tuner."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.core.refusal import one_line, shown
from benchmarks.suite.misuse import Misuse

if TYPE_CHECKING:
    import pandas as pd

#: What other tuners write before the name of a hyperparameter: Ray's ResultGrid, Optuna's study.
PREFIXES = ("config/", "params_")
#: The name that Optuna's table has for its only metric.
OPTUNA_VALUE = "value"
#: Columns that say how many epochs a result is of: those of the store, of Ray.
EPOCHS = ("epochs", "training_iteration")
#: What a run's own copy in its folder is called.
COPY = "known.json"
MOST_BYTES = 50 * 10**6


@dataclass(frozen=True)
class KnownResult:
    """One evaluated configuration, as its file has it.

    Attributes:
        task: whose result it is; "" if the file does not say.
        values: hyperparameter -> value, perhaps with others among them; nested, or with flat names.
        metrics: name -> value.
        epochs: that it was trained for; None if the file does not say.
    """

    task: str
    values: Mapping[str, Any]
    metrics: Mapping[str, Any]
    epochs: int | None = None


def read_known(path: Path) -> list[KnownResult]:
    """Return the results in a run folder, a CSV or Parquet table, or a run's own copy.

    Raises:
        Misuse: if there is no such file, or it is none of these.
    """
    if path.is_dir():
        return list(_of_run(path))
    if not path.is_file():
        raise Misuse(
            f"known is {str(path)!r}, which is not there; give a run's folder, a CSV or a Parquet file"
        )
    if path.stat().st_size > MOST_BYTES:
        raise Misuse(f"known: {path} has more than {MOST_BYTES:,} bytes; give a shorter table of results")
    try:
        if path.name == COPY:
            return [_of_copy(row) for row in json.loads(path.read_text())]
        import pandas as pd

        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (ValueError, TypeError, OSError) as error:  # pandas' and Arrow's own errors are ValueErrors
        raise Misuse(
            f"known: {path} cannot be read as {path.suffix.removeprefix('.') or 'csv'} "
            f"({one_line(str(error))}); give a table with a column for each hyperparameter and the metric"
        ) from error
    return list(_of_table(table))


def copied(results: list[KnownResult]) -> str:
    """Return results as the text of a run's own copy."""
    return json.dumps([asdict(result) for result in results], indent=0) + "\n"


def _of_copy(row: Mapping[str, Any]) -> KnownResult:
    result = KnownResult(**row)
    if not (
        isinstance(result.task, str) and isinstance(result.values, dict) and isinstance(result.metrics, dict)
    ):
        raise ValueError(f"{shown(row)} is no result")
    return result


def _of_run(folder: Path) -> Iterator[KnownResult]:
    """Yield the last result of each trial of a run: what its searcher was told when the trial ended."""
    from results.compare.run import load
    from results.errors import ResultsError
    from results.store.schema import metric_column

    try:
        run = load(folder)
        experiments = run.experiments[run.experiments["status"] == "ok"].set_index("key")
        last = run.results.sort_values("seq").groupby(["key", "trial_id"], sort=False).tail(1)
    except (ResultsError, OSError, KeyError) as error:
        raise Misuse(f"known: {folder} is no run that can be read ({one_line(str(error))})") from error
    for row in last[last["key"].isin(experiments.index)].to_dict(orient="records"):
        of = experiments.loc[row["key"]]
        value = row.get(metric_column(of["metric"]))
        metrics = {str(of["metric"]): _plain(value)}
        yield KnownResult(str(of["trainable"]), json.loads(row["config"]), metrics, int(row["epoch"]))


def _of_table(table: pd.DataFrame) -> Iterator[KnownResult]:
    """Yield the rows of a table, whose columns may be hyperparameters and metrics alike."""
    names = [str(column) for column in table.columns]
    shorter = {name: _without_prefix(name) for name in names}
    epochs = next((name for name in EPOCHS if name in names), None)
    for row in table.itertuples(index=False, name=None):
        given = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        values = given | {shorter[name]: value for name, value in given.items() if shorter[name] != name}
        trained = given.get(epochs) if epochs else None
        whole = isinstance(trained, int | float) and trained >= 1
        yield KnownResult("", values, given, int(trained) if whole and trained is not None else None)


def _without_prefix(name: str) -> str:
    return next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)


def _plain(value: Any) -> Any:
    """Return a cell as one of Python's values that JSON can hold; None for one that is missing."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return None if value is None or str(value) == "<NA>" else str(value)
