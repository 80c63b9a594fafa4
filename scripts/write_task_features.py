"""Writer of the features of all tasks, from their spaces and a fixed sample of their curves.

    python -m scripts.write_task_features [TASK ...]

Needs the packages of the tasks (the extra ``tasks``); of a task whose package is missing, what the file has
stays.  With names or globs only those are computed anew.  About three seconds a task.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from benchmarks.suite.registry import TRAINABLES
from benchmarks.tasks.feature_file import FEATURES, FeatureFile, feature_file, rounded
from benchmarks.tasks.sampled_curves import SAMPLED
from benchmarks.tasks.task_features import TaskFeatures, declared_features, task_features
from benchmarks.tasks.task_names import shipped_tasks
from results.files import replace_text


def computed(names: Sequence[str], known: Mapping[str, TaskFeatures]) -> dict[str, TaskFeatures]:
    """Return the features of all shipped tasks: those of ``names`` anew, the others as they are known."""
    found: dict[str, TaskFeatures] = {}
    for place, name in enumerate(every := shipped_tasks(), 1):
        spec = TRAINABLES[name]
        if name not in names and name in known:
            found[name] = known[name]
        elif spec.missing():
            print(f"{name} needs {', '.join(spec.missing())}: not computed", file=sys.stderr)
            found[name] = known.get(name) or rounded(declared_features(spec))
        else:
            print(f"{place} of {len(every)}: {name}", file=sys.stderr)
            found[name] = rounded(task_features(spec))
    return found


def main() -> None:
    """Compute and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="names or globs (default: all)")
    asked = parser.parse_args().tasks
    names = TRAINABLES.select(asked) if asked else shipped_tasks()
    known = feature_file().tasks if FEATURES.exists() else {}
    replace_text(FEATURES, FeatureFile(SAMPLED, computed(names, known)).text())


if __name__ == "__main__":
    main()
