"""Runs started from Python: ``tunegrid.run``, with the options of the command ``tunegrid run``.

The keywords are made from that command's parser, so that there is one declaration of names and defaults.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.core.refusal import nearest, shown
from benchmarks.core.signals import ENDING
from benchmarks.engines.ray.cluster import AUTHENTICATION
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import REFUSALS, check_conditions, run_folder, run_parser
from results.console import refusal
from results.errors import ResultsError
from results.messages import one_line
from results.parser import Parser
from tunegrid.import_path import after_own
from tunegrid.objects import REGISTRIES, Parts, parts_of_objects
from tunegrid.runs import Run, load

PROG = "tunegrid.run"


class _Strict(Parser):
    """A parser that raises what is wrong, in the same words, in place of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise Misuse(one_line(message))


def _actions() -> dict[str, argparse.Action]:
    """Return the options by their keywords; ``no_figures`` is ``figures``, which is true unless given."""
    return keywords_of(run_parser(PROG, _Strict))


def keywords_of(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the options of a parser by their keywords."""
    return {_keyword(action): action for action in parser._actions if action.dest != "help"}


def _keyword(action: argparse.Action) -> str:
    return action.dest.removeprefix("no_") if _is_negative(action) else action.dest


def _is_negative(action: argparse.Action) -> bool:
    return action.dest.startswith("no_") and action.nargs == 0


def run(**options: Any) -> Run:
    """Run every search algorithm with every trial scheduler, and return the results.

    The keywords are the options of ``tunegrid run``, with underscores: the same names, meanings and defaults
    (``tunegrid run --help``); ``help(tunegrid.run)`` lists them.  Beside names, ``trainables``, ``searchers``
    and ``schedulers`` take functions and classes, and ``space`` a dict.  A keyword of one value may be given
    without a list.  What lies at the top level of a file is named in the run's folder, as on the command
    line; closures, lambdas and what a notebook defines are shipped to the processes of the run, which then
    says that only this process can resume it.

    >>> import tunegrid as tg
    >>> run = tg.run(trainables="branin", searchers=["random", "optuna-tpe"], schedulers="asha", trials=4,
    ...              engine="virtual", figures=False, out=folder)  # doctest: +ELLIPSIS
    run ...: 2 experiments, 2 to run, 0 stored
    ...
    >>> sorted(run.experiments["status"])
    ['ok', 'ok']

    Raises:
        Misuse: for what cannot be, with the line that the command would print.
        TypeError: for an unknown keyword.
        RuntimeError: if the run could not go on; what has finished is stored.
        KeyboardInterrupt: after Ctrl-C; its text is the call that resumes the run.
    """
    with parts_of_objects() as parts, _process_kept():
        try:
            return _run(options, parts)
        except (*REFUSALS, ResultsError) as error:
            if isinstance(error, Misuse):
                raise
            raise Misuse(str(error.args[0] if error.args else error)) from error
        except OSError as error:
            raise Misuse(refusal(error)) from error


def _run(options: Mapping[str, Any], parts: Parts) -> Run:
    from benchmarks.engines.virtual.fork_server import stop_server
    from benchmarks.execution.carry_out import CutOff
    from benchmarks.execution.start import grid_of, start
    from benchmarks.suite.engines import ENGINES

    args = run_parser(PROG, _Strict).parse_args(_words(options, parts))
    check_conditions(args)
    folder = run_folder(args)
    args.name = folder.name
    if _is_running_ray() and not ENGINES[grid_of(args, folder).engine].from_curves:
        raise Misuse("Ray is running in this process, and a run starts its own; call ray.shutdown() before")
    args.call = _call
    stop_server()  # one that a command in this process has left knows other parts
    try:
        start(args, parts.said())
    except CutOff as end:
        if isinstance(end.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt(str(end)) from None
        raise RuntimeError(str(end)) from end
    finally:
        stop_server()  # the next run may have other parts
    return Run.empty() if args.dry_run else load(folder)


def _is_running_ray() -> bool:
    """Return whether this process is connected to Ray."""
    ray = sys.modules.get("ray")
    return ray is not None and bool(ray.is_initialized())


def _call(folder: Path) -> str:
    """Return the call that resumes a run."""
    return f"tunegrid.run(name={folder.name!r}, out={str(folder.parent)!r}, resume=True)"


def _words(options: Mapping[str, Any], parts: Parts) -> list[str]:
    """Return the words of a command line that ask for the same.

    Raises:
        TypeError: for an unknown keyword.
        Misuse: for a value of the wrong kind.
    """
    known = _actions()
    options_of = {
        word.removeprefix("--").replace("-", "_"): a for a in known.values() for word in a.option_strings
    }
    values: list[tuple[argparse.Action, Any]] = []
    for keyword, value in options.items():
        action = known.get(keyword) or options_of.get(keyword)
        if action is None or (_is_negative(action) and keyword not in known):
            raise TypeError(f"tunegrid.run has no keyword {keyword!r}; {nearest(keyword, sorted(known))}")
        if any(action is other for other, _ in values):
            raise TypeError(f"tunegrid.run: {keyword} is another name of {_keyword(action)}; give one")
        values.append((action, value))
    beside = [one for action, value in values if action.dest == "trainables" for one in _listed(value)]
    words: list[str] = []
    for action, value in values:
        if value is None:
            continue
        if action.dest in REGISTRIES:
            value = [parts.reference(action.dest, one) for one in _listed(value)]
        elif action.dest == "space":
            value = parts.space(value, beside)
        elif action.dest == "prior" and isinstance(value, dict):
            value = json.dumps(value)
        words += _words_of(action, value)
    return words


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _words_of(action: argparse.Action, value: Any) -> list[str]:
    """Return the words of a command line that give an option this value."""
    option = next(word for word in action.option_strings if word.startswith("--"))
    if isinstance(action, argparse.BooleanOptionalAction) or action.nargs == 0:
        if not isinstance(value, bool):
            raise Misuse(f"{_keyword(action)} is {shown(value)}; give True or False")
        if isinstance(action, argparse.BooleanOptionalAction):
            return [option if value else option.replace("--", "--no-", 1)]
        return [option] if value is not _is_negative(action) else []
    if action.nargs == "+":
        return [option, *map(str, value)] if isinstance(value, Sequence) else [option, str(value)]
    if isinstance(value, bool | list | tuple | dict):
        raise Misuse(
            f"{_keyword(action)} is {shown(value)}; give one value, such as {action.metavar or 'NAME'}"
        )
    return [f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}"]


@contextmanager
def _process_kept() -> Iterator[None]:
    """Put environment variables and handlers of signals back as they were: this process goes on after it."""
    before = dict(os.environ)
    main = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in ENDING} if main else {}
    os.environ["PYTHONPATH"] = after_own(_import_folders())  # what this process can import, others can
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for name in set(os.environ) - {*before, *AUTHENTICATION}:  # Ray keeps its token in this process
            del os.environ[name]
        os.environ.update(before)


def _import_folders() -> list[str]:
    """Return the folders that this process imports from, but for those that belong to Python itself."""
    python = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
    folders = [Path(folder or Path.cwd()).resolve() for folder in sys.path]
    return [str(folder) for folder in folders if folder.is_dir() and not python.intersection(folder.parents)]


def _signature() -> inspect.Signature:
    """Return the signature with all keywords, for help and completion."""
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [
            inspect.Parameter(keyword, kind, default=True if _is_negative(action) else action.default)
            for keyword, action in _actions().items()
        ],
        return_annotation=Run,
    )


run.__signature__ = _signature()  # type: ignore[attr-defined]  # what inspect reads
