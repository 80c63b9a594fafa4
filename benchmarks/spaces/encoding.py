"""Encoding of search spaces for libraries: a flat space with only the domains that a library honours.

Nested dicts and lists become flat names; a choice between dicts with domains of their own (a *condition*)
becomes one choice of a branch beside the domains of all branches; what the library would silently change
becomes a float on [0, 1] whose decoding has the distribution of the original.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from ray import tune
from ray.tune.search.sample import Categorical, Domain, Float

from benchmarks.spaces import scales
from benchmarks.spaces.categories import plain, positions
from benchmarks.spaces.domains import (
    cardinality,
    fraction,
    from_fraction,
    kind,
    kinds,
    levels,
    nearest,
    ordinary,
)
from benchmarks.spaces.nodes import (
    BRANCH,
    Condition,
    Constant,
    Leaf,
    NativeCondition,
    Node,
    Sequence,
    Tree,
    Values,
)
from benchmarks.spaces.scales import narrow

MOST_LISTED = 2**20  # values of a domain that a library is given
DIGITS = 12  # of a float in a configuration; a library's arithmetic may change those that follow


class Encoding:
    """The two-way translation between ``space`` and the library's space.

    Args:
        space: Tune's search-space dict: domains, constants, dicts and lists of these, choices between dicts.
        native: the kinds of domain (see ``spaces.domains.kind``) that the library honours itself; of these
            it is given those domains that are ``spaces.domains.ordinary`` and have at most 2**20 values.

    Attributes:
        domains: the library's space, name to domain; empty if ``space`` leaves nothing to choose.

    Raises:
        ValueError: with the path of what has no place here: ``sample_from``, ``randn``, ``grid_search``, a
            step without a multiple in its bounds, domains in a tuple (Tune cannot resolve them).
    """

    def __init__(self, space: Mapping[str, Any], native: frozenset[str] = frozenset()) -> None:
        self._native = native
        self.domains: Values = {}
        self._root = self._node("", space, self.domains)
        self._middle = {name: levels(domain, 1)[0] for name, domain in self.domains.items()}

    def decode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the configuration that these values of the library's stand for.

        Floats have at most 12 digits, so that what a library's arithmetic does to the last ones changes no
        configuration, and with it no curve.
        """
        config: dict[str, Any] = self._root.read(values)
        return config

    def encode(self, config: Mapping[str, Any]) -> Values:
        """Return the library's values of a configuration; ``decode`` turns them back into it.

        Domains of a branch that the configuration does not take get their middle.

        Raises:
            KeyError: if the configuration lacks a name of the space, or has others.
            ValueError: if it holds a value that the space does not.
        """
        values = dict(self._middle)
        self._root.write(config, values)
        return values

    def encode_some(self, values: Mapping[str, Any]) -> Values:
        """Return the library's values of some hyperparameters at the top of the space."""
        whole = self.encode(self.decode(self._middle) | dict(values))
        return {name: whole[name] for name in map(_plain_name, values) if name in whole}

    def draw(self, generator: np.random.Generator) -> dict[str, Any]:
        """Return a random configuration; only for an encoding without native kinds."""
        assert not self._native, "native kinds are drawn by their library"
        return self.decode({name: float(generator.random()) for name in self.domains})

    def _node(self, path: str, value: Any, domains: Values) -> Node:
        if isinstance(value, Mapping) and "grid_search" in value:
            raise ValueError(f"{path} holds grid_search, which fixes the number of trials; use choice")
        if isinstance(value, Mapping):
            return Tree({key: self._node(_join(path, key), item, domains) for key, item in value.items()})
        if isinstance(value, list):
            return Sequence([self._node(_join(path, i), item, domains) for i, item in enumerate(value)])
        if isinstance(value, tuple) and kinds(value):
            raise ValueError(f"{path} is a tuple of domains, which Tune cannot resolve; use a list")
        if not isinstance(value, Domain):
            return Constant(value)
        return (self._condition if kind(value) == "conditional" else self._leaf)(path, value, domains)

    def _leaf(self, path: str, domain: Any, domains: Values) -> Node:
        try:
            only, decode, encode = cardinality(domain) == 1, _decoder(domain), fraction(domain)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        if only:
            return Constant(decode(0.5))
        name, settle = _free(path, domains), _settled(domain)
        if kind(domain) not in self._native or not (isinstance(domain, Categorical) or _safe(domain)):
            domains[name] = tune.uniform(0.0, 1.0)
            return Leaf(name, lambda u: settle(decode(u)), encode)
        if isinstance(domain, Categorical) and not ordinary(domain):
            # Most libraries lose values that are not plain, and take equal ones for one.
            items, position = [plain(item) for item in domain.categories], positions(domain.categories)
            domains[name] = tune.choice(list(range(len(items))))
            return Leaf(name, items.__getitem__, position)
        domains[name] = domain
        return Leaf(name, settle, _only(encode))

    def _condition(self, path: str, domain: Any, domains: Values) -> Node:
        items = list(enumerate(domain.categories))
        if "conditional" in self._native:
            inner: list[Values] = [{BRANCH: index} for index, _ in items]
            branches = [self._node(_join(path, index), item, inner[index]) for index, item in items]
            if max(map(len, inner)) > 1:  # else no branch leaves anything to choose
                name = _free(path, domains)
                domains[name] = tune.choice(inner)
                return NativeCondition(name, branches)
        index = self._leaf(path, tune.choice(range(len(items))), domains)
        return Condition(index, [self._node(_join(path, i), item, domains) for i, item in items])


def _safe(domain: Domain) -> bool:
    """Return whether any library may be given ``domain``: some make a list of all its values."""
    return ordinary(domain) and (cardinality(domain) or 0) <= MOST_LISTED


def _free(name: str, taken: Values) -> str:
    """Return ``name`` with as many primes as it needs to be new: "a.b" may stand beside {"a": {"b": ...}}.

    A slash becomes a bar: Ray's adapters take names apart at slashes.
    """
    name = _plain_name(name)
    return _free(name + "'", taken) if name in taken else name


def _plain_name(name: str) -> str:
    return name.replace("/", "|")


def _join(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _only(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the identity, for what ``check`` does not raise an error for."""

    def same(value: Any) -> Any:
        check(value)
        return value

    return same


def _settled(domain: Any) -> Callable[[Any], Any]:
    """Return the function that takes off a value what a library's arithmetic left: noise, numpy's types.

    A curve belongs to its configuration, so one configuration must be one number in every searcher.  A
    value outside the domain stays as it is.
    """
    if not isinstance(domain, Float):
        return plain
    if kind(domain).startswith("q"):
        return lambda value: near if math.isclose(near := nearest(domain, value), value) else float(value)
    low, high = domain.lower, domain.upper
    if narrow(low, high):
        return float  # its share has been rounded
    places = DIGITS - math.ceil(math.log10(max(abs(low), abs(high)) or 1.0))
    log = kind(domain) == "loguniform"
    digits = scales.DIGITS if log and scales.wide(low, high) else DIGITS

    def rounded(value: Any) -> float:
        try:
            shorter = float(f"{value:.{digits}g}") if log else round(float(value), places) + 0.0
        except OverflowError:  # next to the largest double
            return float(value)
        if not (low <= shorter <= high or low <= value <= high):
            return float(value)
        return float(min(max(shorter, low), high))  # a bound may have more digits

    return rounded


def _decoder(domain: Any) -> Callable[[float], Any]:
    """Return ``from_fraction`` of a domain, of a share with 12 digits where its values have too many.

    They are those of a narrow domain far from zero: what they have in common leaves no digits for the rest.
    """
    decode = from_fraction(domain)
    if isinstance(domain, Float) and narrow(domain.lower, domain.upper):
        return lambda u: decode(round(float(u), DIGITS))
    return decode
