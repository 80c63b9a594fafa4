"""Files that a command names, and what Python imports beside them: what a program is made of."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.core.hashes import DIGITS, tree_digest

_MOST = 100 * 2**20  # bytes of a file that is read; of a larger one its size counts


def scripts(words: Sequence[str], folder: Path) -> list[str]:
    """Return the files that a command names, as it names them: scripts and data.

    What Python is to run by ``-m`` is one, too; a program other than a script is not.
    """
    names = []
    for before, word in zip(["", *words], words, strict=False):
        path = folder / word
        if before == "-m":
            inner = Path(*word.split("."))
            named = (inner.with_suffix(".py"), inner / "__main__.py")
            names += [str(name) for name in named if (folder / name).is_file()]
        elif path.is_file() and (before or _is_script(path)):
            names.append(word)
    return names


def _is_script(program: Path) -> bool:
    with program.open("rb") as file:
        return file.read(2) == b"#!"


def digests(words: Sequence[str], folder: Path) -> dict[str, str]:
    """Return the hashes of the files of a command, by their names."""
    paths = files(words, folder)
    trees = {name: _parsed(path) for name, path in paths.items()}
    return {
        name: _digest(paths[name]) if tree is None else tree_digest(tree)
        for name, tree in sorted(trees.items())
    }


def files(words: Sequence[str], folder: Path) -> dict[str, Path]:
    """Return the files that a command names, and what Python files among them import from beside them."""
    known: dict[str, Path] = {}
    waiting = [folder / name for name in scripts(words, folder)]
    while waiting:
        path = waiting.pop()
        name = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
        if name not in known:
            known[name] = path
            tree = _parsed(path)
            waiting += [] if tree is None else _beside(tree, path.parent, folder)
    return known


def _digest(path: Path) -> str:
    if (size := path.stat().st_size) > _MOST:
        return f"{size} bytes"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]


def _parsed(path: Path) -> ast.Module | None:
    if path.suffix != ".py":
        return None
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return None


def _beside(tree: ast.Module, *folders: Path) -> Iterator[Path]:
    """Yield the files in these folders that the code may import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)]
        else:
            continue
        for name in filter(None, names):
            for folder in folders:
                inner = folder.joinpath(*name.split("."))
                candidates = (inner.parent / f"{inner.name}.py", inner / "__init__.py")
                yield from (path for path in candidates if path.is_file())
