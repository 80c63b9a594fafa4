"""The layers of the packages: each imports only from those before it, and there is no cycle."""

from __future__ import annotations

from graphlib import TopologicalSorter

from scripts.layers import imported, layer, modules


def test_each_layer_imports_only_from_those_before_it() -> None:
    known = modules()
    upward = {
        f"{name} -> {other}"
        for name, path in known.items()
        for other in imported(path, known)
        if layer(other) > layer(name)
    }
    assert not upward, "\n".join(sorted(upward))


def test_no_modules_import_one_another_in_a_cycle() -> None:
    known = modules()
    graph = {name: set(imported(path, known)) - {name} for name, path in known.items()}
    TopologicalSorter(graph).prepare()
