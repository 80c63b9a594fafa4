"""The picture of the architecture, against the code that it shows."""

from __future__ import annotations

from scripts.draw_architecture import TARGET, direct, imports, levels, svg


def test_the_picture_is_of_the_code() -> None:
    assert TARGET.read_text(encoding="utf-8") == svg(), "draw it again: python -m scripts.draw_architecture"


def test_all_arrows_point_down() -> None:
    graph = imports()
    level = {name: i for i, names in enumerate(levels(direct(graph))) for name in names}
    assert all(level[other] < level[name] for name, others in graph.items() for other in others)
