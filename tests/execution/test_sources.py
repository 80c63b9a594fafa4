"""Hashes of source: of what the code says, in all files of its project, and the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.core.hashes import code_digest
from benchmarks.execution.sources import counts, module_digests

CODE = '''
import math


def f(x: float, *, y: int = 1) -> float:
    """Say something."""
    if x > 1_000:
        return math.sin(x)
    return {"a": 1, "b": [x, y]}["a"]


class A:
    text = "a # b"
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('    """Say something."""\n', '    """Say something else."""\n'),
        ('    """Say something."""\n', ""),
        ("import math\n", "import math  # for the sine\n\n\n\n"),
        ("1_000", "1000"),
        ('"a # b"', "'a # b'"),
        ("(x: float, *, y: int = 1)", "(\n    x: float,\n    *,\n    y: int = 1,\n)"),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(old: str, new: str) -> None:
    assert old in CODE
    assert code_digest(CODE.replace(old, new)) == code_digest(CODE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1_000", "1_001"),
        ("x > ", "x >= "),
        ('"a # b"', '"a # c"'),
        ("y: int = 1", "y: int = True"),
        ("*, y", "y"),
        ("math.sin", "math.cos"),
        ('"a": 1', '"a": 1.0'),
        ("class A", "class B"),
    ],
)
def test_whatever_the_code_says_counts(old: str, new: str) -> None:
    assert old in CODE
    assert code_digest(CODE.replace(old, new)) != code_digest(CODE)


def test_long_expression_has_a_hash() -> None:
    assert code_digest("x = " + " + ".join(["'a'"] * 400)) != code_digest("x = 'a'")


Asked = Callable[..., dict[str, str]]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Return a function that hashes a module of ``tmp_path`` in a process of its own."""

    def ask(module: str, hash_seed: str = "0") -> dict[str, str]:
        code = (
            f"import importlib, json; from benchmarks.execution.sources import module_digests\n"
            f"importlib.import_module({module!r}); d = module_digests({module!r})\n"
            "print(*[f'{k}={v}' for k, v in d.items()])"
        )
        path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
        env = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
        return dict(word.split("=") for word in done.stdout.split())

    return ask


def test_files_beside_a_lone_file_are_followed_and_libraries_are_not(tmp_path: Path, asked: Asked) -> None:
    mine = "import json, numpy, ray.tune\ndef f():\n    import helper\n    return helper.g()"
    (tmp_path / "mine.py").write_text(mine)
    (tmp_path / "helper.py").write_text("from parts import net\ndef g(): return net.h()")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "net.py").write_text("def h(): return 1")
    (tmp_path / "other.py").write_text("raise RuntimeError('nobody imports me')")
    first = asked("mine")
    assert set(first) == {"mine", "helper", "parts.net"}
    (tmp_path / "parts" / "net.py").write_text("def h(): return 2")
    second = asked("mine", hash_seed="4711")
    assert {name for name in first if first[name] != second[name]} == {"parts.net"}


def test_modules_of_a_package_are_followed_without_importing_them(tmp_path: Path, asked: Asked) -> None:
    (tmp_path / "kit" / "models").mkdir(parents=True)
    (tmp_path / "kit" / "__init__.py").write_text("")
    (tmp_path / "kit" / "task.py").write_text("def f():\n    from .models import wide\n    return wide.net()")
    (tmp_path / "kit" / "models" / "__init__.py").write_text("raise RuntimeError('too dear to import')")
    (tmp_path / "kit" / "models" / "wide.py").write_text("from kit import task\ndef net(): ...")
    assert set(asked("kit.task")) == {"kit", "kit.task", "kit.models", "kit.models.wide"}


def test_our_own_parts_are_projects_and_the_rest_of_us_is_none() -> None:
    found = module_digests("searchers.optuna_tpe")
    assert found is not None
    assert set(found) == {
        *("searchers", "searchers._adapter", "searchers._native_optuna", "searchers._optuna"),
        "searchers.optuna_tpe",
    }
    assert counts("benchmarks.training.classifier", "mine")
    assert not counts("benchmarks.curves.model", "mine")
    assert not counts("torch.nn", "mine")
    assert not counts("json", "mine")
    assert counts("__main__", "__main__")
