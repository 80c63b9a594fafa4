"""Measurement of the engine ``live``: against ``tune``, how busy its trainers are, and what serving costs.

    python -m scripts.measure_live [--parts roster whole busy tuners served crowded] [--repeats 5] [--write]
    python -m scripts.measure_live --parts roster --repeats 1 --device gpu [--write]

Six tables, as Markdown:

* ``roster``: the quick grid as it was with thirteen schedulers, on the MNIST ConvNet, on ``tune`` and on
  ``live`` in turn, figures left out; and three repetitions on ``live`` with figures.  Trainings are counted
  from the rows too.
* ``whole``: the same with all schedulers of today, once.
* ``busy``: 16 combinations x 5 repetitions of a trainable whose epoch takes a second.
* ``tuners``: 16 tuners compared on a user's model, against 16 runs of one tuner each.
* ``served``: processor time for each epoch that is served, when all of them are known.
* ``crowded``: what an epoch's seconds become beside other processes, and what ``busy`` and ``stretch`` say.

Each command's figures are kept in ``--out``, and a later call goes on.  ``--small`` makes all of it tiny, to
try the script.  Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from results.files import replace_text
from scripts.live_crowded import crowded
from scripts.live_runs import Measurements, spread
from scripts.measure_figures import THIRTEEN

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
TITLES = {"cpu": "## The engine `live`", "gpu": "## The engine `live` on a GPU"}
#: Options of the device: on a GPU, sixteen trials share it.
DEVICE: dict[str, tuple[str, ...]] = {"cpu": (), "gpu": ("--device", "gpu", "--gpus-per-trial", "0.0625")}
SEARCHERS = ("random", "optuna-tpe", "hyperopt", "bayesopt")
SCHEDULERS = ("fifo", "asha", "hyperband", "median")
SIXTEEN = ("--searchers", *SEARCHERS, "--schedulers", *SCHEDULERS)


def roster(m: Measurements, repeats: int) -> list[str]:
    """Return the table of the quick grid of thirteen schedulers on both engines."""
    return _quick_grid(m, repeats, "roster", ("--schedulers", *THIRTEEN))


def whole(m: Measurements, repeats: int) -> list[str]:
    """Return the table of today's quick grid, measured once."""
    return _quick_grid(m, 1, "whole", ())


def _quick_grid(m: Measurements, repeats: int, name: str, schedulers: tuple[str, ...]) -> list[str]:
    quick = ("--trainables", "mnist-convnet", *schedulers)
    tune, live, three = [], [], []
    for number in range(repeats):
        tune.append(m.run(f"{name}-tune-{number}", *quick, "--engine", "tune"))
        live.append(m.run(f"{name}-live-{number}", *quick, "--engine", "live"))
    for number in range(repeats):
        options = (*quick, "--engine", "live", "--repetitions", "3")
        three.append(m.run(f"{name}-three-{number}", *options, figures=True))
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(tune, live, strict=True)]
    shown = " ".join((*quick, *m.device))
    lines = [
        f"`tunegrid run {shown} --no-figures --engine tune` and `--engine live`, in turn: "
        f"{live[0]['combinations']:,.0f} combinations; three repetitions with their figures.",
        "",
        "| quick grid | s | epochs asked for | different, counted from rows | trained | once more | busy |",
        "|---|---|---|---|---|---|---|",
        _row("`tune`", tune),
        _row("`live`", live),
        _row("`live`, 3 repetitions, with figures", three),
    ]
    lines += [
        "",
        f"Outside of populations {live[0]['plain']:,.0f} epochs are different, counted from the rows; "
        f"{live[0]['plain_trained']:,.0f} were trained from the start on one CPU.  Beyond these are the "
        "branches of populations, with the epochs that Ray, too, trains and drops when a trial is exploited "
        "meanwhile, and those on more CPUs.",
    ]
    return [*lines, "", f"`tune` takes {spread(ratios, 2)} times as long as `live`."]


def _row(name: str, runs: Sequence[dict[str, float]]) -> str:
    first = runs[0]
    made = "| | | "
    if "trained" in first:
        share = statistics.median(100 * run["busy"] for run in runs)
        made = f"| {first['trained']:,.0f} | {first['again']:,.0f} | {share:.0f} % "
    seconds = spread([run["seconds"] for run in runs])
    return f"| {name} | {seconds} | {first['asked']:,.0f} | {first['distinct']:,.0f} {made}|"


def busy(m: Measurements, repeats: int) -> list[str]:
    """Return the table of the trainers' busy share where an epoch takes a second."""
    options = ("--trainables", "steady", *SIXTEEN, "--repetitions", "5", "--engine", "live")
    runs = [m.run(f"busy-{number}", *options) for number in range(repeats)]
    return [
        f"`tunegrid run --trainables steady {' '.join(SIXTEEN)} --repetitions 5 --engine live` "
        "(`scripts/live_models.py`: an epoch computes for a second):",
        "",
        "| 16 combinations x 5 repetitions | |",
        "|---|---|",
        f"| seconds | {spread([run['seconds'] for run in runs])} |",
        f"| seconds of training, one after another | {spread([run['training_s'] for run in runs])} |",
        f"| trainers busy, % | {spread([100 * run['busy'] for run in runs])} |",
    ]


def tuners(m: Measurements, repeats: int) -> list[str]:
    """Return the table of 16 tuners in one run against as many runs."""
    model = ("--trainables", "users-model")
    pairs = [(searcher, scheduler) for searcher in SEARCHERS for scheduler in SCHEDULERS]
    together, apart, grid = [], [], []
    for number in range(repeats):
        together.append(m.run(f"tuners-live-{number}", *model, *SIXTEEN, "--engine", "live")["seconds"])
        grid.append(m.run(f"tuners-tune-{number}", *model, *SIXTEEN, "--engine", "tune")["seconds"])
        each = [
            m.run(f"tuners-{s}-{c}-{number}", *model, "--searchers", s, "--schedulers", c)["seconds"]
            for s, c in (pairs[:2] if m.small else pairs)
        ]
        apart.append(sum(each))
    grid_share = [a / b for a, b in zip(grid, apart, strict=True)]
    together_share = [a / b for a, b in zip(together, apart, strict=True)]
    return [
        "16 tuners (4 searchers x 4 schedulers) on a user's model (`scripts/live_models.py`):",
        "",
        "| | s | share of 16 separate runs |",
        "|---|---|---|",
        f"| 16 runs on `tune`, one after another | {spread(apart)} | 1 |",
        f"| one grid on `tune` | {spread(grid)} | {spread(grid_share, 2)} |",
        f"| one grid on `live` | {spread(together)} | {spread(together_share, 2)} |",
    ]


def served(m: Measurements, repeats: int) -> list[str]:
    """Return the table of processor time for each served epoch; the first run trains, the others do not."""
    curves = str(m.folder / "served-curves")
    options: tuple[str, ...] = (
        "--trainables",
        "branin",
        "--searchers",
        "random",
        "optuna-qmc",
        "nevergrad-de",
    )
    options += ("--schedulers", "fifo", "asha", "median", "--trials", "200", "--epochs", "27")
    live = (*options, "--engine", "live", "--curves", curves)
    m.run("served-first", *live)
    runs = [m.run(f"served-live-{number}", *live) for number in range(repeats)]
    virtual = [
        m.run(f"served-virtual-{number}", *options, "--engine", "virtual") for number in range(repeats)
    ]

    def each(name: str, of: Sequence[dict[str, float]]) -> list[float]:
        return [1e6 * run[name] / run["asked"] for run in of]

    own, others = each("experiments_s", runs), each("experiments_s", virtual)
    server = each("server_s", runs)
    beyond = [a + b - c for a, b, c in zip(server, own, others, strict=True)]
    return [
        f"Processor microseconds for each of {runs[0]['asked']:,.0f} epochs, all of which were known "
        f"({runs[0]['trained']:,.0f} trained): `tunegrid run {' '.join(options)}`.",
        "",
        "| processor time of an epoch, microseconds | |",
        "|---|---|",
        f"| the curve server's thread | {spread(server)} |",
        f"| the experiments' processes on `live`: Tune, searcher, scheduler, and asking | {spread(own)} |",
        f"| the same on `virtual` | {spread(others)} |",
        f"| serving: the server, and what `live` takes more than `virtual` | {spread(beyond)} |",
    ]


PARTS: dict[str, Callable[[Measurements, int], list[str]]] = {
    "roster": roster,
    "whole": whole,
    "busy": busy,
    "tuners": tuners,
    "served": served,
    "crowded": crowded,
}


def with_section(page: str, section: str) -> str:
    """Return the page with its section of that title replaced, or added at its end."""
    title = section.splitlines()[0]
    before, found, rest = page.partition(f"{title}\n")
    if not found:
        return f"{page.rstrip()}\n\n{section.rstrip()}\n"
    _, following, after = rest.partition("\n## ")
    return f"{before}{section.rstrip()}\n" + (f"\n## {after}" if following else "")


def main() -> None:
    """Measure, print, and write the section if that is asked for."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    p.add_argument("--repeats", type=int, default=5)
    p.add_argument("--out", type=Path, default=Path("runs/measure-live"))
    p.add_argument("--device", choices=list(DEVICE), default="cpu")
    p.add_argument("--small", action="store_true")
    p.add_argument("--write", action="store_true")
    args = p.parse_args()
    measurements = Measurements(args.out, args.small, DEVICE[args.device])
    words = [] if args.parts == list(PARTS) else ["--parts", *args.parts]
    words += ["--repeats", str(args.repeats)] if args.repeats != p.get_default("repeats") else []
    words += ["--device", args.device] if args.device != "cpu" else []
    runs = (
        f"medians of {args.repeats} runs, smallest and largest in brackets"
        if args.repeats > 1
        else "one run each"
    )
    command = f"`{' '.join(['python -m scripts.measure_live', *words])}`: {runs}."
    lines = [TITLES[args.device], "", command]
    for part in args.parts:
        lines += ["", *PARTS[part](measurements, args.repeats)]
    section = "\n".join(lines)
    print(section)
    if args.write:
        replace_text(PAGE, with_section(PAGE.read_text(), section))


if __name__ == "__main__":
    main()
