"""The site of the documentation, built strictly: links and anchors lead somewhere, and nothing is fetched."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from helpers.doc_blocks import ROOT

import tunegrid as tg
from tunegrid.commands import ORDER, command

pytest.importorskip("material", reason="the extra docs is not installed")
pytest.importorskip("mkdocstrings")
pytestmark = pytest.mark.slow


class Links(HTMLParser):
    """The links of a page, what it loads, and its anchors."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = {""}
        self.words: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "next", "prev"):
            self.loaded.append(given.get("href", ""))
        elif tag in ("script", "img", "source") and given.get("src", "data:").partition(":")[0] != "data":
            self.loaded.append(given["src"])

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ
        | {"NO_MKDOCS_2_WARNING": "1", "TUNEGRID_PLUGINS": "", "https_proxy": "http://127.0.0.1:9"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    """The pages, by their files."""
    return {path.resolve(): Links(path) for path in site.rglob("*.html") if path.name != "404.html"}


def broken(page: Path, pages: dict[Path, Links]) -> Iterator[str]:
    """Yield the links of a page that lead nowhere on the site."""
    for link in [*pages[page].links, *pages[page].loaded]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        target = target / "index.html" if target.is_dir() else target
        if not target.exists() or (target in pages and unquote(parts.fragment) not in pages[target].anchors):
            yield link


def test_every_link_and_anchor_leads_somewhere(pages: dict[Path, Links]) -> None:
    assert len(pages) > 50
    assert {str(page): found for page in pages if (found := list(broken(page, pages)))} == {}


def test_nothing_is_loaded_from_another_site(pages: dict[Path, Links]) -> None:
    assert {link for page in pages.values() for link in page.loaded if urlsplit(link).netloc} == set()


def test_every_page_can_be_reached(site: Path, pages: dict[Path, Links]) -> None:
    start = (site / "index.html").resolve()
    reached, left = {start}, [start]
    while left:
        page = left.pop()
        for link in pages[page].links:
            target = (page.parent / unquote(urlsplit(link).path)).resolve()
            if not urlsplit(link).netloc and target in pages and target not in reached:
                reached.add(target)
                left.append(target)
    assert set(pages) - reached == set()


@pytest.mark.parametrize("name", ORDER)
def test_the_page_of_a_command_has_all_its_options(name: str, site: Path, pages: dict[Path, Links]) -> None:
    words = "".join(pages[(site / "commands" / f"{name}.html").resolve()].words)
    for action in command(name).make_parser()._actions:
        if action.help != argparse.SUPPRESS:
            assert [word for word in action.option_strings if word not in words] == []


def test_the_reference_has_every_public_name(site: Path, pages: dict[Path, Links]) -> None:
    anchors = {anchor for page in (site / "api").glob("*.html") for anchor in pages[page.resolve()].anchors}
    assert [name for name in tg.__all__ if f"tunegrid.{name}" not in anchors] == []
