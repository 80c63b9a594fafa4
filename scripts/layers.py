"""The layers of the packages and the imports between their modules, read from the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: From the lowest to the highest; a module belongs to the longest name that it begins with.
LAYERS = (
    "results.types",
    "results.errors",
    "results.messages",
    "results.files",
    "results.messages",
    "results.console",
    "results.numerals",
    "results.locks",
    "results.machine",
    "results.processes",
    "results.quantities",
    "results.prices",
    "results.parser",
    "results.arguments",
    "results.store",
    "results.statistics",
    "results.compare",
    "results.recommend",
    "results.power",
    "results.outputs",
    "results.figures",
    "results.tables",
    "results.report",
    "results.gate",
    "results",
    "benchmarks.core",
    "benchmarks.user_files",
    "benchmarks.engines.ray_internals",
    "benchmarks.spaces",
    "benchmarks.program",
    "benchmarks.suite",
    "benchmarks.curves",
    "benchmarks.training",
    "benchmarks.trainables",
    "benchmarks.tasks",
    "searchers",
    "schedulers",
    "benchmarks.engines.common",
    "benchmarks.engines.ray",
    "benchmarks.engines.virtual",
    "benchmarks.engines.live",
    "benchmarks.engines.cluster",
    "benchmarks.engines",
    "benchmarks.execution",
    "benchmarks.record",
    "benchmarks.gate",
    "benchmarks.compatibility",
    "benchmarks.fidelity",
    "benchmarks.parity",
    "benchmarks.testing",
    "benchmarks",
    "tunegrid",
)


def modules() -> dict[str, Path]:
    paths = {}
    for package in ("results", "benchmarks", "searchers", "schedulers", "tunegrid"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            paths[name.removesuffix(".__init__")] = path
    return paths


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules of ours that a file imports, anywhere but for types alone."""
    tree = ast.parse(path.read_text())
    typing = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    for_types = {id(inner) for block in typing for inner in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name and name not in known:
                name = name.rpartition(".")[0]
            if name:
                yield name


def layer(module: str) -> int:
    fitting = [name for name in LAYERS if module == name or module.startswith(f"{name}.")]
    return LAYERS.index(max(fitting, key=len))
