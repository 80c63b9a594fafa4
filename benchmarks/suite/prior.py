"""A user's prior: one configuration that every searcher begins with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ray.tune.search.sample import Domain

from benchmarks.core.refusal import nearest, shown
from benchmarks.core.seeding import canonical
from benchmarks.spaces.assembly import typed
from benchmarks.spaces.encoding import Encoding
from benchmarks.spaces.membership import outside
from benchmarks.suite.known_points import KnownPoints
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.trainable_spec import TrainableSpec

#: In place of a configuration: the best of the known results.
BEST = "best"


def first_configuration(text: str, spec: TrainableSpec, known: KnownPoints | None) -> str:
    """Return the configuration of the trainable's space that a prior stands for, as canonical JSON.

    What the prior leaves out is in the middle of its domain, on the domain's own scale.

    Raises:
        Misuse: if it is neither "best" (with known results) nor a JSON object, or is outside of the space.
    """
    if text == BEST:
        if known is None:
            raise Misuse("prior is 'best', and there are no known results; add --known FILE")
        return canonical(dict(known.best(spec.mode).config))
    space, given = spec.space(), _parsed(text)
    for name in given:
        if name not in space:
            raise Misuse(f"prior is {text!r}; {spec.name} has no {name}: {nearest(name, space)}")
    try:
        encoding = Encoding(space)
    except ValueError as error:
        raise Misuse(
            f"prior needs a space that all searchers share, and {spec.name} has none ({error}); leave it out"
        ) from error
    middle = encoding.decode(dict.fromkeys(encoding.domains, 0.5))
    config = {name: _value(space[name], given.get(name, value)) for name, value in middle.items()}
    if wrong := outside(space, config, "it"):
        raise Misuse(f"prior is {text!r}; for {spec.name} {wrong[0]}")
    return canonical(encoding.decode(encoding.encode(config)))


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Misuse(f"prior is {shown(text)}; expected a JSON object such as '{{\"lr\": 0.01}}', or {BEST}")
    return given


def _value(domain: Any, value: Any) -> Any:
    return typed(domain, value) if isinstance(domain, Domain) else value
