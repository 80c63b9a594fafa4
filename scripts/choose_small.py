"""Choice of the preset ``small``: ten tasks that rank combinations as all tasks with curves do.

    python -m scripts.choose_small [--repetitions 4] [--max-time 24m] [--size 10] [--write]

Runs 8 searchers with 4 schedulers on the engine ``virtual`` over all installed tasks with curves, in the run
``choose-small``; a later call goes on with what is missing.  Repetitions come one after another, and those
that are whole when the time is up are used.  ``--write`` writes the file of the preset and the table in
docs/tasks.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.task_sets import SMALL
from benchmarks.tasks.families import family_of
from benchmarks.tasks.small_set import Held, ceiling, family_weights, greedy, ranks_of, validated
from benchmarks.tasks.task_names import shipped_tasks
from results.compare.run import load
from results.files import replace_text
from results.types import Floats
from scripts.page_sections import write_section

NAME = "choose-small"
SEARCHERS = (
    *("random", "sobol", "optuna-tpe", "hyperopt", "optuna-cmaes", "nevergrad-de", "flaml-blendsearch"),
    "zoopt",
)
SCHEDULERS = ("fifo", "asha", "median", "hyperband")
TRIALS, WORKERS = 27, 4
SIZES = (3, 5, 8, 10, 15, 20)
PAGE = Path(__file__).parents[1] / "docs" / "tasks.md"
HEAD = "# Written by: python -m scripts.choose_small --write"


def command(tasks: Sequence[str], out: Path, repetitions: int, most: str) -> list[str]:
    """Return the command that runs the grid, or goes on with it."""
    resume = ["--resume"] if (out / NAME / "run.toml").is_file() else []
    return [
        *(sys.executable, "-m", "benchmarks.run", "--grid", "--engine", "virtual", "--trainables", *tasks),
        *("--searchers", *SEARCHERS, "--schedulers", *SCHEDULERS, "--trials", str(TRIALS)),
        *("--epochs", "0", "--workers", str(WORKERS), "--repetitions", str(repetitions)),
        *("--out", str(out), "--name", NAME, "--no-figures", "--max-time", most, *resume),
    ]


def losses(folder: Path, tasks: Sequence[str]) -> Floats:
    """Return what each combination reached, shape (repetitions, tasks, combinations), lower is better.

    By the incumbent's noise-free value where it is known.  Repetitions that are not whole are left out; an
    experiment without a value is infinite.
    """
    rows = load(folder).experiments
    value = rows["noise_free"].fillna(rows["best"]).astype(float)
    rows = rows.assign(loss=np.where(rows["mode"] == "max", -value, value))
    whole = rows.groupby("repetition").size()
    count = len(tasks) * len(SEARCHERS) * len(SCHEDULERS)
    kept = [int(repetition) for repetition in whole.index[whole == count]]
    table = rows.pivot_table(
        index=["repetition", "trainable"], columns=["searcher", "scheduler"], values="loss", dropna=False
    )
    cube = np.array(
        [[table.reindex(index=[(r, task)]).to_numpy(dtype=np.float64)[0] for task in tasks] for r in kept]
    )
    return np.where(np.isfinite(cube), cube, np.inf)


def section(tasks: Sequence[str], chosen: Sequence[str], held: Sequence[Held], most: float, count: int) -> str:
    """Return the table for the page."""
    size = len(chosen)
    lines = [
        f"{len(SEARCHERS) * len(SCHEDULERS)} combinations on {len(tasks)} tasks, {TRIALS} trials, "
        f"{count} repetitions. Kendall's tau with the ranking over all tasks:",
        "",
        "| tasks | where chosen | other repetitions | other combinations | drawn at random |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {'**' * (row.size == size)}{row.size}{'**' * (row.size == size)} | {row.seen:.2f} | "
        f"{row.repetitions:.2f} | {row.combinations:.2f} | {row.drawn:.2f} |"
        for row in held
    ]
    return "\n".join(
        [
            *lines,
            "",
            f"All tasks agree with themselves in other repetitions with a tau of {most:.2f}.",
            "",
            f"Chosen, in this order: {', '.join(f'`{name}`' for name in chosen)}.",
        ]
    )


def main() -> None:
    """Run what is missing, choose, and print; write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs"))
    parser.add_argument("--repetitions", type=int, default=4)
    parser.add_argument("--max-time", default="24m")
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="write the preset's file and the page")
    args = parser.parse_args()
    every = [name for name in shipped_tasks() if TRAINABLES[name].curves and not TRAINABLES[name].missing()]
    subprocess.run(command(every, args.out, args.repetitions, args.max_time), check=False)
    reached = losses(args.out / NAME, every)
    if len(reached) < 2:
        raise SystemExit(f"{len(reached)} repetitions are whole, and 2 are needed; call it again to go on")
    ranks, weights = ranks_of(reached), family_weights([family_of(name) for name in every])
    chosen = [every[task] for task in greedy(ranks.mean(0), weights, args.size)]
    sizes = sorted({size for size in (*SIZES, args.size) if size <= len(every)})
    held = validated(ranks, weights, sizes)
    text = section(every, chosen, held, ceiling(ranks, weights), len(reached))
    print(text)
    if args.write:
        names = "\n".join(f'    "{name}",' for name in chosen)
        replace_text(SMALL, f"{HEAD}\ntasks = [\n{names}\n]\n")
        write_section(PAGE, "small", text)


if __name__ == "__main__":
    main()
