"""Differences between the environments of two sides, and comparability of their times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from results.gate.sides import Environment

#: Hashes of code and parts; entries of one side alone are not a difference.
_OF_PARTS = ("code", "parts")
#: What the machine is; times of different ones do not compare.
_MACHINE = ("cpu", "cpus", "gpu", "blas_threads")
_NAMES = {
    "code": "source of",
    "parts": "",
    "git": "revision",
    "cpus": "number of CPUs",
    "blas_threads": "BLAS threads",
    "data": "data of",
}


def environment_differences(
    baseline: Mapping[str, Environment], candidate: Mapping[str, Environment]
) -> list[str]:
    """Return one line for each thing that differs, such as ``optuna 5.0.0 -> 5.0.1``; packages first.

    A side that ran in several environments has several values, with "or" between them.
    """
    if not baseline or not candidate:
        which = "baseline" if not baseline else "candidate"
        return [f"unknown: the {which} has no record of its environment"]
    one, other = _flat(baseline), _flat(candidate)
    known = {*one, *other} - {entry for entry in {*one} ^ {*other} if entry[0] in _OF_PARTS}
    lines = [
        (kind != "packages", _line(kind, name, one.get((kind, name)), other.get((kind, name))))
        for kind, name in sorted(known)
        if one.get((kind, name)) != other.get((kind, name))
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def one_machine(baseline: Mapping[str, Environment], candidate: Mapping[str, Environment]) -> bool:
    """Return whether all environments are of one kind of machine: processor, CPUs, GPU and BLAS threads."""
    kinds = {
        tuple(str(record.get(name)) for name in _MACHINE)
        for records in (baseline, candidate)
        for record in records.values()
    }
    return bool(baseline) and bool(candidate) and len(kinds) == 1


def _flat(records: Mapping[str, Environment]) -> dict[tuple[str, str], str]:
    """Return (kind, name) -> value, for every package, data set and other entry."""
    flat: dict[tuple[str, str], set[str]] = {}
    for record in records.values():
        for key, value in _entries(record):
            flat.setdefault(key, set()).add(str(value))
    return {key: " or ".join(sorted(values)) for key, values in flat.items()}


def _entries(record: Environment) -> Iterator[tuple[tuple[str, str], Any]]:
    for kind, value in record.items():
        if isinstance(value, dict):
            yield from (((kind, name), part) for name, part in value.items())
        else:
            yield (kind, ""), value


def _line(kind: str, name: str, one: str | None, other: str | None) -> str:
    what = name if kind == "packages" else f"{_NAMES.get(kind, kind)} {name}".strip()
    if kind == "packages" and (one is None or other is None):
        return f"{what} {one} is no longer installed" if other is None else f"{what} {other} is new"
    return f"{what} {one or 'nothing'} -> {other or 'nothing'}"
