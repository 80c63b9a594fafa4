"""The pages of the documentation: their links, files, names and examples, against the code."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from helpers.doc_blocks import PAGES, ROOT, blocks_of

LINK = re.compile(r"\]\(([^)#:]+?)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
#: Folders below which a page may name a file by its path.
BELOW = ("", "benchmarks", "results", "docs")
PACKAGES = ("results", "benchmarks", "searchers", "schedulers", "tunegrid")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pages
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pages
def test_every_example_is_python(page: Path) -> None:
    for block in blocks_of(page):
        if block.language == "python":
            ast.parse(block.text)


@pytest.mark.parametrize("name", ["architecture", "adding", "concepts"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    words = CODE.findall((ROOT / "docs" / f"{name}.md").read_text())
    paths = [
        word for word in words if re.fullmatch(r"[\w./-]+(\.py|\.md|\.toml|/)", word) and "NAME" not in word
    ]
    missing = [path for path in paths if not any((ROOT / folder / path).exists() for folder in BELOW)]
    assert paths and missing == []


def test_every_class_that_is_named_is_there() -> None:
    text = "".join(
        (ROOT / "docs" / f"{name}.md").read_text() for name in ("architecture", "adding", "concepts")
    )
    words = {word.partition(".")[0] for word in CODE.findall(text) if re.fullmatch(r"[A-Z]\w+(\.\w+)*", word)}
    code = "".join(path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    missing = {
        word for word in words if not re.search(rf"^(class {word}\b|{word}\b.* = )", code, re.MULTILINE)
    }
    assert words and missing == set()


def test_every_package_is_on_the_page_of_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    folders = [
        path.parent.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("__init__.py")
    ]
    assert [str(folder) for folder in folders if f"`{folder}/`" not in text] == []


def test_every_name_of_the_glossary_is_there() -> None:
    rows = [
        row.split("|")
        for row in (ROOT / "docs" / "concepts.md").read_text().splitlines()
        if row.startswith("| ")
    ]
    names = [
        name for row in rows for name in CODE.findall(row[-2]) if re.fullmatch(r"[a-z]\w*(\.\w+)+", name)
    ]
    assert len(names) > 15
    for name in names:
        prefix = (
            ""
            if name.partition(".")[0] in ("results", "benchmarks", "searchers", "schedulers")
            else "benchmarks."
        )
        assert found(prefix + name), f"docs/concepts.md names {name}, which is not there"


def found(name: str) -> bool:
    """Tell whether a dotted name is a module, or a class or function in one."""
    try:
        import_module(name)
        return True
    except ModuleNotFoundError:
        module, _, last = name.rpartition(".")
        try:
            return hasattr(import_module(module), last)
        except ModuleNotFoundError:
            return False
