"""Objects as parts of a run: functions and classes given in place of names.

What lies at the top level of a file or an installed module is named by it, ``train.py:train_fn``; everything
else is shipped.  Parts that this process has registered by a decorator are shipped with their spec.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CellType
from typing import Any

from benchmarks import user_files
from benchmarks.core.refusal import shown
from benchmarks.suite import bracketed
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.part_registry import PACKAGES
from benchmarks.suite.plugins import is_plugin
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Registry
from benchmarks.suite.specs import Spec
from tunegrid.shipping import name_of, ship

REGISTRIES: Mapping[str, Registry[Any]] = {
    "trainables": TRAINABLES,
    "searchers": SEARCHERS,
    "schedulers": SCHEDULERS,
}


@dataclass
class Parts:
    """The parts that this process has registered itself, and the names of those that are shipped.

    Attributes:
        registered: by kind and name.
        shipped: names of what no other process can resume.
    """

    registered: Mapping[str, Mapping[str, Spec]]
    shipped: list[str] = field(default_factory=list)

    def reference(self, kind: str, thing: Any) -> str:
        """Return the name of an object as a kind of part.

        Raises:
            Misuse: if it is not a name, function or class, or cannot be shipped.
        """
        mine, others = self.registered[kind], REGISTRIES[kind]
        if isinstance(thing, str):
            base, within = bracketed.split(thing)
            if within and kind != "trainables" and base in mine:
                return f"{self.reference(kind, base)}[{within}]"
            known: Spec | None = mine.get(thing, others.get(thing) if thing in others else None)
        else:
            every = (*mine.values(), *others.values())
            known = next((spec for spec in every if _is_of(_decorated(spec), thing)), None)
        if known is not None and _is_known_everywhere(known):
            return known.name
        if known is not None:
            return at_top_level(_decorated(known)) or self._shipped(known, kind=kind)
        if isinstance(thing, str):
            return thing
        if not callable(thing):
            raise Misuse(f"{kind}: {shown(thing)}; expected a name, a function or a class")
        return at_top_level(thing) or self._shipped(thing)

    def space(self, thing: Any, beside: list[Any]) -> str:
        """Return the name of a space.

        Args:
            thing: a name, a mapping or a function.
            beside: functions in whose modules it may lie.

        Raises:
            Misuse: if it is none of these, or cannot be shipped.
        """
        if isinstance(thing, str):
            return thing
        if not callable(thing) and not isinstance(thing, Mapping):
            raise Misuse(f"space is {shown(thing)}; expected a dict of ray.tune's domains, or a function")
        if callable(thing) and (reference := at_top_level(thing)):
            return reference
        for module in {getattr(function, "__module__", "") for function in beside}:
            for name, value in vars(sys.modules.get(module, object)).items():
                if value is thing and (where := _where(module)):
                    return f"{where}:{name}"
        return self._shipped(thing, "space" if isinstance(thing, Mapping) else "")

    def _shipped(self, thing: Any, name: str = "", kind: str = "") -> str:
        self.shipped.append(name or name_of(thing))
        return ship(thing, name, kind)

    def said(self) -> str:
        """Return what of the run no other process can resume, in a line; empty if it can."""
        names = ", ".join(dict.fromkeys(self.shipped))
        if not names:
            return ""
        lie = "lie" if "," in names else "lies"
        return f"note: only this process can resume the run: {names} {lie} in no file that another could read"


@contextmanager
def parts_of_objects() -> Iterator[Parts]:
    """Yield the parts that this process has registered itself, for a block in which they are set aside.

    Files that are named within are forgotten at the end.
    """
    for registry in REGISTRIES.values():  # a plug-in's module may register parts of several kinds
        len(registry)
    with ExitStack() as stack:
        registered = {
            kind: stack.enter_context(registry.set_aside(_is_mine)) for kind, registry in REGISTRIES.items()
        }
        stack.enter_context(user_files.apart())
        yield Parts(registered)


def at_top_level(thing: Callable[..., Any]) -> str:
    """Return the reference of a function or class at the top level of a file or module; "" of any other."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", "")
    if not isinstance(module, str) or not name.isidentifier():
        return ""
    if not _is_of(thing, getattr(sys.modules.get(module), name, None)):
        return ""
    where = _where(module)
    return f"{where}:{name}" if where else ""


def _where(module: str) -> str:
    """Return the file of a module, or its name if it is in a package; "" if another process cannot have it.

    The file of ``__main__`` is a program, which would run again.
    """
    file = getattr(sys.modules.get(module), "__file__", None)
    if module == "__main__" or not file or not file.endswith(".py"):
        return ""
    return module if "." in module else str(Path(file).resolve())


def _decorated(spec: Spec) -> Any:
    return getattr(spec, spec.DECORATED)


def _is_of(registered: Any, thing: Any) -> bool:
    """Return whether this is what was registered, perhaps wrapped since (``suite.targets``)."""
    if inspect.isclass(registered):
        return thing in registered.__mro__[:2] and thing is not object
    cells: Sequence[CellType] = getattr(registered, "__closure__", None) or ()
    return registered is thing or (len(cells) == 1 and cells[0].cell_contents is thing)


def _is_mine(spec: Spec) -> bool:
    """Return whether a part would stand in the way of itself, as a file or as what is shipped."""
    return user_files.is_user_file(spec.origin) or ("." not in spec.origin and not _is_known_everywhere(spec))


def _is_known_everywhere(spec: Spec) -> bool:
    """Return whether every process finds a part: one of ours, or a plug-in's."""
    ours = {name.partition(".")[0] for name in PACKAGES.values()}
    mine = spec.origin.partition(".")[0] in ours and not user_files.is_user_file(spec.origin)
    return mine or is_plugin(spec.origin)
