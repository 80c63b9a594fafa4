"""Choice of the preset ``small``: ten tasks that rank combinations as all tasks with curves do.

    python -m scripts.choose_small [--repetitions 4] [--max-time 24m] [--size 10] [--quick] [--write]

Runs 8 searchers with 4 schedulers on the engine ``virtual`` over all installed tasks with curves, each
experiment for the cost of 15 full trainings, in the run ``choose-small``; a later call goes on with what is
missing.  Repetitions come one after another, and those that are whole when the time is up are used.
``--quick`` runs six combinations of few trials, to try it; its choice is a rough one, and says so.
``--write`` writes the file of the preset and the table in docs/tasks.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Combinations:
    """What is run on all tasks, in the run ``name``; ``limit`` is what an experiment may spend."""

    name: str
    searchers: tuple[str, ...]
    schedulers: tuple[str, ...]
    limit: tuple[str, str]

    @property
    def count(self) -> int:
        """How many combinations."""
        return len(self.searchers) * len(self.schedulers)


WHOLE = Combinations(
    "choose-small",
    (
        *("random", "sobol", "optuna-tpe", "hyperopt", "optuna-cmaes", "nevergrad-de", "flaml-blendsearch"),
        "zoopt",
    ),
    ("fifo", "asha", "median", "hyperband"),
    ("--budget", "15x"),  # schedulers that stop trials begin more of them
)
QUICK = Combinations(
    "choose-small-quick", ("random", "optuna-tpe", "nevergrad-de"), ("fifo", "asha"), ("--trials", "18")
)
WORKERS = 4
SIZES = (3, 5, 8, 10, 15, 20)
PAGE = Path(__file__).parents[1] / "docs" / "tasks.md"
HEAD = "# Written by: python -m scripts.choose_small --write"


def command(
    tasks: Sequence[str], combinations: Combinations, out: Path, repetitions: int, most: str
) -> list[str]:
    """Return the command that runs the grid, or goes on with it."""
    resume = ["--resume"] if (out / combinations.name / "run.toml").is_file() else []
    return [
        *(sys.executable, "-m", "benchmarks.run", "--grid", "--engine", "virtual", "--trainables", *tasks),
        *("--searchers", *combinations.searchers, "--schedulers", *combinations.schedulers),
        *(*combinations.limit, "--epochs", "0", "--workers", str(WORKERS)),
        *("--repetitions", str(repetitions), "--out", str(out), "--name", combinations.name),
        *("--no-figures", "--max-time", most, *resume),
    ]


def losses(folder: Path, tasks: Sequence[str], combinations: int) -> Floats:
    """Return what each combination reached, shape (repetitions, tasks, combinations), lower is better.

    By the incumbent's noise-free value where it is known.  Repetitions that are not whole are left out; an
    experiment without a value is infinite.
    """
    rows = load(folder).experiments
    value = rows["noise_free"].fillna(rows["best"]).astype(float)
    rows = rows.assign(loss=np.where(rows["mode"] == "max", -value, value))
    whole = rows.groupby("repetition").size()
    kept = [int(repetition) for repetition in whole.index[whole == len(tasks) * combinations]]
    table = rows.pivot_table(
        index=["repetition", "trainable"], columns=["searcher", "scheduler"], values="loss", dropna=False
    )
    cube = np.array(
        [[table.reindex(index=[(r, task)]).to_numpy(dtype=np.float64)[0] for task in tasks] for r in kept]
    )
    return np.where(np.isfinite(cube), cube, np.inf)


def section(
    combinations: Combinations, repetitions: int, tasks: int, chosen: Sequence[str], held: Sequence[Held]
) -> str:
    """Return the table for the page."""
    rough = " (`--quick`: a rough choice)" if combinations is QUICK else ""
    lines = [
        f"{combinations.count} combinations on {tasks} tasks, `{' '.join(combinations.limit)}`, "
        f"{repetitions} repetitions{rough}. Kendall's tau with the ranking over all tasks:",
        "",
        "| tasks | where chosen | other repetitions | other combinations | drawn at random |",
        "|---|---|---|---|---|",
    ]
    for row in held:
        mark = "**" if row.size == len(chosen) else ""
        taus = (row.seen, row.repetitions, row.combinations, row.drawn)
        lines.append(f"| {mark}{row.size}{mark} | " + " | ".join(f"{tau:.2f}" for tau in taus) + " |")
    lines += ["", f"Chosen, in this order: {', '.join(f'`{name}`' for name in chosen)}."]
    return "\n".join(lines)


def main() -> None:
    """Run what is missing, choose, and print; write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs"))
    parser.add_argument("--repetitions", type=int, default=4)
    parser.add_argument("--max-time", default="24m")
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument("--quick", action="store_true", help="few combinations, to try it")
    parser.add_argument("--write", action="store_true", help="write the preset's file and the page")
    args = parser.parse_args()
    combinations = QUICK if args.quick else WHOLE
    every = [name for name in shipped_tasks() if TRAINABLES[name].curves and not TRAINABLES[name].missing()]
    subprocess.run(command(every, combinations, args.out, args.repetitions, args.max_time), check=False)
    reached = losses(args.out / combinations.name, every, combinations.count)
    if len(reached) < 2:
        raise SystemExit(f"{len(reached)} repetitions are whole, and 2 are needed; call it again to go on")
    families = [family_of(name) for name in every]
    ranks, weights = ranks_of(reached), family_weights(families)
    chosen = [every[task] for task in greedy(ranks.mean(0), weights, families, args.size)]
    sizes = sorted({size for size in (*SIZES, args.size) if size <= len(every)})
    held = validated(ranks, weights, families, sizes)
    text = section(combinations, len(reached), len(every), chosen, held)
    text += (
        f"\n\nAll tasks agree with themselves in other repetitions by a tau of {ceiling(ranks, weights):.2f}."
    )
    print(text)
    if args.write:
        names = "\n".join(f'    "{name}",' for name in chosen)
        replace_text(SMALL, f"{HEAD}\ntasks = [\n{names}\n]\n")
        write_section(PAGE, "small", text)


if __name__ == "__main__":
    main()
