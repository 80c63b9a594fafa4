"""Parts that a user names by their file or module: ``train.py:train_fn[metric=val_loss,mode=min]``.

What stands in the brackets of a trainable are fields of its spec, which it may lack or have otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.suite import command_parts
from benchmarks.suite.bracketed import Malformed, split, values_of
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.specs import SchedulerSpec, SearcherSpec, Spec
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.user_files import NotLoaded, label, module_of

_REFERENCE = re.compile(r"(?P<where>[^:]+\.py|[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*(?:\.\w+)*)")
_KINDS: Mapping[str, type[Spec]] = {
    "trainables": TrainableSpec,
    "searchers": SearcherSpec,
    "schedulers": SchedulerSpec,
}
#: Fields that the brackets of a trainable may give -> how their text is read.
SETTINGS = ("metric", "mode", "space", "name", "test_metric", "checkpoints", "seeded", "most_epochs")
_FLAGS = {"true": True, "false": False}


def is_reference(text: str) -> bool:
    """Return whether a name is that of a file, or of something in a file or module."""
    base, _ = split(text)
    return base.endswith(".py") or _REFERENCE.fullmatch(base) is not None


def located(text: str, folder: Path) -> str:
    """Return a name with the paths in it absolute, as seen from ``folder``; any other as it is.

    Raises:
        Misuse: for brackets that cannot be read.
    """
    base, within = split(text)
    if not is_reference(base):
        return text
    settings = {name: "|".join(values) for name, values in _values(text, within).items()}
    if "space" in settings:
        settings["space"] = _absolute(settings["space"], folder)
    return _joined(_absolute(base, folder), settings)


def with_settings(text: str, settings: Mapping[str, str], *, instead: bool = False) -> str:
    """Return a trainable's name with these settings, where it has none of its own, or in place of them.

    Raises:
        Misuse: for brackets that cannot be read.
    """
    base, within = split(text)
    fields = {name: "|".join(values) for name, values in _values(text, within).items()}
    return _joined(base, {**fields, **settings} if instead else {**settings, **fields})


def specs_of(kind: str, text: str, registered: Callable[[], Iterable[Spec]]) -> list[Spec]:
    """Return the specs of what a name stands for; of a file without one, of all that it registers.

    Args:
        kind: "trainables", "searchers" or "schedulers".
        registered: returns the specs of this kind, those that the file has registered too.

    Raises:
        Misuse: if it is not there, or no such part.
        SpecError: if it lacks something.
    """
    base, within = split(text)
    where, _, name = base.rpartition(":") if _REFERENCE.fullmatch(base) else (base, "", "")
    if where == command_parts.BASE and kind == "trainables":
        settings = settings_of(text)
        return [command_parts.command_spec(name, settings, _fields(settings, None))]
    module = _loaded(where, base)
    decorated = [spec for spec in registered() if spec.origin == module.__name__]
    word = kind.removesuffix("s")
    if not name:
        if not decorated:
            raise Misuse(f"{base} registers no {word}; name its function or class: {base}:NAME")
        if within and len(decorated) > 1:
            raise Misuse(f"{base} registers {len(decorated)} {kind}; name the one: {base}:NAME[{within}]")
        specs: list[Spec] = decorated
    else:
        thing = _attribute(module, name, base, word)
        specs = [spec for spec in decorated if _is_of(spec, thing)] or [
            _undecorated(kind, thing, name, module, base, settings_of(text) if kind == "trainables" else {})
        ]
        if specs[0] not in decorated:
            return specs
    if kind != "trainables" or not within:
        return specs
    return [replace(spec, **_fields(settings_of(text), module)) for spec in specs]


def settings_of(text: str) -> dict[str, str]:
    """Return what stands in the brackets of a trainable.

    Raises:
        Misuse: for something else than one value each of ``SETTINGS``.
    """
    values = _values(text, split(text)[1])
    for name, settings in values.items():
        if name not in (*SETTINGS, *command_parts.SETTINGS):
            raise Misuse(f"{text}: {shown(name)} cannot be given in brackets; {nearest(name, SETTINGS)}")
        if len(settings) > 1:
            raise Misuse(f"{text}: {name} has {len(settings)} values; give one, or name the trainable twice")
    return {name: settings[0] for name, settings in values.items()}


def _undecorated(
    kind: str, thing: Any, name: str, module: ModuleType, base: str, settings: Mapping[str, str]
) -> Spec:
    """Return the spec of a function or class that no decorator has registered."""
    spec, summary = _KINDS[kind], f"{name} of {label(module.__name__)}"
    word = kind.removesuffix("s")
    own_name = name.rpartition(".")[2]
    if kind != "trainables":
        if isinstance(thing, type) or not callable(thing):
            plan = "SearchPlan: tunegrid.adapt(setup, Class, seed=setup.seed)"
            raise Misuse(
                f"{base} is {shown(thing)}; expected a function of a setup that returns a "
                f"{plan if word == 'searcher' else 'scheduler of ray.tune.schedulers'}"
            )
        return replace(spec.of(own_name, summary, thing, {}), origin=module.__name__)
    for needed, example in (("metric", "val_loss"), ("mode", "min")):
        if needed not in settings:
            raise Misuse(
                f"{base} has no {needed}; add --{needed} {example}, or decorate it with @tunegrid.trainable"
            )
    if "space" not in settings:
        from ray.tune.search.sample import Domain

        spaces = [
            known
            for known, value in vars(module).items()
            if isinstance(value, Mapping) and any(isinstance(domain, Domain) for domain in value.values())
        ]
        where = base.rpartition(":")[0]
        raise Misuse(
            f"{base} has no space; add --space {where}:{spaces[0] if spaces else 'SPACE'}"
            + ("" if spaces else ', where SPACE = {"lr": tune.loguniform(1e-5, 1)}')
        )
    fields = _fields(settings, module)
    return replace(spec.of(fields.pop("name", own_name), summary, thing, fields), origin=module.__name__)


def _fields(settings: Mapping[str, str], module: ModuleType | None) -> dict[str, Any]:
    """Return the fields of a trainable's spec that brackets give.

    Args:
        module: where a space lies that is named without one.
    """
    fields: dict[str, Any] = {}
    for name, text in settings.items():
        if name in command_parts.SETTINGS:
            continue
        fields[name] = text
        if name == "space":
            where, _, attribute = text.rpartition(":")
            home = _loaded(where, text) if where else module
            if home is None:
                raise Misuse(f"space is {text!r}; give its file too, such as space.py:{text}")
            fields[name] = _attribute(home, attribute, text, "space")
        elif name in ("checkpoints", "seeded"):
            if text not in _FLAGS:
                raise Misuse(f"{name} is {text!r}; give true or false")
            fields[name] = _FLAGS[text]
        elif name == "most_epochs":
            if not text.isdecimal():
                raise Misuse(f"most_epochs is {text!r}; give a whole number")
            fields[name] = int(text)
    return fields


def _is_of(spec: Any, thing: Any) -> bool:
    """Return whether a decorator made this spec of this function or class."""
    decorated = spec.target if isinstance(spec, TrainableSpec) else spec.build
    if decorated is thing:
        return True
    named = [
        (getattr(one, "__module__", None), getattr(one, "__qualname__", None)) for one in (decorated, thing)
    ]
    return named[0] == named[1] and None not in named[0]  # a target may be wrapped


def _loaded(where: str, base: str) -> ModuleType:
    try:
        return module_of(str(Path(where).absolute()) if where.endswith(".py") else where)
    except NotLoaded as error:
        raise Misuse(f"{error}" if where in str(error) else f"{base}: {error}") from error


def _attribute(module: ModuleType, name: str, base: str, word: str) -> Any:
    holder: Any = module
    for part in name.split("."):
        if not hasattr(holder, part):
            known = [each for each in vars(holder) if not each.startswith("_")] if holder is module else []
            raise Misuse(f"{base}: {label(module.__name__)} has no {name}; {nearest(name, known)}")
        holder = getattr(holder, part)
    if word != "space" and not callable(holder):
        raise Misuse(f"{base} is {shown(holder)}; expected a function or a class, as a {word} is")
    return holder


def _absolute(base: str, folder: Path) -> str:
    where, colon, name = base.rpartition(":") if ":" in base else (base, "", "")
    if not where.endswith(".py"):
        return base
    return f"{Path(folder, Path(where).expanduser()).resolve()}{colon}{name}"


def _values(text: str, within: str) -> dict[str, list[str]]:
    try:
        return values_of(within)
    except Malformed as error:
        raise Misuse(f"{text}: {error}") from error


def _joined(base: str, settings: Mapping[str, str]) -> str:
    inner = ",".join(f"{name}={value}" for name, value in sorted(settings.items()))
    return f"{base}[{inner}]" if inner else base
