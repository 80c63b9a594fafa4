"""The picture of the packages and their imports, drawn from the code as ``docs/architecture.svg``.

python -m scripts.draw_architecture
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from scripts.layers import ROOT, imported, modules

TARGET = ROOT / "docs" / "architecture.svg"
#: The boxes of the picture; a module belongs to the longest name that it begins with.
PACKAGES = (
    *(
        f"results.{name}"
        for name in (
            "store",
            "statistics",
            "compare",
            "recommend",
            "power",
            "figures",
            "tables",
            "report",
            "gate",
            "paper",
        )
    ),
    "results",
    *(
        f"benchmarks.{name}"
        for name in ("core", "user_files", "program", "spaces", "suite", "curves", "training", "trainables")
    ),
    *(f"benchmarks.engines.{name}" for name in ("common", "ray", "virtual", "live")),
    *(
        f"benchmarks.{name}"
        for name in ("execution", "record", "gate", "compatibility", "fidelity", "parity", "testing")
    ),
    *("benchmarks", "searchers", "schedulers", "tunegrid"),
)
#: Single modules beside the packages: what all others may use, or thin commands.  They are left out.
LOOSE = ("results", "benchmarks")
COLOURS = {
    "results": "#dcebf7",
    "benchmarks": "#e6f2df",
    "searchers": "#fbe8d3",
    "schedulers": "#fbe8d3",
    "tunegrid": "#eadff2",
}
WIDTH, HEIGHT, ACROSS, DOWN, MARGIN = 150, 34, 170, 84, 24


def package(module: str) -> str:
    """Return the box that a module belongs to."""
    return max((name for name in PACKAGES if module == name or module.startswith(f"{name}.")), key=len)


def imports() -> dict[str, set[str]]:
    """Return which packages each package imports from, without the loose modules."""
    known, graph = modules(), defaultdict[str, set[str]](set)
    for name, path in known.items():
        here = package(name)
        if here not in LOOSE:
            needed = {*imported(path, known), *(named(path, known) if here == "tunegrid" else ())}
            graph[here] |= {package(other) for other in needed} - {here, *LOOSE}
    return dict(graph)


def named(path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules that a file names in strings, as one that imports them when they are needed."""
    texts = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and text in known}


def direct(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the graph without the arrows that a longer way shows already (its transitive reduction)."""

    def below(name: str) -> set[str]:
        return set().union(*({other} | below(other) for other in graph.get(name, ())))

    return {
        name: {one for one in others if not any(one in below(other) for other in others - {one})}
        for name, others in graph.items()
    }


def levels(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the packages by the longest way down from them, lowest first."""

    def height(name: str) -> int:
        return max((height(other) + 1 for other in graph.get(name, ())), default=0)

    rows = defaultdict[int, list[str]](list)
    for name in graph:
        rows[height(name)].append(name)
    return [names for _, names in sorted(rows.items())]


def places(graph: dict[str, set[str]]) -> dict[str, tuple[float, float]]:
    """Return the centre of each box: ``results`` in the left half, each box near what it imports."""
    rows = levels(graph)
    halves = [
        [[n for n in row if n.startswith("results.") is left] for row in rows] for left in (True, False)
    ]
    widths = [max(map(len, half)) * ACROSS for half in halves]
    middles = (MARGIN + widths[0] / 2, 2 * MARGIN + widths[0] + widths[1] / 2)
    centres: dict[str, tuple[float, float]] = {}
    for half, middle in zip(halves, middles, strict=True):
        for level, names in enumerate(half):

            def wanted(name: str) -> tuple[float, int]:
                below = [centres[other][0] for other in graph[name] if other in centres]
                return (sum(below) / len(below) if below else 0.0, PACKAGES.index(name))

            y = MARGIN + HEIGHT / 2 + (len(rows) - 1 - level) * DOWN
            for i, name in enumerate(sorted(names, key=wanted)):
                centres[name] = (middle + (i - (len(names) - 1) / 2) * ACROSS, y)
    return centres


def svg() -> str:
    """Return the picture."""
    graph = direct(imports())
    centre = places(graph)
    width = max(x for x, _ in centre.values()) + WIDTH / 2 + MARGIN
    height = max(y for _, y in centre.values()) + HEIGHT / 2 + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        'font-family="sans-serif" font-size="12">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#777"/></marker></defs>',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for name, others in sorted(graph.items()):
        for other in sorted(others):
            (x1, y1), (x2, y2) = centre[name], centre[other]
            top, bottom = y1 + HEIGHT / 2, y2 - HEIGHT / 2
            bend = (bottom - top) / 2
            parts.append(
                f'<path d="M{x1:.0f},{top:.0f} C{x1:.0f},{top + bend:.0f} {x2:.0f},{bottom - bend:.0f} '
                f'{x2:.0f},{bottom:.0f}" fill="none" stroke="#777" marker-end="url(#tip)"/>'
            )
    for name, (x, y) in sorted(centre.items()):
        colour, label = COLOURS[name.partition(".")[0]], name.removeprefix("benchmarks.")
        parts.append(
            f'<rect x="{x - WIDTH / 2:.0f}" y="{y - HEIGHT / 2:.0f}" width="{WIDTH}" height="{HEIGHT}" '
            f'rx="5" fill="{colour}" stroke="#555"/>'
        )
        parts.append(f'<text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{label}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    Path(TARGET).write_text(svg(), encoding="utf-8")
