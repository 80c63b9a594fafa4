"""Base of the three contracts: selection of the parts under test, and isolation of the process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from benchmarks.core.seeding import OwnGenerators
from benchmarks.suite.registry import Registry, Spec
from benchmarks.suite.rules import why_unavailable


class Contract:
    """The tests that every part of one kind must pass; each takes the part's ``name``.

    Attributes:
        name: the registered name of the part to test, or a glob: "*" tests all that are not hidden.  One
            that is not installed is skipped, and the skip says what to install.
    """

    name: ClassVar[str]
    registry: ClassVar[Registry[Any]]

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of the parts that are tested.

        Raises:
            UnknownName: if ``name`` matches nothing.
        """
        return cls.registry.select([cls.name])

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each test for each of the names; pytest calls this, and shows the name in the test's id."""
        if "name" in metafunc.fixturenames:
            metafunc.parametrize("name", [_parameter(self.registry[name]) for name in self.names()])

    @pytest.fixture(autouse=True)
    def generators(self) -> Iterator[None]:
        """Give the test defined global random states, and restore those of the process afterwards."""
        with OwnGenerators(0):
            yield


def _parameter(spec: Spec) -> Any:
    reason = why_unavailable(spec)
    return pytest.param(spec.name, marks=[] if reason is None else pytest.mark.skip(reason))
