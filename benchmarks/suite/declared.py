"""Declared spaces and constants of a trainable, checked on each use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.core.refusal import SpecError, ask, shown

if TYPE_CHECKING:
    from benchmarks.suite.constants import Constants
    from benchmarks.suite.reference import Reference
    from benchmarks.suite.trainable_spec import TrainableSpec


class DeclaredSpace:
    """A trainable's declared space, checked on each call."""

    def __init__(self, spec: TrainableSpec, declaration: Callable[[], Any]) -> None:
        self.spec, self.declaration = spec, declaration

    def __call__(self) -> dict[str, Any]:
        """Return the space.

        Raises:
            SpecError: if it cannot be accepted; ``Raised`` if there is none.
        """
        from benchmarks.spaces.acceptance import accepted
        from benchmarks.spaces.mutability import check_mutable

        start = f"trainable {shown(self.spec.name)}:"
        declared = ask(f"{start} space", self.declaration)
        try:
            space = accepted(declared)
        except ValueError as error:
            raise self.spec.refusal(f"space {error}") from error
        try:
            check_mutable(space, self.spec.mutable)
        except ValueError as error:
            raise self.spec.refusal(f"mutable {error}") from error
        return space


class DeclaredConstants:
    """A trainable's declared constants, checked against its mode.

    Args:
        spec: the trainable.
        declaration: constants; or a function that returns them or a ``Reference``, of no arguments, or of the
            number of epochs (None: of as long a training as is known).
    """

    def __init__(self, spec: TrainableSpec, declaration: Constants | Callable[..., Any]) -> None:
        self.spec, self.declaration = spec, declaration
        self._known: dict[int | None, Reference] = {}

    @property
    def by_epochs(self) -> bool:
        """Whether they differ between numbers of epochs."""
        from benchmarks.suite.targets import accepts

        return callable(self.declaration) and accepts(self.declaration, 1)

    def __call__(self, epochs: int | None = None) -> Constants:
        """Return the constants of trials of ``epochs`` epochs.

        Raises:
            SpecError: if no score can be made of them; ``Raised`` if there are none.
        """
        return self.reference(epochs).constants

    def reference(self, epochs: int | None = None) -> Reference:
        """Return the constants, and the distribution of random configurations if it is known.

        Raises:
            SpecError: as above.
        """
        key = epochs if self.by_epochs else None
        if key not in self._known:
            self._known[key] = self._checked(key)
        return self._known[key]

    def prepare(self) -> None:
        """Make what all numbers of epochs have in common, if the declaration has anything to make."""
        prepare: Callable[[], None] | None = getattr(self.declaration, "prepare", None)
        if prepare is not None:
            prepare()

    def _checked(self, epochs: int | None) -> Reference:
        from benchmarks.suite.constants import Constants
        from benchmarks.suite.reference import Reference

        declaration, start = self.declaration, f"trainable {shown(self.spec.name)}:"
        source = partial(declaration, epochs) if self.by_epochs and callable(declaration) else declaration
        try:
            known = ask(f"{start} constants", source) if callable(source) else source
        except SpecError as error:
            raise error if str(error).startswith(start) else self.spec.refusal(str(error)) from error
        constants = known.constants if isinstance(known, Reference) else known
        if not isinstance(constants, Constants):
            raise self.spec.refusal(f"constants gave {shown(known)}; expected Constants(optimum, baseline)")
        if reason := constants.why_unusable(self.spec.mode):
            raise self.spec.refusal(reason)
        return known if isinstance(known, Reference) else Reference(constants)


def as_declared(value: Any) -> Any:
    """Return a user's declaration itself, where a replaced spec holds its wrapper."""
    return value.declaration if isinstance(value, DeclaredSpace | DeclaredConstants) else value
