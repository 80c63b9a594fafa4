"""Commands as trainables: the reference that stands for one, and its spec.

``command:train[folder=/home/me,run=python train.py --lr {lr},...]`` is such a reference, as ``run.toml``
keeps it; characters that brackets give a meaning are written as in a URL (``%2C`` is a comma).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from benchmarks.program.command import Program
from benchmarks.program.output import Output
from benchmarks.program.template import BadCommand, Template
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.trainable_spec import TrainableSpec

BASE = "command"
#: What the brackets of such a reference hold beside the fields of a spec.
SETTINGS = ("run", "regex", "folder")
_PLAIN = " !\"#$&'()*+-./:;<=>?@\\^_`{}~"  # stand in brackets as they are


def reference(command: str, regex: str, folder: Path) -> str:
    """Return the reference of a command that is run in a folder.

    Raises:
        Misuse: if it cannot be a trainable.
    """
    program = _command(command, regex, folder, "metric")
    name = re.sub(r"\W", "_", program.__name__).lstrip("_0123456789") or "program"
    values = {"folder": str(folder), "regex": regex, "run": command}
    inner = ",".join(f"{key}={_encoded(value)}" for key, value in values.items() if value)
    return f"{BASE}:{name}[{inner}]"


def command_spec(name: str, settings: Mapping[str, str], fields: Mapping[str, Any]) -> TrainableSpec:
    """Return the spec of a command.

    Args:
        name: of the trainable.
        settings: the texts in the brackets of its reference.
        fields: of the spec, as these give them.

    Raises:
        Misuse: if the command cannot be a trainable with this space and metric.
        SpecError: if the spec lacks something else.
    """
    for needed, example in (("metric", "val_loss"), ("mode", "min"), ("space", "space.py:SPACE")):
        if needed not in settings:
            raise Misuse(f"the command has no {needed}; add --{needed} {example}")
    run, regex, folder = (unquote(settings.get(key, "")) for key in SETTINGS)
    program = _command(run, regex, Path(folder), settings["metric"])
    values = dict(fields)
    spec = TrainableSpec.of(values.pop("name", name), run, program, values)
    varying = [key for key, value in spec.space().items() if _varies(value)]
    try:
        program.template.check(varying, [key for key in spec.space() if key not in varying])
    except BadCommand as error:
        raise Misuse(str(error)) from error
    return replace(spec, origin=f"{BASE}:{name}")


def _command(run: str, regex: str, folder: Path, metric: str) -> Program:
    try:
        output = Output(metric, "" if metric == "metric" else regex)
        return Program(Template(run), output, folder)
    except BadCommand as error:
        raise Misuse(str(error)) from error


def _varies(value: Any) -> bool:
    """Return whether a part of a space holds a domain, or a grid's values."""
    from ray.tune.search.sample import Domain

    if isinstance(value, Mapping):
        return "grid_search" in value or any(map(_varies, value.values()))
    return isinstance(value, Domain) or (isinstance(value, list | tuple) and any(map(_varies, value)))


def _encoded(text: str) -> str:
    """Return a text as it can stand in brackets."""
    plain = quote(text, safe=_PLAIN)
    return re.sub(r"^ | $", "%20", plain)
