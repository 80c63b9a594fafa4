"""Names of classes: each stands for one thing in all packages."""

from __future__ import annotations

import ast
from collections import defaultdict

from scripts.layers import ROOT, modules

#: The run of the public API is the one that reads the tables, with its answers.
SUBCLASSES = {"Run"}


def test_no_two_classes_have_one_name() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in modules().values():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    twice = {name: paths for name, paths in places.items() if len(paths) > 1 and name not in SUBCLASSES}
    assert len(places) > 100
    assert twice == {}
