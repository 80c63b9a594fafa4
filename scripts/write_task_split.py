"""Writer of the split of the shipped tasks into ``dev`` and ``test``, balanced over their features.

    python -m scripts.write_task_split [--keep]

Run it after ``python -m scripts.write_task_features`` when tasks have come or gone.  The same tasks give the
same split; another one has the next version.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.suite.task_sets import SPLIT, TaskSplit, task_split
from benchmarks.tasks.balance import BALANCED, TOLERANCE, distances, imbalances, standardised
from benchmarks.tasks.families import family_of
from benchmarks.tasks.feature_file import feature_file
from benchmarks.tasks.splitting import divided
from benchmarks.tasks.task_names import shipped_tasks
from results.files import replace_text

HEAD = "# Written by: python -m scripts.write_task_split"


def split(keep: bool, path: Path = SPLIT) -> TaskSplit:
    """Return the split of today's tasks, with its version.

    Args:
        keep: families of the stored split stay where they are.
        path: of the stored split, if there is one.

    Raises:
        SystemExit: if a task has no features, or the sets are not alike.
    """
    stored = task_split(path) if path.exists() else None
    features = feature_file().tasks
    if lacking := [name for name in shipped_tasks() if name not in features]:
        raise SystemExit(
            f"{', '.join(lacking)} have no features; first run python -m scripts.write_task_features"
        )
    tasks = {name: features[name] for name in shipped_tasks()}
    fixed = {}
    if keep and stored:
        sides = ((stored.test, False), (stored.dev, True))
        fixed = {family_of(name): side for names, side in sides for name in names}
    dev, test = (tuple(names) for names in divided(tasks, fixed))
    if faults := imbalances(tasks, dev):
        raise SystemExit("the sets are not alike: " + "; ".join(faults))
    if stored and (stored.dev, stored.test) == (dev, test):
        return stored
    return TaskSplit(stored.version + 1 if stored else 1, dev, test)


def text(made: TaskSplit) -> str:
    """Return the file's content."""
    lines = [HEAD, f"version = {made.version}"]
    for name in ("dev", "test"):
        lines += [f"{name} = [", *(f'    "{task}",' for task in getattr(made, name)), "]"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Divide the tasks, write the file, and say how alike the sets are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="families that are divided already stay")
    made = split(parser.parse_args().keep)
    replace_text(SPLIT, text(made))
    tasks = {name: feature_file().tasks[name] for name in sorted([*made.dev, *made.test])}
    first = [name in made.dev for name in tasks]
    print(f"version {made.version}: {len(made.dev)} tasks in dev, {len(made.test)} in test")
    apart = distances(standardised(tasks), np.array(first))
    for name, value in sorted(zip(BALANCED, apart, strict=True), key=lambda pair: -pair[1]):
        print(f"{name:22} {value:.2f} standard deviations apart (at most {TOLERANCE})")


if __name__ == "__main__":
    main()
