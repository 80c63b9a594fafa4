"""Recommendation with the lines of Python that use it: ``tunegrid recommend``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from benchmarks.suite.registry import TRAINABLES
from benchmarks.usage import UsageSettings, lines
from results import recommend
from results.compare.comparison import Comparison
from results.console import on_console
from results.parser import Parser
from results.store.parts import Combination

PROG = "python -m benchmarks.recommend"


def usage(comparison: Comparison, pair: Combination) -> Mapping[str, str]:
    """Return the lines of Python that use a combination as it was run on the first task."""
    rows = comparison.outcomes
    row = rows[(rows["searcher"] == pair[0]) & (rows["scheduler"] == pair[1])].iloc[0]
    named = comparison.experiments.set_index("key").loc[row["key"]]
    task = TRAINABLES.get(str(named["trainable"]))
    settings = UsageSettings(
        str(row["metric"]),
        str(row["mode"]),
        int(row["trials"]),
        int(row["epochs"]),
        int(row["workers"]),
        task.mutable if task else (),
    )
    return lines(str(named["searcher"]), pair[1], settings)


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    return recommend.parser(prog)


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse or a run without such experiments."""
    return recommend.answer(arguments, prog, usage)


if __name__ == "__main__":
    sys.exit(main())
