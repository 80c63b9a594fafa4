"""Aspects of a part: its space, its constants, and the source of the modules that it is written in."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from ray.tune.search.sample import Categorical, Domain, Float, Function, Integer

from benchmarks.core.hashes import object_digest
from benchmarks.execution.sources import counts, module_digests
from benchmarks.program.command import Program
from benchmarks.spaces.domains import kind
from benchmarks.suite.registry import TrainableSpec

SOURCE = "source of "


def text(value: Any) -> str:
    """Return a search space's domain or constant in words, exactly: ``loguniform(0.0001, 0.1)``."""
    sampler: Any = value.get_sampler() if isinstance(value, Domain) else None
    if isinstance(value, Categorical):
        return f"choice({', '.join(map(text, value.categories))})"
    if isinstance(value, Float | Integer) and kind(value) != "other":
        steps = [sampler.q] if hasattr(sampler, "q") else []
        return f"{kind(value)}({', '.join(repr(n) for n in [value.lower, value.upper, *steps])})"
    if isinstance(value, Function):
        return f"sample_from({text(value.func)})"
    if isinstance(value, Domain):
        fields = {**vars(value), **vars(sampler)}
        words = [f"{n}={v!r}" for n, v in sorted(fields.items()) if isinstance(v, int | float | str)]
        return f"{type(value).__name__}({', '.join(words)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, np.generic | np.ndarray):
        return text(value.tolist())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(text, value))}]"
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    name = getattr(value, "__qualname__", type(value).__qualname__)
    return f"{name} {object_digest(value)}" if inspect.isroutine(value) or inspect.isclass(value) else name


def trainable_aspects(spec: TrainableSpec) -> dict[str, str]:
    """Return what a trainable is made of, but for its data: a short text for each aspect."""
    aspects = _of_call(_space, spec) | _of_call(_constants, spec)
    aspects |= {
        "metric": spec.metric,
        "mode": spec.mode,
        "mutable": ", ".join(sorted(spec.mutable)) or "nothing",
        "seeded": "yes" if spec.seeded else "no",
        "seeds of": spec.seeds_of or spec.name,
    }
    if isinstance(spec.target, Program):
        aspects |= spec.target.aspects()
    written_in = [spec.target, spec.space, spec.load, spec.curves, spec.constants]
    return aspects | source_aspects(written_in, spec.origin)


def _space(spec: TrainableSpec) -> dict[str, str]:
    return {f"space: {name}": text(domain) for name, domain in spec.space().items()}


def _constants(spec: TrainableSpec) -> dict[str, str]:
    if spec.constants is None or spec.constants.by_epochs:  # made from curves, whose source and data count
        return {}
    constants = spec.constants()
    # Some are sums, whose last digits differ between processors.
    return {"constants": f"optimum {constants.optimum:.9g}, baseline {constants.baseline:.9g}"}


def _of_call(aspects: Callable[[TrainableSpec], dict[str, str]], spec: TrainableSpec) -> dict[str, str]:
    """Return the aspects that a trainable's own code gives; an error is an aspect too."""
    try:
        return aspects(spec)
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
        return {aspects.__name__.removeprefix("_"): f"raises {type(error.__cause__ or error).__name__}"}


def source_aspects(things: Iterable[Any], home: str) -> dict[str, str]:
    """Return the hashes of all modules that these functions and classes are written in, as aspects."""
    aspects: dict[str, str] = {}
    for thing in _code(things):
        module = getattr(thing, "__module__", None) or ""
        if counts(module, home):
            digests = module_digests(module)
            if digests is None:  # typed into an interpreter
                digests = {f"{module}.{thing.__qualname__}": object_digest(thing)}
            aspects |= {f"{SOURCE}{name}": value for name, value in digests.items()}
    return aspects


def _code(things: Iterable[Any]) -> Iterator[Any]:
    """Yield all functions and classes that these are made of, also what functions have closed over."""
    waiting, seen = list(things), set[int]()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if hasattr(thing, "__wrapped__"):
            waiting.append(thing.__wrapped__)
        if isinstance(thing, functools.partial):
            waiting += [thing.func, *thing.args, *thing.keywords.values()]
        elif inspect.ismethod(thing):
            waiting += [thing.__func__, thing.__self__]
        elif inspect.isfunction(thing):
            yield thing
            waiting += map(_content, thing.__closure__ or ())
        elif inspect.isclass(thing):
            yield from (cls for cls in thing.__mro__ if cls is not object)
        elif isinstance(thing, list | tuple):
            waiting += thing
        elif isinstance(thing, Mapping):
            waiting += thing.values()
        elif hasattr(thing, "__dict__") and not inspect.ismodule(thing):
            waiting.append(type(thing))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None
