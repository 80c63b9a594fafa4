"""``--list NAME``: a part by itself, with its options."""

from __future__ import annotations

import fnmatch
import json
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.execution.list_sections import task_lines, wrapped
from benchmarks.execution.listing import of_trainable, options
from benchmarks.suite.bracketed import split
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.public_issues import of_part
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Registry, Spec, UnknownName
from benchmarks.suite.specs import BuiltSpec, SearcherSpec
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.suite.user_parts import is_reference


def pages(patterns: list[str], *, as_json: bool) -> str:
    """Return what is known of the parts with these names, for people or as JSON.

    Raises:
        UnknownName: for a name that is that of no searcher, scheduler or trainable.
        Misuse: for a file that does not hold what it is to hold.
    """
    specs = [spec for pattern in patterns for spec in _matching(pattern)]
    if as_json:
        parts = [{"kind": s.KIND, "name": s.name, "summary": s.summary, "options": options(s)} for s in specs]
        return json.dumps(parts, indent=1)
    return "\n\n".join(map(_page, specs))


def _matching(pattern: str) -> list[Spec]:
    registries: tuple[Registry[Any], ...] = (SEARCHERS, SCHEDULERS, TRAINABLES)
    base, matching = split(pattern)[0], list[Spec]()
    holding = [r for r in registries if is_reference(pattern) or fnmatch.filter([*r], base)]
    if not holding:
        raise UnknownName(f"unknown name {shown(base)}; {nearest(base, [n for r in registries for n in r])}")
    refused: list[Exception] = []
    for registry in holding:
        try:
            matching += [registry[name] for name in registry.select([pattern])]
        except (UnknownName, Misuse) as error:  # a file may hold parts of one kind
            refused.append(error)
    if not matching:
        raise refused[0]
    return matching


def _page(spec: Spec) -> str:
    lines = wrapped("", f"{spec.name} ({spec.KIND}): {spec.summary}", "  ")
    if spec.requires:
        lines.append(f"  needs {', '.join(spec.requires)}")
    if isinstance(spec, SearcherSpec):
        lines.append(f"  is told {'the' if spec.learns else 'no'} known results of --known{_unless(spec)}")
    if isinstance(spec, BuiltSpec):
        lines += _options(spec)
    if isinstance(spec, TrainableSpec):
        lines += task_lines("  ", of_trainable(spec))
    for title, texts in (
        ("otherwise than the library", spec.settings if isinstance(spec, SearcherSpec) else ()),
        ("repaired here", spec.repairs),
        ("requires", tuple(spec.wants.values())),
    ):
        if texts:
            lines.append(f"  {title}:")
            lines += [line for text in texts for line in wrapped("    - ", text)]
    return "\n".join(lines + _issues(spec))


def _issues(spec: Spec) -> list[str]:
    issues = of_part(spec.name) if isinstance(spec, BuiltSpec) else []
    lines = [line for issue in issues for line in wrapped("    - ", f"{issue.name}: {issue.phrase}")]
    return ["  public issues:", *lines] if lines else []


def _unless(spec: SearcherSpec) -> str:
    """Say when a searcher is told no known results, though some are given."""
    return ", unless its first proposals do not depend on them" if spec.learns else ": it does not learn"


def _options(spec: BuiltSpec) -> list[str]:
    known = options(spec)
    if not known:
        return ["  no options"]
    lines = [f"  options, as in {_example(spec)}:"]
    for option in known:
        source = f" ({option['source']})" if option["source"] else ""
        lines.append(f"    {option['name']} = {option['default_text']}")
        lines += wrapped(" " * 8, f"{option['values']}: {option['meaning'] or 'not described'}{source}")
    return lines


def _example(spec: BuiltSpec) -> str:
    """Return an example of a variant, quoted as a shell needs it."""
    names = spec.at_extremes()
    return f"'{names[0]}'" if names else f"'{spec.name}[{next(iter(spec.builder_options()))}=...]'"
