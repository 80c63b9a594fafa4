"""Pairing: the share of variance that it removed from the differences of combinations in a run.

``python -m results.pairing RUN [--top N] [--json | --csv]``
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.arguments import add_forms, add_runs, add_top
from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.nesting import note
from results.compare.run import load
from results.console import on_console
from results.numerals import Numerals
from results.parser import Parser
from results.statistics.paired import LEAST, fisher, medians, pairing

PROG = "python -m results.pairing"
FEW = 10  # repetitions; with fewer, correlations are mostly chance
_TWO = Numerals(2, plain=True)
GROUPS = ("all", "same scheduler", "same searcher", "nothing in common")
NOTES = ("both constant", "one constant", "only a shift")


def score_table(comparison: Comparison) -> pd.DataFrame:
    """Return the scores of ok experiments, higher is better; NaN where there is none.

    A row a repetition, columns (searcher, scheduler), the searchers by their labels.
    """
    experiments = comparison.experiments
    ok = experiments[(experiments["status"] == "ok") & np.isfinite(experiments["best"])]
    labelled = ok.assign(score=comparison.sign * ok["best"], searcher=ok["label"])
    columns = ["searcher", "scheduler"]
    table: pd.DataFrame = labelled.pivot_table(index="repetition", columns=columns, values="score")
    return table


def pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each pair with enough common repetitions, the most variance removed first.

    Columns: one, other (combinations), group (of ``GROUPS``), n, correlation, low, high (of the correlation),
    removed, worth, note (of ``NOTES``).
    """
    matrices = pairing(table.to_numpy(dtype=np.float64))
    i, j = np.nonzero(np.triu(matrices.n >= LEAST, 1))
    names, axes = np.array([" x ".join(column) for column in table.columns], dtype=object), _axes(table)
    n, correlation, removed, worth = (array[i, j] for array in matrices)
    low, high = fisher(correlation, n)
    frame = pd.DataFrame(
        {
            **{"one": names[i], "other": names[j], "group": GROUPS[3], "n": n.astype(int)},
            **{"correlation": correlation, "low": low, "high": high, "removed": removed, "worth": worth},
            "note": np.select([np.isnan(removed), np.isnan(correlation), np.isinf(worth)], NOTES, ""),
        }
    )
    for group, same in zip(GROUPS[1:3], axes, strict=True):
        frame.loc[same[i, j], "group"] = group
    return frame.sort_values("removed", ascending=False, kind="stable", ignore_index=True)


def _axes(table: pd.DataFrame) -> list[NDArray[np.bool_]]:
    """Return which combinations have the scheduler in common, and which the searcher."""
    names = [table.columns.get_level_values(level).to_numpy() for level in ("scheduler", "searcher")]
    return [name[:, None] == name for name in names]


def summary(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return how the share removed is distributed in each of ``GROUPS`` that has a pair.

    Args:
        table: see ``score_table``.
        rows: see ``pairs``.

    Returns:
        Columns median, low, high (of the median), pairs, lower, upper (quartiles).
    """
    scheduler, searcher = _axes(table)
    upper = np.triu(np.ones_like(scheduler), 1)
    masks = [upper, upper & scheduler, upper & searcher, upper & ~scheduler & ~searcher]
    removed = {group: rows["removed"][rows["group"].eq(group) | (group == GROUPS[0])] for group in GROUPS}
    spread = {
        group: {"pairs": part.count(), "lower": part.quantile(0.25), "upper": part.quantile(0.75)}
        for group, part in removed.items()
    }
    middle = medians(table.to_numpy(dtype=np.float64), masks)
    frame = pd.DataFrame(middle, GROUPS, ["median", "low", "high"]).join(pd.DataFrame(spread).T)
    return frame[frame["pairs"] > 0]


def as_text(comparison: Comparison, table: pd.DataFrame, top: int) -> str:
    """Return the read-out of a setting for people."""
    counts = table.count().tolist()
    caption = comparison.caption(repetitions(counts)).replace("\N{NO-BREAK SPACE}", " ")
    lines = textwrap.wrap(caption, 110)
    rows = pairs(table)
    if rows["removed"].isna().all():
        why = "constant scores only" if len(rows) else f"none has {LEAST} repetitions in common"
        return "\n".join([*lines, f"  {table.shape[1]} combinations, no pair to look at: {why}"])
    lines.append("  share of variance removed; worth: how many independent repetitions a paired one replaces")
    lines.append(f"  {'':<19}pairs  median  95 % bootstrap  quartiles         worth")
    for group, row in summary(table, rows).iterrows():
        interval = f"[{row['low']:+.2f}, {row['high']:+.2f}]"
        quartiles = f"{row['lower']:+.2f} to {row['upper']:+.2f}"
        worth = 1 / (1 - row["median"]) if row["median"] < 1 else np.inf
        columns = f"{row['median']:+6.2f}  {interval}  {quartiles}  {_TWO(worth):>8}"
        lines.append(f"  {group:<19}{row['pairs']:5.0f}  {columns}")
    if min(counts) < FEW:
        lines.append(
            f"  CAUTION: {min(counts)} repetitions; below {FEW}, intervals are too narrow and much is chance"
        )
    if constant := int(rows["note"].isin(NOTES[:2]).sum()):
        lines.append(f"  {constant} pairs have a combination whose score is the same in all repetitions")
    names = (map(str, table.columns.get_level_values(level)) for level in ("searcher", "scheduler"))
    if nested := note(list(zip(*names, strict=True)), comparison.nested):
        lines += textwrap.wrap(nested, 110, initial_indent="  ", subsequent_indent="    ")
    known = rows.dropna(subset="removed")
    for title, part in (
        ("most", known.head(top)),
        ("least", known.tail(min(top, len(known) - top)).iloc[::-1]),
    ):
        lines += [f"  {title}:"] * bool(len(part)) + [f"    {_line(row)}" for row in part.to_dict("records")]
    return "\n".join(lines)


def as_data(comparison: Comparison, table: pd.DataFrame) -> dict[str, Any]:
    """Return the same as plain data; what is not finite is None."""
    rows = pairs(table)
    frames = {"pairs": rows}
    if len(rows):
        frames["summary"] = summary(table, rows).reset_index(names="group")
    plain = {
        name: json.loads(frame.to_json(orient="records", double_precision=15))
        for name, frame in frames.items()
    }
    return {"setting": comparison.slug, "repetitions": len(table), **plain}


def _line(row: dict[Any, Any]) -> str:
    interval = f"[{row['low']:+.2f}, {row['high']:+.2f}]" if np.isfinite(row["low"]) else row["note"]
    correlation = f"correlation {row['correlation']:+.2f} {interval:<14}"
    who = f"n {row['n']}  {row['one']} | {row['other']}"
    return f"{row['removed']:+.2f}  worth {_TWO(row['worth']):>5}  {correlation}  {who}"


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "How much variance pairing removes from the differences of combinations.")
    add_runs(p)
    add_top(p, 0, 5, "pairs to show at either end")
    add_forms(p, "summary and pairs of every setting", csv="all pairs of all settings")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, or 2 for misuse."""
    options = parser(prog).parse_args(arguments)
    tables = [(one, score_table(one)) for one in comparisons(load(*options.runs), scored=False)]
    if options.csv:
        frames = [pairs(table).assign(setting=one.slug) for one, table in tables]
        print(pd.concat(frames).to_csv(index=False) if frames else "", end="")
    elif options.json:
        print(json.dumps([as_data(*pair) for pair in tables], indent=1))
    else:
        texts = [as_text(one, table, options.top) for one, table in tables]
        print("\n\n".join(texts) or "the run has no data for it yet")
    return 0


if __name__ == "__main__":
    sys.exit(main())
