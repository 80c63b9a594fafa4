"""Shipping of objects that lie at the top level of no file: closures, lambdas, functions of a notebook.

``ship`` pickles one by value, with cloudpickle, into a folder of this process, and returns the reference by
which every process of a run reads it (``benchmarks.core.shipped``).
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import keyword
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

from benchmarks.core.hashes import DIGITS, digest, object_digest
from benchmarks.core.scratch import of_process
from benchmarks.core.shipped import FOLDER
from benchmarks.execution.aspects import text
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.specs import Spec

_STUB = '''"""{name}: an object that was shipped to the processes of its run."""

from benchmarks.core.shipped import received
{register}
{name} = received(__file__, __name__, "{digest}")
{call}
{source}
'''
#: Registers a spec that is shipped, and leaves what its decorator has decorated.
_REGISTER = """from dataclasses import replace

from benchmarks.suite.registry import {registry}
"""
_CALL = """_spec = replace({name}, origin=__name__)
{registry}.add(_spec)
{name} = getattr(_spec, _spec.DECORATED)
"""


def ship(thing: Any, name: str = "", kind: str = "") -> str:
    """Write an object for the processes to come, and return its reference, ``FILE:NAME``.

    Args:
        thing: a function, class or mapping; or a spec, which is registered where it arrives.
        name: by default that of the function.
        kind: "trainables", "searchers" or "schedulers" of a spec.

    Raises:
        Misuse: if it cannot be pickled.
    """
    from ray import cloudpickle

    name = _identifier(name or name_of(thing))
    try:
        content: bytes = cloudpickle.dumps(thing)
    except Exception as error:
        why = (str(error).splitlines() or [""])[0]
        raise Misuse(
            f"{name} cannot be shipped to other processes ({type(error).__name__}: {why}); write it at the "
            "top level of a file, or make what it holds within it"
        ) from error
    folder = of_process() / FOLDER / hashlib.sha256(content).hexdigest()[:DIGITS]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.pkl").write_bytes(content)
    given = getattr(thing, thing.DECORATED) if isinstance(thing, Spec) else thing
    registry = kind.upper()
    stub = _STUB.format(
        name=name,
        digest=contents_digest(thing),
        register=_REGISTER.format(registry=registry) if kind else "",
        call=_CALL.format(name=name, registry=registry) if kind else "",
        source=textwrap.indent(_source(given), "# ", lambda line: True),
    )
    path = folder / f"{name}.py"
    path.write_text(stub)
    return f"{path}:{name}"


def name_of(thing: Any) -> str:
    """Return the name of a function or class."""
    while isinstance(thing, functools.partial):
        thing = thing.func
    if isinstance(thing, Spec):
        return name_of(getattr(thing, thing.DECORATED))
    return str(getattr(thing, "__name__", type(thing).__name__))


def contents_digest(thing: Any) -> str:
    """Return the hash of an object's code, and of the values that it has closed over or uses."""
    return digest("\n".join(sorted(_contents(thing, set()))))


def _contents(thing: Any, seen: set[int]) -> Iterator[str]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, functools.partial):
        inner: list[tuple[str, Any]] = [
            ("func", thing.func),
            ("args", thing.args),
            ("keywords", thing.keywords),
        ]
    elif inspect.isfunction(thing):
        yield f"code {thing.__qualname__} {object_digest(thing)}"
        used = inspect.getclosurevars(thing)
        inner = [*used.nonlocals.items(), *_own(thing, used.globals)]
    elif inspect.isclass(thing):
        yield f"code {thing.__qualname__} {object_digest(thing)}"
        inner = [(name, value) for name, value in vars(thing).items() if inspect.isfunction(value)]
    elif is_dataclass(thing):
        inner = [(name, value) for name, value in vars(thing).items() if name != "origin"]
    elif isinstance(thing, Mapping):
        inner = [(str(name), value) for name, value in thing.items()]
    else:
        yield text(thing)
        return
    for name, value in inner:
        if (
            inspect.isfunction(value)
            or inspect.isclass(value)
            or isinstance(value, functools.partial | Mapping)
        ):
            yield from _contents(value, seen)
        elif not inspect.ismodule(value):
            yield f"{name} = {text(value)}"


def _own(function: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a function uses of its own module: what it has imported is not part of it."""
    for name, value in values.items():
        if getattr(value, "__module__", function.__module__) == function.__module__:
            yield name, value


def _source(thing: Any) -> str:
    """Return the source, for people who look into the folder of the run."""
    while isinstance(thing, functools.partial):
        thing = thing.func
    try:
        return (
            textwrap.dedent(inspect.getsource(thing)) if not isinstance(thing, Mapping) else repr(dict(thing))
        )
    except (OSError, TypeError):
        return "its source is not known"


def _identifier(name: str) -> str:
    plain = re.sub(r"\W", "_", name).strip("_") or "shipped"
    return f"{plain}_" if keyword.iskeyword(plain) or plain[0].isdigit() else plain
