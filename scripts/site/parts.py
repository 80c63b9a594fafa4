"""Reference of the registered searchers, schedulers and trainables: Markdown made from the registry."""

from __future__ import annotations

from typing import Any

from benchmarks.execution.listing import as_data
from scripts.site.commands import escaped

KINDS = ("searchers", "schedulers", "trainables")
_WHAT = {
    "searchers": "A searcher proposes configurations.",
    "schedulers": "A scheduler decides after each result whether a trial goes on, pauses, stops or changes.",
    "trainables": "A trainable is a model with its search space, its metric and its most epochs.",
}


def page(kind: str) -> str:
    """Return the page of one of ``KINDS``: each registered part with its options or its space."""
    parts = as_data()[kind]
    head = f"{_WHAT[kind]} Made from the registry; `tunegrid list NAME` prints the same."
    rows = [
        f"| [`{part['name']}`](#{part['name']}) | {escaped(part['summary'])} | {_needs(part)} |"
        for part in parts
    ]
    table = "\n".join(["| name | what it is | needs |", "|---|---|---|", *rows])
    return "\n\n".join([f"# {kind.capitalize()}", head, table, *map(_section, parts)]) + "\n"


def _section(part: dict[str, Any]) -> str:
    blocks = [f"## {part['name']} {{ #{part['name']} }}", f"{escaped(part['summary']).rstrip('.')}."]
    if "space" in part:
        blocks.append(_task(part))
    elif part["options"]:
        rows = [
            f"| `{o['name']}` | {escaped(o['values'])} | {escaped(o['default_text'])} | "
            f"{escaped(o['meaning'])} | {escaped(o['source'])} |"
            for o in part["options"]
        ]
        blocks.append(
            "\n".join(["| option | values | default | meaning | source |", "|" + "---|" * 5, *rows])
        )
    else:
        blocks.append("It has no options.")
    return "\n\n".join(blocks)


def _task(part: dict[str, Any]) -> str:
    """Return a trainable's space and what it tunes."""
    rows = [f"| `{name}` | {escaped(domain)} |" for name, domain in part["space"].items()]
    engines = ", ".join(part["engines"])
    summary = f"Tuned: `{part['metric']}` ({part['mode']}); engines: {engines}."
    if part["most_epochs"]:
        summary += f" At most {part['most_epochs']} epochs."
    return "\n".join([summary, "", "| hyperparameter | domain |", "|---|---|", *rows])


def _needs(part: dict[str, Any]) -> str:
    return escaped(", ".join(part["requires"])) if part["requires"] else "nothing else"
