"""Environments over the present one: what a version brings goes before all that this Python imports from."""

from __future__ import annotations

import os
import site
import sys
import venv
from pathlib import Path


def overlay(folder: Path) -> None:
    """Make an empty environment that sees, behind its own packages, all that this Python imports from.

    Raises:
        OSError: if it cannot be made.
    """
    venv.EnvBuilder(clear=True, with_pip=False, symlinks=os.name == "posix").create(folder)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "present.pth").write_text(_inherited())


def _inherited() -> str:
    """Return .pth lines; folders of packages are added as such, for their editable installations."""
    packages = [folder for folder in site.getsitepackages() if Path(folder).is_dir()]
    standard = Path(os.__file__).parent
    others = [
        str(path)
        for path in (Path(text or Path.cwd()).absolute() for text in sys.path)
        if path.is_dir() and str(path) not in packages and path != standard and standard not in path.parents
    ]
    lines = [f"import site; site.addsitedir({folder!r})" for folder in packages]
    return "\n".join([*others, *lines]) + "\n"
