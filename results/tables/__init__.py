"""Tables of a run for a text, in LaTeX (booktabs), Markdown and CSV.

``python -m results.tables RUN [RUN ...] [--out DIR] [--only NAME ...] [--format latex markdown csv]``

Bold is what a test supports, and nothing else: ``results.tables.table_inputs.marked`` states the rule, and so
does each caption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from results.tables.aggregates import aggregates
from results.tables.combinations import best_by_task, rankings, scores
from results.tables.effects import effects, gain, schedulers, searchers
from results.tables.headlines import headlines
from results.tables.model import Table
from results.tables.options import options
from results.tables.record import environment, statuses
from results.tables.table_inputs import TableInputs

__all__ = ["TABLES", "Table", "TableInputs"]

#: Each yields as many tables as there is data for.
TABLES: dict[str, Callable[[TableInputs], Iterator[Table]]] = {
    "scores": scores,
    "ranking": rankings,
    "best-by-task": best_by_task,
    "effects": effects,
    "searchers": searchers,
    "schedulers": schedulers,
    "gain": gain,
    "aggregates": aggregates,
    "statuses": statuses,
    "environment": environment,
    "headline": headlines,  # these come last, so that the ids of the others in a paper stay
    "options": options,
}
