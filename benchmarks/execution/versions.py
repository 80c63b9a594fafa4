"""Versions of trainables, searchers and schedulers: hashes of what they are made of.

It is made of *aspects* (see ``aspects``), each a short text: the source of each module that the part is
written in, and of a trainable also its space (an aspect a hyperparameter), metric, mode, constants and data.
Two versions are compared by their aspects, so that a run can say what has changed.  The versions of packages
are not an aspect: provenance has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from benchmarks.core.hashes import digest
from benchmarks.core.seeding import canonical
from benchmarks.execution.aspects import SOURCE, source_aspects, trainable_aspects
from benchmarks.suite import registry
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.part_caches import cached_of_parts

KINDS = ("trainable", "searcher", "scheduler")
DATA = "data"
MODULES = "modules"


@dataclass(frozen=True)
class Version:
    """A part of an experiment as a text for each of its aspects."""

    aspects: Mapping[str, str]

    @cached_property
    def name(self) -> str:
        """12 hexadecimal digits that name the content."""
        return digest(canonical(dict(self.aspects)))

    def of_data(self, key: str) -> Version:
        """Return the version of a trainable on data with this checksum."""
        return replace(self, aspects={**self.aspects, DATA: key})


@cached_of_parts
def version_of(part: str, name: str) -> Version:
    """Return the version of a registered part, without its data.

    Args:
        part: "trainable", "searcher" or "scheduler".
        name: the registered name.
    """
    if part == "trainable":
        return Version(trainable_aspects(registry.TRAINABLES[name]))
    spec: Any = registry.SEARCHERS[name] if part == "searcher" else registry.SCHEDULERS[name]
    builders = [spec.build]
    if part == "scheduler" and spec.replays:
        builders.append(registry.SCHEDULERS[spec.replays].build)
    return Version(source_aspects(builders, spec.origin))


class Versions:
    """The versions of what a run's experiments are made of.

    Args:
        data_keys: ``trainable/data/train_size`` -> checksum of the data that it reads.
    """

    def __init__(self, data_keys: Mapping[str, str]) -> None:
        self._keys = data_keys

    def of(self, part: str, experiment: Experiment) -> Version:
        """Return the version of a part of an experiment, a trainable's with its data."""
        version = version_of(part, getattr(experiment, part))
        if part != "trainable":
            return version
        return version.of_data(self._keys.get(data_name(experiment), ""))

    def columns(self, experiment: Experiment) -> dict[str, str]:
        """Return the columns of the experiment's row that name its versions."""
        return {version_column(part): self.of(part, experiment).name for part in KINDS}

    def record(self, experiments: Iterable[Experiment]) -> dict[str, dict[str, str]]:
        """Return what these experiments' parts are made of, as an environment's record keeps it.

        ``code`` has the hash of each module, ``parts`` the other aspects, and of what modules a part is
        made; ``aspects_in`` reads both.
        """
        code: dict[str, str] = {}
        parts: dict[str, str] = {}
        for part, name in sorted({(part, getattr(e, part)) for e in experiments for part in KINDS}):
            aspects = version_of(part, name).aspects
            sources = {n.removeprefix(SOURCE): value for n, value in aspects.items() if n.startswith(SOURCE)}
            code |= sources
            parts[f"{part} {name}, {MODULES}"] = " ".join(sorted(sources))
            parts |= {
                f"{part} {name}, {n}": value for n, value in aspects.items() if not n.startswith(SOURCE)
            }
        return {"code": dict(sorted(code.items())), "parts": dict(sorted(parts.items()))}


def aspects_in(record: Mapping[str, Any], part: str, name: str, data: str = "") -> dict[str, str]:
    """Return the aspects of a part in an environment's record; none if it knows nothing of it.

    Args:
        record: of ``provenance.json``.
        part: "trainable", "searcher" or "scheduler".
        name: the registered name.
        data: ``data_name`` of an experiment, for a trainable.
    """
    prefix = f"{part} {name}, "
    aspects = {k.removeprefix(prefix): v for k, v in record.get("parts", {}).items() if k.startswith(prefix)}
    if not aspects:
        return {}
    modules = aspects.pop(MODULES, "").split()
    aspects |= {f"{SOURCE}{module}": record.get("code", {}).get(module, "") for module in modules}
    return aspects | ({DATA: record.get("data", {}).get(data, "")} if part == "trainable" else {})


def data_name(experiment: Experiment) -> str:
    """Return the name of an experiment's data in an environment's record."""
    return f"{experiment.trainable}/{experiment.data}/{experiment.train_size}"


def version_column(part: str) -> str:
    """Return the column of the experiments table that has the version of a part."""
    return f"{part}_version"


def what_changed(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    """Say in a line what differs between the aspects of two versions; "" if nothing does.

    What is declared comes first.  The source of a module is named without its hash.
    """
    differ = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    declared = [
        f"{name} was {one.get(name, 'not there')}, is {other.get(name, 'not there')}"
        for name in differ
        if not name.startswith(SOURCE)
    ]
    sources = [name.removeprefix(SOURCE) for name in differ if name.startswith(SOURCE)]
    listed = [*declared, *([f"the source of {some(sources)}"] if sources else [])]
    return some(listed, "; ")


def some(names: list[str], between: str = ", ", most: int = 3) -> str:
    """Return names as a list in words, the first few of them and how many more."""
    more = len(names) - most
    return between.join(names[:most]) + (f"{between}and {more} more" if more > 0 else "")
