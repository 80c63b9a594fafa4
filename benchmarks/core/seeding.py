"""Common random numbers: every random stream is derived from what it belongs to.

A seed is a hash of names, so it never depends on the order in which things happen.  These rules keep
experiments paired:

* weights and minibatch order belong to (trainable, repetition, configuration), so the same
  configuration in the same repetition gives the same curve under every searcher;
* so do the global generators of ``random``, ``numpy`` and ``torch`` from which a user's own trainable draws:
  they are seeded anew before each epoch (``trained``), with ``trial_seed(trainable, repetition, config,
  "global", epoch)``; a trainable that calls ``trial_seed`` itself can do without (``seeded=False``);
* the instance of a function, which is where its optimum lies, belongs to (trainable, repetition);
* a searcher's own stream belongs to (trainable, repetition), so all searchers of one repetition start
  from the same number.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import zlib
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any

import numpy as np

SEED_BITS = 31  # what numpy's legacy generators, torch and every tuner accept


def canonical(value: Any) -> str:
    """Return an order-free JSON text of ``value``; numpy scalars count as the numbers they hold.

    Raises:
        TypeError: if ``value`` holds something that JSON and numpy scalars cannot express.
    """
    return _ENCODER.encode(value)


def encoded(config: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return a configuration that ``canonical`` can express, and its text.

    A parameter that it cannot express, which only a searcher that leaves the space proposes, is replaced by
    its ``repr``.
    """
    try:
        return dict(config), canonical(config)
    except TypeError:
        plain = {name: value if _expressible(value) else repr(value) for name, value in config.items()}
        return plain, canonical(plain)


def _expressible(value: Any) -> bool:
    try:
        canonical(value)
    except TypeError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"cannot derive a seed from {type(value).__name__}")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)


def derive(*parts: Any) -> int:
    """Return a seed in [0, 2**31) that is a hash of ``parts`` (SHA-256 of their canonical JSON)."""
    digest = hashlib.sha256(canonical(list(parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - SEED_BITS)


def uniforms(count: int, *parts: Any) -> list[float]:
    """Return ``count`` numbers in [0, 1) that are a hash of ``parts``: SHAKE-256, 53 bits each."""
    digest = hashlib.shake_256(canonical(list(parts)).encode()).digest(8 * count)
    words = (int.from_bytes(digest[at : at + 8], "big") for at in range(0, 8 * count, 8))
    return [(word >> 11) / 2**53 for word in words]


def pick(salt: int, key: bytes, count: int) -> int:
    """Return one of ``count`` numbers from 0 on, by a checksum: for choices made thousands of times a second.

    ``salt`` is a derived seed, ``key`` what the choice belongs to.
    """
    return zlib.crc32(key, salt) % count


def searcher_seed(trainable: str, repetition: int) -> int:
    """Return the seed given to every searcher and scheduler of this repetition."""
    return derive("searcher", trainable, repetition)


def start_seed(trainable: str, repetition: int) -> int:
    """Return the seed of the configurations that all searchers of this repetition may start from."""
    return derive("start", trainable, repetition)


def trial_seed(
    trainable: str, repetition: int, config: Mapping[str, Any], purpose: str, step: int = 0
) -> int:
    """Return the seed of one purpose ("weights", "order") of a configuration at an epoch."""
    return derive("trial", trainable, repetition, dict(config), purpose, step)


def seed_libraries(seed: int) -> None:
    """Seed the global generators of ``random`` and ``numpy`` in an experiment's own process.

    Ray's PBT draws from ``random`` and Nevergrad, PB2 and ASHA's brackets from ``numpy.random``; they
    offer no other way.  Our own code never draws from either.
    """
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the libraries draw from this generator


def seed_generators(seed: int, *, gpu: bool = False) -> None:
    """Seed the global generators of ``random``, ``numpy`` and ``torch`` in a trial's process.

    If torch is not imported yet, it is seeded as soon as it is.

    Args:
        seed: in [0, 2**31).
        gpu: seed the generators of all GPUs too.
    """
    seed_libraries(seed)
    _TORCH.seed, _TORCH.gpu = seed, gpu
    torch = sys.modules.get("torch")
    if hasattr(torch, "default_generator"):
        _TORCH.begin(torch)
    elif _TORCH not in sys.meta_path:
        sys.meta_path.insert(0, _TORCH)


class _TorchToCome(MetaPathFinder):
    """Seeds torch at its import with what the other generators were seeded with last."""

    seed = 0
    gpu = False

    def begin(self, torch: Any) -> None:
        """Seed torch; ``torch.manual_seed`` would look for GPUs each time."""
        torch.default_generator.manual_seed(self.seed)
        if self.gpu:
            torch.cuda.manual_seed_all(self.seed)

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Let the other finders find torch, and have it seeded when it has been loaded."""
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_seed(module: Any) -> None:
                execute(module)
                self.begin(module)

            spec.loader.exec_module = execute_and_seed  # type: ignore[method-assign]
        return spec


_TORCH = _TorchToCome()


class OwnGenerators:
    """Global random states that belong to one library's searcher, swapped in while it is called.

    Some libraries draw from the global generators of ``random``, ``numpy`` and ``torch`` and offer no other
    way.  Within ``with generators:`` they find the states that they left the last time, whatever else has
    drawn since; afterwards everyone else finds theirs.  Picklable; within itself it changes nothing.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._states: dict[str, Any] = {}
        self._others: dict[str, Any] = {}
        self._depth = 0

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        self._others = _global_states()
        if not self._states:
            seed_libraries(self._seed)
            self._states = _global_states() | {"torch": None}
        _set_global_states(self._states, self._seed)

    def __exit__(self, *exc: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        self._states = self._states | _global_states()  # torch may be imported by now
        _set_global_states(self._others, self._seed)
        self._others = {}


def _global_states() -> dict[str, Any]:
    states = {"random": random.getstate(), "numpy": np.random.get_state()}  # noqa: NPY002
    torch = sys.modules.get("torch")
    return states if torch is None else states | {"torch": torch.get_rng_state()}


def _set_global_states(states: dict[str, Any], seed: int) -> None:
    random.setstate(states["random"])
    np.random.set_state(states["numpy"])  # noqa: NPY002
    torch = sys.modules.get("torch")
    if torch is None or "torch" not in states:  # imported only since: nothing to give back
        return
    if states["torch"] is None:
        torch.manual_seed(seed)
    else:
        torch.set_rng_state(states["torch"])
