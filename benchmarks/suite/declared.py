"""Declared spaces and constants of a trainable, checked on each use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from benchmarks.core.refusal import SpecError, ask, shown

if TYPE_CHECKING:
    from benchmarks.suite.constants import Constants
    from benchmarks.suite.trainable_spec import TrainableSpec


class DeclaredSpace:
    """A trainable's declared space, checked on each call."""

    def __init__(self, spec: TrainableSpec, given: Callable[[], Any]) -> None:
        self.spec, self.given = spec, given

    def __call__(self) -> dict[str, Any]:
        """Return the space.

        Raises:
            SpecError: if it cannot be accepted; ``Raised`` if there is none.
        """
        from benchmarks.spaces.acceptance import accepted
        from benchmarks.spaces.mutability import check_mutable

        start = f"trainable {shown(self.spec.name)}:"
        space = ask(f"{start} space", self.given)
        try:
            kept = accepted(space)
        except ValueError as error:
            raise self.spec.refusal(f"space {error}") from error
        try:
            check_mutable(kept, self.spec.mutable)
        except ValueError as error:
            raise self.spec.refusal(f"mutable {error}") from error
        return kept


class DeclaredConstants:
    """A trainable's declared constants, checked against its mode."""

    def __init__(self, spec: TrainableSpec, given: Constants | Callable[[], Any]) -> None:
        self.spec, self.given = spec, given

    def __call__(self) -> Constants:
        """Return the constants.

        Raises:
            SpecError: if no score can be made of them; ``Raised`` if there are none.
        """
        return self._checked

    @cached_property
    def _checked(self) -> Constants:
        from benchmarks.suite.constants import Constants

        given, start = self.given, f"trainable {shown(self.spec.name)}:"
        try:
            known = ask(f"{start} constants", given) if callable(given) else given
        except SpecError as error:
            raise error if str(error).startswith(start) else self.spec.refusal(str(error)) from error
        if not isinstance(known, Constants):
            raise self.spec.refusal(f"constants gave {shown(known)}; expected Constants(optimum, baseline)")
        if reason := known.why_unusable(self.spec.mode):
            raise self.spec.refusal(reason)
        return known


def as_declared(value: Any) -> Any:
    """Return a user's declaration itself, where a replaced spec holds its wrapper."""
    return value.given if isinstance(value, DeclaredSpace | DeclaredConstants) else value
