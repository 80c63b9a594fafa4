"""Claim 7: of Ray Tune's engines only HEBO, Ax and BlendSearch clearly stand out."""

from __future__ import annotations

import numpy as np

from scripts.claims.cells import Cells, Key, Sample, simultaneous
from scripts.claims.claim import TESTED, Claim, ClaimEvidence, Conclusion
from scripts.claims.differences import Values, both, collect, ends, scales
from scripts.claims.grids import Searches, grid
from scripts.claims.page import forest, shown, table
from scripts.claims.tasks import ALL, ClaimTask, margins

NAMED = "flaml-blendsearch"
OTHERS = ("optuna-tpe", "hyperopt", "bayesopt", "nevergrad-oneplusone", "zoopt", "flaml-cfo")
ENGINES = (NAMED, *OTHERS)
CANNOT_RUN = ("hebo", "ax", "bohb")  # their packages do not install beside the others
CONTROL = "random"
TRIALS, EPOCHS, WORKERS = 50, 27, 1
MARGIN = 5.0  # score points, of a mean over tasks of scores clipped to [-100, 120]
AHEAD, BEATS = "of the mean of the other engines", "of random search"


def rule(cells: Cells, facts: dict[str, float]) -> Conclusion:
    """Return the verdict from two parts: who stands out, and whether most engines beat random search."""
    named = cells[NAMED, AHEAD]
    rest = [cells[engine, AHEAD] for engine in OTHERS]
    over = [cells[engine, BEATS] for engine in ENGINES]
    most = len(ENGINES) / 2
    stands = named.better and all(cell.no_gain for cell in rest)
    if stands and sum(cell.better for cell in over) > most:
        return "confirmed"
    against = named.no_gain or any(cell.better for cell in rest) or sum(cell.no_gain for cell in over) > most
    return "not confirmed" if against else "undecided"


def points(searches: Searches, values: dict[tuple[str, str], Values], engine: str, metric: int) -> Values:
    """Return the mean over tasks of an engine's scores, which are clipped, shape (repetitions,).

    Args:
        metric: 0 for the tuned metric, 1 for the other one, over the tasks that have it.
    """
    scores = []
    for task in ALL:
        search = searches[task.name, engine, "fifo"][0]
        of_engine = values[engine, task.name][:, metric]
        if np.isfinite(of_engine).all():
            scores.append([search.score(value) for value in of_engine])
    means: Values = np.mean(np.array(scores), axis=0)
    return means


def over_tasks(scores: dict[str, Values]) -> dict[Key, Sample]:
    """Return of each engine how far it is ahead of the others' mean, and of random search."""
    samples: dict[Key, Sample] = {}
    for engine in ENGINES:
        others = np.mean([scores[other] for other in ENGINES if other != engine], axis=0)
        samples[engine, AHEAD] = Sample(scores[engine] - others, MARGIN)
        samples[engine, BEATS] = Sample(scores[engine] - scores[CONTROL], MARGIN)
    return samples


def measure(repetitions: range) -> ClaimEvidence:
    """Run the engines and random search."""
    pairs = [(engine, "fifo") for engine in (*ENGINES, CONTROL)]
    searches = grid("c7", repetitions, ALL, pairs, trials=TRIALS, epochs=EPOCHS, workers=WORKERS)
    values = {(engine, task): ends(of) for (task, engine, _), of in searches.items()}
    own_unit = collect([over_random(values, engine, task) for engine in ENGINES for task in ALL])
    by_metric = [
        over_tasks({engine: points(searches, values, engine, metric) for engine in (*ENGINES, CONTROL)})
        for metric in (0, 1)
    ]
    cells, beside, tuned, other = simultaneous(*by_metric, *own_unit)
    ahead = sorted(((cells[engine, AHEAD], engine) for engine in ENGINES), key=lambda pair: -pair[0].estimate)
    beat = [engine for engine in ENGINES if cells[engine, BEATS].better]
    first = ", ".join(f"{engine} {shown(cell, 1)}" for cell, engine in ahead[:3])
    return ClaimEvidence(
        cells,
        beside,
        f"Points ahead of the other engines' mean, the first three: {first}; {NAMED} "
        f"{shown(cells[NAMED, AHEAD], 1)}. Surely better than random search over the tasks: {len(beat)} of "
        f"{len(ENGINES)}{': ' if beat else ''}{', '.join(beat)}. {', '.join(CANNOT_RUN)} were not run.",
        {
            "Mean over the tasks of scores clipped to [-100, 120], points ahead": table(
                cells, "engine", {AHEAD: 1, BEATS: 1}
            ),
            "The same by the test metric, or without noise": table(beside, "engine", {AHEAD: 1, BEATS: 1}),
            f"Tuned metric minus that of {CONTROL}, in its own unit": table(tuned, "engine"),
            "The same by the test metric, or without noise, in its own unit": table(other, "engine"),
            "Units": scales(ALL, {task.name: searches[task.name, CONTROL, "fifo"][0] for task in ALL}),
        },
        forest(cells, "score points ahead (the band is the margin)"),
        others=len(tuned) + len(other),
    )


def over_random(
    values: dict[tuple[str, str], Values], engine: str, task: ClaimTask
) -> tuple[dict[Key, Sample], dict[Key, Sample]]:
    """Return how far an engine is ahead of random search on a task, in the metric's own unit."""
    return both(task, (engine, task.name), values[engine, task.name] - values[CONTROL, task.name])


CLAIM = Claim(
    title="Of Ray Tune's engines only HEBO, Ax and BlendSearch stand out",
    said='"most engines beat random search, but that only three of them (HEBO, AX, and BlendSearch) '
    "clearly stand "
    'out".',
    place="Kégl, arXiv 2311.15854, abstract",
    setting=f"{TRIALS} whole trainings of {EPOCHS} epochs one after the other, through Ray Tune. HEBO, Ax "
    "and BOHB need packages that do not install beside the others and were not run, so what is tested is "
    "the rest of the claim: BlendSearch stands out, and none of the other engines does. Nevergrad and "
    "Optuna have several optimisers; these are the one-plus-one strategy and TPE. Its author had grids of "
    "tabular data sets and models.",
    confirmed="BlendSearch is ahead of the mean of the other engines (lower limit above 0, estimate above "
    "the margin), every other engine surely by less than the margin, and more than half of the engines "
    "are ahead of random search",
    refuted="BlendSearch is surely ahead by less than the margin, or another engine is ahead, or more "
    "than half of the engines are surely ahead of random search by less than the margin",
    rule=rule,
    unit=f"score points, of a mean over tasks, margin {MARGIN:g}; beside it each task's own: {margins(ALL)}",
    tested=TESTED,
    control="random search",
    measure=measure,
)
