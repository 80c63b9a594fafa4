"""Targets: the class or function of a trainable, its signature, and its checkpoint methods."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from benchmarks.core.refusal import wrong

#: Methods of a class trainable that can be paused, cloned and reused.
CHECKPOINT_METHODS = ("save_checkpoint", "load_checkpoint", "reset_config")
EXPECTED = "a function of (config, session) or (config), or a subclass of ray.tune.Trainable"


def accepts(value: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Return whether a function can be called with these arguments; True if it hides its signature."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*arguments, **named)
    except TypeError:
        return False
    return True


def target(value: Any) -> Any:
    """Return a trainable that takes a session; what any user of Tune has, which takes none, is wrapped.

    Raises:
        ValueError: for a value that is not a trainable.
    """
    if value is None:
        raise ValueError(f"is missing; expected {EXPECTED}")
    if inspect.isclass(value):
        from ray.tune import Trainable

        if not issubclass(value, Trainable):
            raise wrong(value, EXPECTED)
        setup: Any = value.setup
        if accepts(setup, None, {}, session=None):
            return value
        if accepts(setup, None, {}):
            return _class_without_session(value)
        raise wrong(value, "a class whose setup takes (self, config, session) or (self, config)")
    if not callable(value) or _is(inspect.iscoroutinefunction, value):
        raise wrong(value, EXPECTED)
    if _is(inspect.isgeneratorfunction, value) or _is(inspect.isasyncgenfunction, value):
        raise ValueError("is a generator; expected a function that calls tune.report")
    if accepts(value, {}, session=None):
        return value
    if accepts(value, {}):
        return _function_without_session(value)
    raise wrong(value, EXPECTED)


def _is(kind: Callable[[Any], bool], value: Any) -> bool:
    """Return whether a function, or a callable object, is of this kind."""
    return kind(value) or kind(type(value).__call__)


def lacking(cls: Any) -> list[str]:
    """Return the checkpoint methods that a class does not define; those of Tune do nothing."""
    from ray.tune import Trainable

    return [name for name in CHECKPOINT_METHODS if getattr(cls, name) is getattr(Trainable, name)]


def _function_without_session(value: Any) -> Any:
    def train(config: dict[str, Any], session: Any = None) -> Any:
        return value(config)

    train.__dict__.update(getattr(value, "__dict__", {}))  # what Tune notes of a function there
    return _called_like(train, value)


def _class_without_session(value: Any) -> Any:
    class Taking(value):  # type: ignore[misc]  # a base that is only known now
        def setup(self, config: dict[str, Any], session: Any = None) -> None:
            super().setup(config)

    return _called_like(Taking, value)


def _called_like(made: Any, value: Any) -> Any:
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        if hasattr(value, name):
            setattr(made, name, getattr(value, name))
    return made
