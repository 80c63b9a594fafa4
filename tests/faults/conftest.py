"""Fixtures of the fault harness: its option, its tally, and places to run commands in.

It runs only when its mark is asked for (``pytest -m faults tests/faults``), never among the other tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from commands import Place
from fuzzing import Harness
from helpers.proofs import named
from tally import Tally

MARK = "faults"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tally", type=Path, default=None, help="faults: folder for the counts of each module")
    parser.addoption("--share", type=float, default=1.0, help="faults: do this share of what is repeated")


def pytest_configure(config: pytest.Config) -> None:
    """Tell the fuzz tests, before they are imported, how many inputs they are to try."""
    Harness.share = config.getoption("--share", 1.0) if named(config, MARK) else 0.0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no module of the harness in other runs: its plug-ins would be parts of theirs.

    The small fuzz tests are among the others.
    """
    ours = collection_path.name.startswith("test_") and not collection_path.name.startswith("test_fuzz")
    return True if ours and not named(config, MARK) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the harness out of every run that does not name it."""
    if not named(config, MARK):
        ours = [item for item in items if item.get_closest_marker(MARK)]
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in ours]


@pytest.fixture(scope="session")
def share(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """Return how often to do what the whole harness does so many times."""
    part = float(request.config.getoption("--share"))
    return lambda times: max(1, round(times * part))


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """The counts of one module, which are saved at its end."""
    counted = Tally(request.config.getoption("--tally"), request.config.getoption("--share"))
    yield counted
    counted.save(Path(str(request.node.path)).stem)


@pytest.fixture(autouse=True)
def _inputs_are_counted(request: pytest.FixtureRequest, tally: Tally) -> Iterator[None]:
    """Add the inputs of a fuzz test to the tally."""
    before = request.session.testsfailed
    yield
    for kind, ended in Harness.ended.items():
        failed = request.session.testsfailed > before
        tally.add("fuzz", kind, inputs=ended.total(), **ended, wrong_answers=failed)
    Harness.ended.clear()


Places = Callable[..., Place]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Return a function that makes a place for runs; all of them are closed with the module."""
    made: list[Place] = []

    def place(
        name: str, plugins: Sequence[str] = ("calm",), changes: Mapping[str, str | None] | None = None
    ) -> Place:
        made.append(Place(tmp_path_factory.mktemp("faults", numbered=True) / name, plugins, changes))
        return made[-1]

    yield place
    for one in made:
        one.close()
