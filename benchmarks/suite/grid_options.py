"""Grid options: those of the command line, made of the fields, and the grid that they ask for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.core.refusal import shown
from benchmarks.suite import command_parts
from benchmarks.suite.grid import OPTIONS, Grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.presets import DEFAULT, PRESETS, SETS, runnable
from benchmarks.suite.spec_file import read
from benchmarks.suite.user_parts import is_reference, located, with_settings
from results.machine import available_cpus
from results.parser import split_names
from results.quantities import BY_UNIT
from results.store.field import Field
from results.store.fields import FIELDS

_PATH = re.compile(r"(?:\[[^\[\]]*=[^\[\]]*\]|[^,\[])+")
#: What a trainable in a file may lack -> metavar and help of the option that gives it.
OWN = {
    "space": (
        "FILE:NAME",
        "the space of such a trainable: a dict of ray.tune's domains, or a function",
    ),
    "metric": ("NAME", "the metric that it reports"),
    "mode": ("MODE", "min or max: whether less or more of the metric is better"),
}
#: A trainable that is a command line -> as above.
COMMAND = {
    "command": (
        "CMD",
        "a command line as the trainable: 'python train.py --lr {lr}'; placeholders are hyperparameters, "
        "{seed}, {config} (a JSON file of all) and {folder} (of the trial's own)",
    ),
    "metric_regex": (
        "REGEX",
        "with --command: finds the metric in a line of its output, by its one group, or metrics by named "
        "groups (default: each line that is a JSON object is a report)",
    ),
}
NAMES = tuple(field.grid for field in FIELDS if isinstance(field.grid_default, tuple) and not field.axis)
AXES = tuple(field.grid for field in FIELDS if field.axis)
#: Options that name a file or a folder.
FILES = frozenset(field.grid for field in FIELDS if field.metavar == "FILE")


def integer(text: str) -> int:
    """Return the number that is written; argparse shows what is wrong with it."""
    try:
        return int(text)
    except ValueError:  # another text, or thousands of digits
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not a whole number, or far too large a one"
        ) from None


def integers(text: str) -> list[int]:
    """Return the numbers that are written, with commas or blanks between."""
    return [integer(word) for word in split_names([text])]


def add_grid_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a grid; their value is None unless given, so that a preset or a file decides."""
    grid = parser.add_argument_group(
        "grid",
        "what is run; names are globs, separated by commas or blanks.  A value that is not given is the "
        f"preset's; the defaults shown are those of {DEFAULT}",
    )
    grid.add_argument(
        "--preset", choices=sorted(PRESETS), help=f"where the values start from (default: {DEFAULT})"
    )
    grid.add_argument("--spec", type=Path, metavar="FILE", help="TOML file with any of the values below")
    users = parser.add_argument_group(
        "your own",
        "what is trained, searches and schedules may be files: train.py:train_fn, or module:name",
    )
    for name, (metavar, meaning) in {**OWN, **COMMAND}.items():
        users.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, help=meaning)
    simulated = parser.add_argument_group("virtual clock", "what only --engine virtual and live have")
    for field in FIELDS:
        _add(simulated if field.simulated else grid, field)


def _add(group: argparse._ArgumentGroup, field: Field) -> None:
    """Add the option of a field, and its older names, which the help does not show."""
    value: Any = getattr(PRESETS[DEFAULT], field.grid)
    kind: dict[str, Any] = {"dest": field.grid, "metavar": field.metavar or None}
    if isinstance(value, tuple):
        kind |= {"nargs": "+", "action": "extend"} | ({"type": integers} if field.axis else {})
    elif field.choices:
        kind["choices"] = field.choices
    elif field.type is not str:
        kind["type"] = integer if field.type is int else BY_UNIT.get(field.unit, float)
    text = f"{field.help} (default: {field.as_typed(value) or 'none'})".replace("%", "%%")
    group.add_argument(field.option, **kind, help=text)
    for alias in field.aliases:
        group.add_argument(f"--{alias.replace('_', '-')}", **kind, help=argparse.SUPPRESS)


def asked_grid(args: argparse.Namespace, stored: Grid | None = None) -> Grid:
    """Return the grid that preset, spec file and options ask for, the later ones winning.

    What is not asked for is the stored run's when one is resumed, else the preset's, with no more workers
    than there are CPUs.

    Raises:
        Misuse: for an unknown preset or key, or a value that cannot be.
    """
    values = read(args.spec) if args.spec else {}
    values.pop("prices", None)  # of benchmarks.suite.prices
    settings = {name: _located(values.pop(name), args.spec.parent) for name in OWN if name in values}
    settings |= {
        name: _located(getattr(args, name), Path.cwd()) for name in OWN if getattr(args, name) is not None
    }
    program = _program(args, values)
    if args.spec:
        values = {key: _located(value, args.spec.parent, key) for key, value in values.items()}
    chosen = args.preset or "preset" in values
    preset = values.pop("preset", DEFAULT)
    preset = args.preset or preset
    if not isinstance(preset, str) or preset not in PRESETS:
        raise Misuse(f"{args.spec}: preset is {shown(preset)}; choose {', '.join(sorted(PRESETS))}")
    replaces = args.preset or (args.spec and preset != DEFAULT)
    grid = PRESETS[preset] if stored is None or replaces else stored
    from_preset = grid is PRESETS[preset]
    engine = args.engine or values.get("engine", grid.engine)
    if "workers" not in values and args.workers is None and engine == "tune":
        cpus = args.num_cpus or available_cpus()
        values["workers"] = stored.workers if stored else [min(number, cpus) for number in grid.workers]
    grid = grid.changed(values, str(args.spec))
    options = _option_values(args)
    if "train_size" not in {**values, **options} and "data" in {**values, **options}:
        options["train_size"] = 0  # who names the data wants all of it
    if engine == "virtual" and stored is None and "train_size" not in {**values, **options}:
        options["train_size"] = 0  # the preset's size shortens training, which takes no time there
    options = {name: _located(value, Path.cwd(), name) for name, value in options.items()}
    grid = grid.changed(options, OPTIONS)
    named = any(name in source for source in (values, options) for name in ("trainables", "trainable"))
    if from_preset and preset in SETS and not (named or program):
        grid = grid.changed({"trainables": runnable(preset, grid.engine)}, OPTIONS)
    if program:
        grid = grid.changed({"trainables": [*(grid.trainables if named else ()), program]}, OPTIONS)
        named = True
    if settings:
        grid = _with_settings(grid, settings, instead=not named)
    limited = grid.time_budget or grid.budget
    chosen = chosen and preset not in SETS  # those say how many trials unless there is a budget
    if limited and stored is None and not chosen and "trials" not in {**values, **options}:
        return grid.changed({"trials": 0}, OPTIONS)  # no number is asked for: as many as fit
    return grid


def asked_preset(args: argparse.Namespace) -> str:
    """Return the name of the preset that options or a spec file ask for."""
    named = args.preset or (read(args.spec).get("preset") if args.spec else None)
    return str(named or DEFAULT)


def _program(args: argparse.Namespace, values: dict[str, Any]) -> str:
    """Return the reference of the command that options or a spec file give as a trainable; "" without one.

    Takes its keys out of the spec file's values.

    Raises:
        Misuse: if it cannot be one.
    """
    from_file = {name: values.pop(name) for name in COMMAND if name in values}
    options = {name: getattr(args, name) for name in COMMAND if getattr(args, name) is not None}
    for name, value in from_file.items():
        if not isinstance(value, str):
            raise Misuse(f"{args.spec}: {name} is {shown(value)}; expected text, such as {COMMAND[name][0]}")
    command = {**from_file, **options}
    if "command" not in command:
        if command:
            raise Misuse("--metric-regex is for a command, and none is given; add --command 'CMD'")
        return ""
    folder = Path.cwd() if "command" in options else Path(args.spec).parent.absolute()
    return command_parts.reference(command["command"], command.get("metric_regex", ""), folder)


def _located(value: Any, folder: Path, option: str = "") -> Any:
    """Return names with the paths in them absolute; any other value as it is."""
    if option in FILES:
        return str((folder / value).absolute()) if isinstance(value, str) and value else value
    if isinstance(value, str):
        return located(value, folder)
    return [_located(item, folder) for item in value] if isinstance(value, list) else value


def _with_settings(grid: Grid, settings: Mapping[str, Any], *, instead: bool) -> Grid:
    """Return the grid whose trainables in files have this space, metric and mode.

    Raises:
        Misuse: if there is none, or a value is not text.
    """
    for name, value in settings.items():
        if not isinstance(value, str):
            raise Misuse(f"{name} is {shown(value)}; expected text, such as {OWN[name][0]}")
    if not any(is_reference(name) for name in grid.trainables):
        raise Misuse(
            f"--{next(iter(settings))} is for a trainable in a file, and none is named; add --trainable "
            "train.py:train_fn, or leave it out"
        )
    names = [
        with_settings(name, settings, instead=instead) if is_reference(name) else name
        for name in grid.trainables
    ]
    return grid.changed({"trainables": names}, OPTIONS)


def _option_values(args: argparse.Namespace) -> dict[str, Any]:
    """Return the values that options give."""
    values = {f.grid: getattr(args, f.grid) for f in FIELDS if getattr(args, f.grid) is not None}
    for name in NAMES:
        if name in values:
            values[name] = _names(values[name])
    for name in AXES:
        if name in values:
            values[name] = [number for numbers in values[name] for number in numbers]
    return values


def _names(words: Sequence[str]) -> list[str]:
    """Return the names that an option gives; a path may hold blanks."""
    if any(".py" in word and " " in word for word in words):
        return [name.strip() for word in words for name in _PATH.findall(word)]
    return split_names(words)
