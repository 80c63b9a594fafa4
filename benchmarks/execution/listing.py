"""``--list``: what is registered, what it needs, and which combinations can run."""

from __future__ import annotations

import json
import textwrap
from functools import partial
from typing import Any

from benchmarks.core.refusal import ask, one_line
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.part_registry import S
from benchmarks.suite.plugins import PLUGINS, named
from benchmarks.suite.registry import (
    SCHEDULERS,
    SEARCHERS,
    TRAINABLES,
    Registry,
    SearcherSpec,
    Spec,
    SpecError,
    TrainableSpec,
)
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.suite.specs import BuiltSpec
from results.numerals import significant

WIDTH = 120  # of the text for people
CELL = 5  # of the matrix: the longest mark, [99], and a blank


def as_data(constants: bool = True) -> dict[str, Any]:
    """Return the registry and the compatibility of every combination as plain data, without hidden parts.

    Without ``constants`` those of trainables are left out, which take seconds to compute.
    """
    combinations = [
        {
            "searcher": s.name,
            "scheduler": c.name,
            "status": "incompatible" if ruled else "unavailable" if missing else "ok",
            "reason": ruled or missing or "",
        }
        for s in _shown(SEARCHERS)
        for c in _shown(SCHEDULERS)
        for ruled, missing in [(why_incompatible(s, c), why_unavailable(s, c))]
    ]
    trainables, unusable = _trainables(constants)
    return {
        "searchers": [_spec(s) | _of_searcher(s) for s in _shown(SEARCHERS)],
        "schedulers": [_spec(c) for c in _shown(SCHEDULERS)],
        "trainables": trainables,
        "combinations": combinations,
        "broken": _broken(SEARCHERS) | _broken(SCHEDULERS) | _broken(TRAINABLES) | unusable,
    }


def as_json() -> str:
    """Return ``as_data`` as JSON text."""
    return json.dumps(as_data(), indent=1)


def as_text() -> str:
    """Return the same for people: three lists, a matrix, and the reasons under it; no constants."""
    data = as_data(constants=False)
    parts = [_section(kind, data[kind]) for kind in ("searchers", "schedulers", "trainables")]
    parts.append(_matrix(data))
    if data["broken"]:
        parts.append("BROKEN PLUG-INS\n" + "\n".join(f"  {k}: {v}" for k, v in data["broken"].items()))
    return "\n\n".join(parts)


def _shown(registry: Registry[S]) -> list[S]:
    return [spec for spec in registry.values() if not spec.hidden]


def _spec(spec: Spec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "summary": spec.summary,
        "requires": list(spec.requires),
        "missing": spec.missing(),
        "install": spec.install or f"pip install {' '.join(spec.missing())}",
        "provides": sorted(spec.provides),
        "wants": {str(capability): reason for capability, reason in spec.wants.items()},
        "origin": spec.origin,
        "options": options(spec),
    }


def options(spec: Spec) -> list[dict[str, Any]]:
    """Return the options of a searcher or a scheduler as plain data; none of a trainable."""
    known = spec.builder_options().values() if isinstance(spec, BuiltSpec) else ()
    return [
        {
            "name": option.name,
            "type": option.type.__name__,
            "default": option.default,
            "default_text": option.default_text,
            "values": option.expected,
            "meaning": option.declared.meaning,
            "source": option.declared.source,
        }
        for option in known
    ]


def _of_searcher(spec: SearcherSpec) -> dict[str, Any]:
    return {"any_domain": spec.any_domain, "budget": spec.budget, "seedable": spec.seedable}


def _trainables(constants: bool) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the trainables, and those that cannot say what they are, with the reason."""
    listed, unusable = [], {}
    for spec in _shown(TRAINABLES):
        try:
            listed.append(
                _spec(spec) | ask(f"trainable {spec.name!r}", partial(of_trainable, spec, constants))
            )
        except SpecError as error:
            unusable[f"trainables/{spec.name} ({one_line(spec.origin)})"] = str(error)
    return listed, unusable


def of_trainable(spec: TrainableSpec, constants: bool = True) -> dict[str, Any]:
    """Describe a task: its engines, its space, the length and cost of its curves, its constants if asked."""
    from benchmarks.curves.recorded.replay import Recorded
    from benchmarks.spaces.domains import describe, kinds
    from benchmarks.spaces.encoding import Encoding

    space = spec.space()
    card = spec.curves.card if isinstance(spec.curves, Recorded) else None
    known = spec.constants() if constants and spec.constants and not spec.missing() else None
    try:
        dimensions = len(Encoding(space).domains)
    except ValueError:  # what has no encoding is drawn by Tune alone
        dimensions = len(space)
    return {
        "metric": spec.metric,
        "mode": spec.mode,
        "space": {name: describe(domain) for name, domain in space.items()},
        "dimensions": dimensions,
        "kinds": sorted(kinds(space)),
        "mutable": list(spec.mutable),
        "data": list(spec.datasets),
        "source": spec.source,
        "engines": [name for name, engine in ENGINES.items() if spec.curves or not engine.from_curves],
        "most_epochs": spec.most_epochs,
        "table_epochs": card["epochs"] if card else None,
        "epoch_seconds": card["cost"]["median_seconds"] if card else None,
        "constants": known._asdict() if known else None,
    }


def _broken(registry: Registry[Any]) -> dict[str, str]:
    # A module that the environment names is looked for once for each kind, and is one line.
    plugins = {f"{module} = {module}": f"{PLUGINS}/{one_line(module)}" for module in named()}
    return {plugins.get(name, f"{registry.kind}/{name}"): why for name, why in registry.broken.items()}


def _section(title: str, specs: list[dict[str, Any]]) -> str:
    width = max((len(spec["name"]) for spec in specs), default=0) + 4
    lines = [title.upper()]
    for spec in specs:
        lines += _wrapped(f"  {spec['name']}".ljust(width), "; ".join([spec["summary"], *_remarks(spec)]))
        if "metric" in spec:
            lines += task_lines(" " * (width + 2), spec)
    return "\n".join(lines)


def task_lines(start: str, task: dict[str, Any]) -> list[str]:
    """Return what ``of_trainable`` says of a task in lines that begin with ``start``."""
    space = ", ".join(f"{name} {domain}" for name, domain in task["space"].items())
    words = f"{task['mode']} {task['metric']}; {space}", "; ".join(_task(task))
    return [line for text in words for line in _wrapped(start, text)]


def _task(spec: dict[str, Any]) -> list[str]:
    facts = [
        f"{spec['dimensions']} dimensions ({', '.join(spec['kinds'])})",
        f"engine {', '.join(spec['engines'])}",
    ]
    if spec["table_epochs"]:
        facts.append(f"a table of {spec['table_epochs']} epochs")
    if spec["most_epochs"]:
        facts.append(f"at most {spec['most_epochs']} epoch")
    if spec["epoch_seconds"]:
        facts.append(f"an epoch takes {significant(spec['epoch_seconds'], 2)} s")
    if spec["constants"]:
        constants = spec["constants"]
        facts.append(f"best known {significant(constants['optimum'])}")
        facts.append(f"random search of {constants['trials']} trials {significant(constants['baseline'])}")
    return [*facts, f"data: {spec['source']}"] if spec["source"] else facts


def _remarks(spec: dict[str, Any]) -> list[str]:
    remarks = []
    if spec.get("budget", 1) != 1:
        remarks.append(f"budget: {spec['budget']} times the trials")
    if not spec.get("seedable", True):
        remarks.append("not seedable: the same seed may propose something else")
    if spec["requires"]:
        remarks.append(f"needs {', '.join(spec['requires'])}")
    if spec["missing"]:
        remarks[-1] += f" (NOT INSTALLED: {spec['install']})"
    return remarks


def _wrapped(start: str, text: str) -> list[str]:
    """Return ``text`` in lines that all begin below where it begins, after ``start``."""
    indent = " " * len(start)
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False)


def _matrix(data: dict[str, Any]) -> str:
    """Draw ok as a word and every other status as a number that refers to its reason below."""
    schedulers = [spec["name"] for spec in data["schedulers"]]
    cells = {(c["searcher"], c["scheduler"]): c for c in data["combinations"]}
    reasons: list[str] = []
    width = max((len(spec["name"]) for spec in data["searchers"]), default=0) + 4
    lines = ["COMBINATIONS"]
    for column, scheduler in enumerate(schedulers):  # stairs: names are wider than what stands below them
        lines.append(" " * width + "|".ljust(CELL) * column + scheduler)
    for spec in data["searchers"]:
        row = []
        for scheduler in schedulers:
            cell = cells[spec["name"], scheduler]
            mark = "ok"
            if cell["status"] != "ok":
                text = f"{cell['status']}: {cell['reason']}"
                if text not in reasons:
                    reasons.append(text)
                mark = f"[{reasons.index(text) + 1}]"
            row.append(mark.ljust(CELL))
        lines.append(f"  {spec['name']}".ljust(width) + "".join(row).rstrip())
    for number, text in enumerate(reasons, 1):
        lines += _wrapped(f"  [{number}] ", text)
    return "\n".join(lines)
