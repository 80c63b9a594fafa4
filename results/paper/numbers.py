r"""Numbers for a text to quote: each a LaTeX command, and the same as JSON.

``\tgBestScore`` in a paper is then what the store says.  Names have letters only, as LaTeX wants it; digits
are spelt out, so that the task hartmann3 gives ``\tgBestScoreHartmannThree``.  If a run has several settings
that do not compare (engines, devices, workers), the names of the second end in B, those of the third in C.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from results.compare.comparison import Comparison
from results.errors import ResultsError
from results.paper.comparison_numbers import best, effects, headlines
from results.paper.number import PREFIX, Number, count, letters, named
from results.store.schema import STATUSES
from results.tables.render import tex
from results.tables.table_inputs import TableInputs, each_task


def numbers(inputs: TableInputs) -> list[Number]:
    """Return all numbers of a run that are known, their names unique."""
    unique: dict[str, Number] = {}
    for number in _all(inputs):
        name = number.name
        while name in unique:  # two tasks whose names differ in punctuation only
            name += "X"
        if not isinstance(number.value, float) or math.isfinite(number.value):
            unique[name] = number._replace(name=name)
    return list(unique.values())


def as_tex(quoted: list[Number]) -> str:
    r"""Return a ``\newcommand`` a number, each with a comment that says what it is."""
    lines = [
        rf"\newcommand{{\{number.name}}}{{{tex(number.text)}}} % {' '.join(number.comment.split())}"
        for number in quoted
    ]
    return "\n".join(lines) + "\n"


def as_json(quoted: list[Number]) -> str:
    """Return the same as JSON: name -> value, text, comment."""
    plain = {
        number.name: {"value": number.value, "text": number.text, "comment": number.comment}
        for number in quoted
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def _all(inputs: TableInputs) -> Iterator[Number]:
    yield from _run(inputs)
    try:
        comparisons = inputs.comparisons
    except ResultsError:
        return  # nothing can be compared, but what was run can be counted
    for index, comparison in enumerate(comparisons):
        end = chr(ord("A") + index) if index else ""
        for number in _comparison(comparison):
            yield number._replace(
                name=number.name + end, comment=f"{number.comment}; {comparison.conditions}"
            )


def _run(inputs: TableInputs) -> Iterator[Number]:
    experiments = inputs.run.experiments
    yield count("Experiments", len(experiments), "experiments in the store, whatever their status")
    for status in STATUSES:
        many = int(experiments["status"].eq(status).sum())
        yield count(f"Experiments{letters(status)}", many, f"experiments with status {status}")
    for column, name in (("trainable", "Tasks"), ("searcher", "Searchers"), ("scheduler", "Schedulers")):
        yield count(name, experiments[column].nunique(), f"different {column}s in the store")
    pairs = experiments[["searcher", "scheduler"]].drop_duplicates()
    yield count("Combinations", len(pairs), "combinations in the store, whatever their status")
    yield count("Epochs", experiments["epochs_spent"].sum(), "epochs trained, over all experiments")


def _comparison(comparison: Comparison) -> Iterator[Number]:
    yield named("Engine", str(comparison.settings["engine"]), "engine")
    yield named("Device", str(comparison.settings["device"]), "device")
    yield count("Workers", comparison.settings["workers"], "trials at the same time")
    counts = comparison.complete.counts
    few, most = min(counts), max(counts)
    text = str(few) if few == most else f"{few} to {most}"
    yield Number(f"{PREFIX}Repetitions", float(few), text, "repetitions of each combination on each task")
    experiments = comparison.experiments
    for column, name, text in (
        ("trials", "BudgetTrials", "trials"),
        ("epochs", "BudgetEpochs", "epochs of a trial"),
    ):
        if experiments[column].nunique() == 1:
            yield count(name, experiments[column].iloc[0], f"budget of an experiment: {text}")
    yield count(
        "Compared", comparison.complete.table.shape[1], "combinations with a result in every repetition"
    )
    yield from best(comparison, "")
    yield from headlines(comparison, "")
    for task, alone in each_task(comparison).items():
        yield from best(alone, letters(task))
        yield from headlines(alone, letters(task))
    yield from effects(comparison)
