"""Searchers under test, in place of a registered one: ``--searcher mine.py:build``.

It is the class of a ``ray.tune.search.Searcher``, or whatever ``tunegrid run --searchers`` takes: a function
that builds one, in a file or a module, or a registered name, with options in brackets; or the name of an
entry point of ``tunegrid.searchers``.  Experiments run in other processes; they learn of it
by an environment variable.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.core.refusal import error_line
from benchmarks.suite.bracketed import split
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.plugins import named
from benchmarks.suite.registry import (
    PLUGINS,
    SEARCHERS,
    SearcherSpec,
    SearchPlan,
    SearchSetup,
    SpecError,
    UnknownName,
)
from benchmarks.suite.user_parts import is_reference, located
from benchmarks.user_files import NotLoaded, module_of
from searchers import adapt

if TYPE_CHECKING:
    from results.gate.sides import Side

#: Names searcher and place to all processes, as JSON.
VARIABLE = "TUNEGRID_UNDER_TEST"
#: With which it is compared unless the baseline has it, or another one is named.
RANDOM = "random"
#: What a class may call its seed.
_SEEDS = ("seed", "random_state_seed", "random_state")


def begin(reference: str, against: str | None, baseline: Side | None = None) -> str:
    """Register a searcher under test, here and in later processes; return the name that it replaces.

    Args:
        reference: what the command line says of it.
        against: the searcher in whose place it runs; if None, its own name where the baseline has it, else
            random search; its own name without a baseline.
        baseline: what it is to be compared with.

    Raises:
        Misuse: if it is not a searcher, cannot be built, or no test applies to the two.
    """
    reference = located(reference, Path.cwd())
    spec = spec_of(reference)
    known = None if baseline is None or baseline.template is None else set(baseline.template["searcher"])
    name = against or (spec.name if known is None or spec.name in known else RANDOM)
    if against and known is not None and against not in known:
        raise Misuse(
            f"--against {against}: the baseline has no such searcher; it has {', '.join(sorted(known))}"
        )
    _check_not_nested(spec, name)
    _try(spec, reference)
    os.environ[VARIABLE] = json.dumps([reference, name])
    plugins = [module for module in named() if module != __name__]
    os.environ[PLUGINS] = ",".join([*plugins, __name__])
    take_place(spec, name)
    return name


def _check_not_nested(spec: SearcherSpec, name: str) -> None:
    """Refuse a searcher whose proposals are the first part of the other one's, or the other way round."""
    other = SEARCHERS.get(name)
    if other is not None and (spec.nested_in == name or other.nested_in == spec.name != name):
        raise Misuse(
            f"{spec.name} and {name} are nested: the one proposes the first part of what the other does, so "
            "the larger cannot be worse and no test applies; give --against another searcher"
        )


def take_place(spec: SearcherSpec, name: str) -> None:
    """Register a searcher under the name of another one, which it replaces."""
    origin = SEARCHERS[name].origin if name in SEARCHERS else spec.origin
    options = {} if spec.set_options else spec.options  # a variant's are set
    SEARCHERS.add(replace(spec, name=name, origin=origin, options=options, hidden=False))


def spec_of(reference: str) -> SearcherSpec:
    """Return the spec of a searcher that is given by its path or its name.

    Raises:
        Misuse: if there is none.
    """
    if is_reference(reference):
        return _of_object(reference, _imported(reference))
    if split(reference)[0] in SEARCHERS:
        return _the_one(reference)
    points = importlib.metadata.entry_points(group="tunegrid.searchers", name=reference)
    specs = [s for s in SEARCHERS.values() for point in points if s.origin == point.module]
    if len(specs) == 1:
        return specs[0]
    if specs:
        names = ", ".join(spec.name for spec in specs)
        raise Misuse(f"entry point {reference!r} has several searchers: {names}; give one of these names")
    raise Misuse(
        f"--searcher {reference} is neither a path such as mine.py:build or mypkg.module:MySearcher, nor the "
        f"name of an entry point of tunegrid.searchers, nor registered, as are {', '.join(SEARCHERS)}"
    )


def _the_one(reference: str) -> SearcherSpec:
    """Return the one searcher that a name stands for, as ``tunegrid run --searchers`` reads it."""
    try:
        names = SEARCHERS.select([reference])
    except (UnknownName, SpecError) as error:
        raise Misuse(f"--searcher {reference}: {error_line(error)}") from error
    if len(names) > 1:
        raise Misuse(f"--searcher {reference} is {len(names)} searchers: {', '.join(names)}; name one")
    return SEARCHERS[names[0]]


def _imported(reference: str) -> Any:
    """Return what a file's or a module's name stands for; None of a file without one."""
    where, _, attribute = split(reference)[0].rpartition(":")
    if not where:
        return None
    try:
        found: Any = module_of(str(Path(where).absolute()) if where.endswith(".py") else where)
        for name in attribute.split("."):
            found = getattr(found, name)
    except AttributeError as error:
        raise Misuse(f"--searcher {reference}: module {where} has no {attribute}") from error
    except NotLoaded as error:
        raise Misuse(f"--searcher {reference}: {where} cannot be imported ({error})") from error
    return found


def _of_object(reference: str, thing: Any) -> SearcherSpec:
    from ray.tune.search import Searcher

    if inspect.isclass(thing) and issubclass(thing, Searcher):
        return _of_class(reference, thing)
    if thing is not None and not inspect.isfunction(thing):
        what = f"the class {thing.__name__}" if inspect.isclass(thing) else f"of type {type(thing).__name__}"
        raise Misuse(
            f"--searcher {reference} is {what}; expected a subclass of ray.tune.search.Searcher, or a "
            "function that builds one"
        )
    return _the_one(reference)


def _of_class(reference: str, kind: Any) -> SearcherSpec:
    def build(setup: SearchSetup) -> SearchPlan:
        seeds: dict[str, Any] = {
            name: setup.seed for name in _SEEDS if name in inspect.signature(kind).parameters
        }
        return adapt(setup, kind, **seeds)

    return SearcherSpec(reference, f"the class {reference}", build=build, origin=kind.__module__)


def _try(spec: SearcherSpec, reference: str) -> None:
    """Build it once, since the processes of experiments report errors less clearly."""
    from ray import tune

    if missing := spec.missing():
        raise Misuse(f"--searcher {reference} needs {', '.join(missing)}: pip install {' '.join(missing)}")
    try:
        spec.build(SearchSetup({"x": tune.uniform(0.0, 1.0)}, trials=8, seed=0, max_concurrent=1))
    except Exception as error:  # whatever a searcher raises
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        raise Misuse(
            f"--searcher {reference} cannot be built without options ({what}); write a function that gives "
            "them"
        ) from error


if VARIABLE in os.environ:  # in a process of the run: this module is imported as a plug-in
    _reference, _place = json.loads(os.environ[VARIABLE])
    take_place(spec_of(_reference), _place)
