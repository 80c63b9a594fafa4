"""docs/store.md: the page is what its script writes of the fields and the schema."""

from __future__ import annotations

from pathlib import Path

from scripts.write_store_docs import text

PAGE = Path(__file__).parents[2] / "docs" / "store.md"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text() == text(), "run python -m scripts.write_store_docs"


def test_every_line_of_a_table_has_as_many_cells_as_its_head() -> None:
    tables = [block for block in text().split("\n\n") if block.startswith("|")]
    assert len(tables) == 4
    for table in tables:
        assert len({line.replace("\\|", "").count("|") for line in table.strip().splitlines()}) == 1
