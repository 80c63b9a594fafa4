"""Preloading: imported once by the process from which experiments are forked, to load their libraries.

It notes in a file what it loads, so that the program that waits for it knows where it hangs or has ended.
Errors are ignored here: the experiment meets them again, in a process of its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.engines.virtual.fork_server import NAMES, READY, die_with_parent
from benchmarks.user_files import is_user_file

log = logging.getLogger(__name__)
OURS = ("benchmarks", "searchers", "schedulers", "tunegrid")


class Loader:
    """Loads one part after the other.

    Args:
        diary: the file in which it notes what it loads.
        patience: seconds that another's part may take.
    """

    def __init__(self, diary: Path, patience: float) -> None:
        self._diary, self._patience = diary, patience

    def note(self, line: str) -> None:
        """Note what is loaded next."""
        try:
            with self._diary.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except FileNotFoundError:  # the program is ending, and has removed its folder
            os._exit(0)

    def part(self, kind: str, name: str) -> None:
        """Load a part, since building it once is when it imports its library; or read its table."""
        self.note(f"{kind} {name}")
        try:
            spec, build = _builder(kind, name)
            if build is not None and _is_ours(spec):
                build()
            elif build is not None:  # its side effects stay in another process
                for module in self._imported_by(build):
                    self._guarded(importlib.import_module, module)
            if build is not None:  # some import what they need with their first model: torch takes seconds
                for package in spec.requires:
                    self._guarded(importlib.import_module, package.replace("-", "_"))
        except BaseException as error:  # noqa: BLE001 - a plug-in may raise anything, as may a damaged table
            log.debug("%s %s is not preloaded: %r", kind, name, error)

    def _guarded(self, call: Callable[[str], Any], name: str) -> None:
        try:
            call(name)
        except BaseException as error:  # noqa: BLE001 - as above
            log.debug("%s is not preloaded: %r", name, error)

    def _imported_by(self, build: Callable[[], object]) -> list[str]:
        """Return the modules that ``build`` imports; none if it fails, or takes too long.

        What it starts ends with it.
        """
        before, (reading, writing) = set(sys.modules), os.pipe()
        if (child := os.fork()) == 0:
            try:
                os.setpgid(0, 0)
                die_with_parent(os.getppid())
                build()
                os.write(
                    writing, "\n".join(name for name in list(sys.modules) if name not in before).encode()
                )
            finally:
                os._exit(0)
        os.close(writing)
        names = b""
        while select.select([reading], [], [], self._patience)[0] and (more := os.read(reading, 2**16)):
            names += more
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        with suppress(ProcessLookupError):  # it has ended before it had a group of its own
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return names.decode().split("\n") if names else []


def _builder(kind: str, name: str) -> tuple[Any, Callable[[], object] | None]:
    """Return a part, and a function that loads its libraries or table, None if there are none."""
    from ray import tune

    from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, ScheduleSetup, SearchSetup

    space = {"x": tune.uniform(0.0, 1.0)}
    if kind == "trainable":
        # To read a table is ours; what is read stays with the part, and so must be read here.
        return TRAINABLES["probe"], partial(_read, TRAINABLES[name])
    if kind == "searcher":
        searcher = SEARCHERS[name]
        setup = SearchSetup(space, trials=8, seed=0, max_concurrent=1)
        return searcher, None if searcher.missing() else lambda: searcher.build(setup)
    scheduler = SCHEDULERS[name]
    plan = ScheduleSetup(space, ("x",), trials=8, epochs=9, workers=1, seed=0)
    nothing = scheduler.missing() or scheduler.replays is not None
    return scheduler, None if nothing else lambda: scheduler.build(plan)


def _is_ours(spec: Any) -> bool:
    return spec.origin.partition(".")[0] in OURS and not is_user_file(spec.origin)


def _read(trainable: Any) -> None:
    """Read a trainable's table, and make what the reference values of a formula are taken from."""
    from benchmarks.curves.recorded.replay import Recorded

    if isinstance(trainable.curves, Recorded):
        trainable.curves.replay  # noqa: B018 - read on first use
    if _is_ours(trainable) and trainable.constants is not None and not trainable.missing():
        trainable.constants.prepare()


def load(diary: Path, patience: float, main: str, engine: str, parts: list[tuple[str, str]]) -> None:
    """Load our own, what the program's own module ``main`` imports if it is ours, then these parts.

    ``engine`` is the module of the engine whose experiments are to come.
    """
    loader = Loader(diary, patience)
    loader.note(str(os.getpid()))
    loader.note("libraries")
    import benchmarks.engines.common.watched  # noqa: F401 - to have it loaded

    importlib.import_module(engine)

    if main.partition(".")[0] in OURS:
        importlib.import_module(main)
        # Each process runs it once more under another name, with a warning that it has been imported.
        warnings.filterwarnings("ignore", f"{main!r} found in sys.modules", RuntimeWarning)
    if parts:
        loader.note("registry")
        from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES

        loader._guarded(lambda _: [len(kind) for kind in (SEARCHERS, SCHEDULERS, TRAINABLES)], "the registry")
    for kind, name in parts:
        loader.part(kind, name)
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it for garbage costs more than a small experiment
    loader.note(READY)


def load_here(searchers: Iterable[str], schedulers: Iterable[str], trainables: Iterable[str]) -> None:
    """Load these parts in this process, for one that runs experiments without a server."""
    kinds = {"trainable": trainables, "searcher": searchers, "scheduler": schedulers}
    for kind, names in kinds.items():
        for name in names:
            _, build = _builder(kind, name)
            if build is not None:
                build()


if NAMES in os.environ:
    request = json.loads(os.environ.pop(NAMES))  # it is for this process, not for those it starts
    die_with_parent(request["parent"])
    load(
        Path(request["diary"]),
        request["patience"],
        request["main"],
        request["engine"],
        [(kind, name) for kind, name in request["parts"]],
    )
