"""Hooks of MkDocs: pages made from the code, and those that lie outside of ``docs/``.

``python -m mkdocs build --strict`` in the repository's root calls them; ``mkdocs.yml`` names this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from scripts.site import commands, examples, notebooks, parts
from scripts.site.links import moved
from tunegrid.commands import ORDER

ROOT = Path(__file__).parents[2]
#: Pages that lie outside of ``docs/``: path in the repository -> path on the site.
ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "examples/README.md": "examples/index.md",
    "benchmarks/trainables/tables/README.md": "data/tables.md",
    "benchmarks/trainables/data/README.md": "data/mnist.md",
    "benchmarks/trainables/data/fashion-subset.md": "data/fashion-subset.md",
    "benchmarks/trainables/data/english-text.md": "data/english-text.md",
    "benchmarks/trainables/data/load-series.md": "data/load-series.md",
}
_SOURCES = {on_site: path for path, on_site in ELSEWHERE.items()}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages that are made here into the navigation, below the entries that name their index."""
    below = {"commands/index.md": [{f"tunegrid {name}": f"commands/{name}.md"} for name in ORDER]}
    below["examples/index.md"] = [{title: path} for path, (title, _) in examples.pages(ROOT).items()]
    config.nav = _with_pages(config.nav, below)
    return config


def _with_pages(nav: Any, below: Mapping[str, list[Any]]) -> Any:
    """Return a navigation in which the pages of ``below`` stand below their index, or nothing if none do."""
    if isinstance(nav, list):
        return [entry for entry in (_with_pages(entry, below) for entry in nav) if entry]
    if isinstance(nav, dict):
        [(title, entry)] = nav.items()
        if isinstance(entry, str) and entry in below:
            return {title: [entry, *below[entry]]} if below[entry] else None
        return {title: _with_pages(entry, below)}
    return nav


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made here, and those that lie elsewhere."""
    pages = {
        path: (ROOT / source).read_text(encoding="utf-8")
        for path, source in _SOURCES.items()
        if (ROOT / source).exists()
    }
    pages |= {path: text for path, (_, text) in examples.pages(ROOT).items()}
    pages["commands/index.md"] = commands.index()
    pages |= {f"commands/{name}.md": commands.page(name) for name in ORDER}
    pages |= {f"parts/{kind}.md": parts.page(kind) for kind in parts.KINDS}
    for notebook in sorted(ROOT.glob("docs/notebooks/*.ipynb")):
        pages[f"notebooks/{notebook.stem}.md"] = notebooks.page(notebook)
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mend the links of a page that lie elsewhere on the site than in the repository."""
    target = page.file.src_uri
    if target == "api/run.md":
        markdown += f"\n## Keywords of run\n\n{commands.keywords()}"
    return moved(markdown, _SOURCES.get(target, f"docs/{target}"), target, ELSEWHERE)
