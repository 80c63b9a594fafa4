"""Processes that are started without the program that starts them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


def main_module() -> str:
    """Return the module that this program runs and each of its processes imports; empty for a file."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name if spec is not None else ""


@contextmanager
def program_hidden(module: bool = False) -> Iterator[None]:
    """Let processes that start in this block not run the program's own file, which may start a run itself.

    With ``module`` they do not import the module either that the program runs.
    """
    main = vars(sys.modules["__main__"])
    hidden = ("__file__", "__spec__") if module else ("__file__",) if not main_module() else ()
    before = {name: main[name] for name in hidden if name in main}
    main.update(dict.fromkeys(before))  # None stands for none of both
    try:
        yield
    finally:
        main.update(before)
