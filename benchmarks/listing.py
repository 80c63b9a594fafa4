"""``--list``: what is registered, what it needs, and which combinations can run."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.compatibility import why_incompatible, why_unavailable
from benchmarks.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Registry, Spec


def as_data() -> dict[str, Any]:
    """Return the registry and the compatibility of every combination as plain data."""
    combinations = [
        {
            "searcher": s.name,
            "scheduler": c.name,
            "status": "incompatible" if ruled else "unavailable" if missing else "ok",
            "reason": ruled or missing or "",
        }
        for s in SEARCHERS.values()
        for c in SCHEDULERS.values()
        for ruled, missing in [(why_incompatible(s, c), why_unavailable(s, c))]
    ]
    return {
        "searchers": [_spec(s) | {"any_domain": s.any_domain} for s in SEARCHERS.values()],
        "schedulers": [_spec(c) for c in SCHEDULERS.values()],
        "trainables": [
            _spec(t)
            | {
                "metric": t.metric,
                "mode": t.mode,
                "space": {name: _domain(domain) for name, domain in t.space().items()},
                "mutable": list(t.mutable),
                "data": list(t.datasets),
            }
            for t in TRAINABLES.values()
            if not t.hidden
        ],
        "combinations": combinations,
        "broken": _broken(SEARCHERS) | _broken(SCHEDULERS) | _broken(TRAINABLES),
    }


def as_json() -> str:
    """Return ``as_data`` as JSON text."""
    return json.dumps(as_data(), indent=1)


def as_text() -> str:
    """Return the same for people: three lists, a matrix, and the reasons under it."""
    data = as_data()
    parts = [_section(kind, data[kind]) for kind in ("searchers", "schedulers", "trainables")]
    parts.append(_matrix(data))
    if data["broken"]:
        parts.append("BROKEN PLUG-INS\n" + "\n".join(f"  {k}: {v}" for k, v in data["broken"].items()))
    return "\n\n".join(parts)


def _domain(domain: Any) -> str:
    from ray.tune.search.sample import Domain

    from benchmarks.space import describe

    return describe(domain) if isinstance(domain, Domain) else repr(domain)


def _spec(spec: Spec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "summary": spec.summary,
        "requires": list(spec.requires),
        "missing": spec.missing(),
        "provides": sorted(spec.provides),
        "wants": {str(capability): reason for capability, reason in spec.wants.items()},
        "origin": spec.origin,
    }


def _broken(registry: Registry[Any]) -> dict[str, str]:
    return {f"{registry.kind}/{name}": reason for name, reason in registry.broken.items()}


def _section(title: str, specs: list[dict[str, Any]]) -> str:
    width = max((len(spec["name"]) for spec in specs), default=0)
    lines = [title.upper()]
    for spec in specs:
        needs = f"  needs {', '.join(spec['requires'])}" if spec["requires"] else ""
        if spec["missing"]:
            needs += f" (NOT INSTALLED: pip install {' '.join(spec['missing'])})"
        lines.append(f"  {spec['name']:<{width}}  {spec['summary']}{needs}")
        if "metric" in spec:
            space = ", ".join(f"{name} {domain}" for name, domain in spec["space"].items())
            lines.append(f"  {'':<{width}}    {spec['mode']} {spec['metric']}; {space}")
    return "\n".join(lines)


def _matrix(data: dict[str, Any]) -> str:
    """Draw ok as a word and every other status as a number that refers to its reason below."""
    schedulers = [spec["name"] for spec in data["schedulers"]]
    cells = {(c["searcher"], c["scheduler"]): c for c in data["combinations"]}
    reasons: list[str] = []
    width = max((len(spec["name"]) for spec in data["searchers"]), default=0)
    lines = ["COMBINATIONS", f"  {'':<{width}}  " + "  ".join(schedulers)]
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
            row.append(f"{mark:<{len(scheduler)}}")
        lines.append(f"  {spec['name']:<{width}}  " + "  ".join(row).rstrip())
    lines += [f"  [{number}] {text}" for number, text in enumerate(reasons, 1)]
    return "\n".join(lines)
