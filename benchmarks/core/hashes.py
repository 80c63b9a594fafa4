"""Hashes of Python code that ignore how it is written.

Comments, docstrings and blanks do not count, so that a comment makes no new version.  A hash is the same on
every machine and in every process.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import Any

DIGITS = 12  # of a hash, hexadecimal
_END = (")",)
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def digest(text: str) -> str:
    """Return the first digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def code_digest(source: str) -> str:
    """Return the hash of Python source, without its comments, docstrings and layout.

    Raises:
        SyntaxError: if it is not Python.
    """
    return tree_digest(ast.parse(source))


def tree_digest(tree: ast.Module) -> str:
    """Return the hash of parsed source."""
    return digest("\n".join(_walk(tree)))


def object_digest(thing: Any) -> str:
    """Return the hash of one function's or class's own code, for those that come from no file."""
    thing = inspect.unwrap(thing)
    try:
        return code_digest(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, TypeError, SyntaxError, RecursionError):  # typed into an interpreter, or made by exec
        pass
    if inspect.isclass(thing):
        members = {name: getattr(value, "__func__", value) for name, value in vars(thing).items()}
        return digest(
            repr([(n, object_digest(v)) for n, v in sorted(members.items()) if inspect.isfunction(v)])
        )
    code = getattr(thing, "__code__", None)
    return digest(_compiled(code) if isinstance(code, CodeType) else type(thing).__qualname__)


def _walk(tree: ast.AST) -> Iterator[str]:
    """Yield the tree as text, without empty fields, which versions of Python differ in."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.AST):
            yield f"({type(node).__name__}"
            waiting.append(_END)
            body = getattr(node, "body", None)
            documented = isinstance(node, _DOCUMENTED) and body and _is_text(body[0])
            for name, value in ast.iter_fields(node):
                if value is not None and value != []:
                    waiting += [value[1:] if name == "body" and documented else value, (name,)]
        elif isinstance(node, list):
            waiting += [_END, *node, ("list",)]
        elif isinstance(node, tuple):
            yield node[0]
        else:
            yield f"{type(node).__name__}:{node!r}"


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _compiled(code: CodeType) -> str:
    """Return a code object as text, without addresses and line numbers."""
    inner = [_compiled(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return f"{code.co_code.hex()} {inner} {code.co_names} {code.co_varnames}"
