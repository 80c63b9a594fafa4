"""What a searcher, a scheduler and a trainable say of themselves, and what they are built from."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from benchmarks.constants import Constants
    from benchmarks.curves import CurveModel, Place


#: Score points that a combination may lose on a task before the gate calls it worse, unless the task says
#: more.
MARGIN = 20.0


class Capability(StrEnum):
    """What one part of a combination can offer and another can want."""

    VARIANTS = "variants"  # searcher: Tune's own variant generator draws, there is no Searcher object
    EVERY_EPOCH = "every-epoch"  # scheduler: every trial trains to its end
    PAUSE_AWARE = "pause-aware"  # searcher: hears of pauses, as every Searcher does that searchers.adapt made
    CHECKPOINTS = "checkpoints"  # trainable: saves, loads and resets (a class trainable)
    MUTABLE = "mutable"  # trainable: some hyperparameters may change while it trains
    MUTABLE_FLOAT = "mutable-float"  # trainable: one of these is a float; found in its space
    MORE_CPUS = "more-cpus"  # trainable: uses the CPUs that it is given


class Effect(StrEnum):
    """What a scheduler may do to a trial besides letting it train."""

    STOP = "stop"  # ends it before its last epoch
    PAUSE = "pause"  # lets it rest, perhaps for ever
    MUTATE = "mutate"  # changes its hyperparameters
    RESIZE = "resize"  # changes its resources


@dataclass(frozen=True)
class SearchSetup:
    """What a searcher is built from; ``space`` is Tune's search-space dict.

    ``first`` are configurations of that space to begin with, as many of the budget's trials.
    """

    space: Mapping[str, Any]
    trials: int
    seed: int
    look_ahead: int
    first: tuple[Mapping[str, Any], ...] = ()

    @property
    def startup(self) -> int:
        """Random trials before a model steps in: a quarter of the budget, 3 to 10, the same for all."""
        return min(10, max(3, self.trials // 4))


@dataclass(frozen=True)
class SearchPlan:
    """What Tune is given: the space it resolves itself, how often, and the algorithm (None = Tune's own)."""

    space: Mapping[str, Any]
    num_samples: int
    algorithm: Any = None


@dataclass(frozen=True)
class ScheduleSetup:
    """What a scheduler is built from; metric and mode reach it through Tune.

    ``policy`` is the file that a PBT experiment left for a replay, else None.
    """

    space: Mapping[str, Any]
    mutable: tuple[str, ...]
    trials: int
    epochs: int
    workers: int
    seed: int
    policy: str | None = None


@dataclass(frozen=True)
class Spec:
    """What all three kinds have in common."""

    name: str
    summary: str
    requires: tuple[str, ...] = ()  # distributions, as pip knows them
    provides: frozenset[Capability] = frozenset()
    wants: Mapping[Capability, str] = field(default_factory=dict)  # capability -> reason if missing
    install: str = ""  # the command that mends what is missing; "" = pip install of ``requires``
    repairs: tuple[str, ...] = ()  # what goes wrong in Ray or the library and does not here, a sentence each
    limits: Mapping[str, str] = field(default_factory=dict)  # check of the probe that it fails -> why
    hidden: bool = False  # for tests and probes: it runs when it is named; no glob or list shows it
    origin: str = ""  # the module that registered it

    def missing(self) -> list[str]:
        """Return the required distributions that are not installed."""

        def absent(name: str) -> bool:
            try:
                importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                return True
            return False

        return [name for name in self.requires if absent(name)]


@dataclass(frozen=True)
class SearcherSpec(Spec):
    """A search algorithm.

    ``any_domain``: it can also draw what has no encoding as a number (``sample_from``, ``randn``).
    ``learns``: what it proposes depends on the results so far.
    ``by_rung``: it models the results after each number of epochs by themselves, so that it begins to learn
    later where trials are stopped.
    ``budget``: how many times an experiment's trials it may ask for; shown wherever it is compared.
    ``seedable``: the same seed and results give the same proposals; False where a library cannot.
    ``chance``: another seed gives other proposals; False where nothing is drawn, as in a grid.
    ``seconds_of_300``: the most CPU seconds that 300 proposals with their results take, on one core in four
    dimensions.
    """

    build: Callable[[SearchSetup], SearchPlan] = field(default=lambda setup: SearchPlan({}, 0))
    any_domain: bool = False
    learns: bool = True
    by_rung: bool = False
    budget: int = 1
    seedable: bool = True
    chance: bool = True
    seconds_of_300: float = 30.0

    def __post_init__(self) -> None:
        if Capability.VARIANTS not in self.provides:
            object.__setattr__(self, "provides", self.provides | {Capability.PAUSE_AWARE})


@dataclass(frozen=True)
class SchedulerSpec(Spec):
    """A trial scheduler.

    ``look_ahead``: how many trials may be undecided at once: as many as there are workers, or all of them
    (a bracket or a population must be complete before it can be judged).  ``replays``: the scheduler whose
    best policy this one replays in a second step.  ``does``: what it may do to a trial besides letting it
    train; a long enough experiment shows each at least once.
    """

    build: Callable[[ScheduleSetup], Any] = field(default=lambda setup: None)
    look_ahead: Literal["workers", "trials"] = "workers"
    reuse_actors: bool = True
    replays: str | None = None
    does: frozenset[Effect] = frozenset()


def _nothing(data: str, train_size: int, data_dir: str | None) -> Mapping[str, Any]:
    """Load no arrays."""
    return {}


@dataclass(frozen=True)
class TrainableSpec(Spec):
    """A model-training problem.

    ``target`` is a ``ray.tune.Trainable`` subclass or a function trainable; ``space()`` its search space;
    ``load(data, train_size, data_dir)`` the arrays that every trial reads, put once into the object store.
    ``curves`` builds its model for the ``virtual`` engine; None if it has none.
    ``test_metric`` names what ``target.test()`` reports of the incumbent, never shown to a searcher.
    ``seeds_of``: the trainable whose seeds it shares, as its mirror image; "" = it has its own.
    ``most_epochs``: how long a trial can train; None if there is no end to it.
    ``constants`` returns what scores are made of; None if nobody knows.
    ``source``: where its data come from and their licence, a sentence.
    ``chance``: another repetition gives a configuration another curve; False where curves are a formula.
    ``sized``: it trains on examples, which ``train_size`` limits; never so without a ``load`` of its own.
    ``margin``: points of the score that a combination may lose before the gate calls it worse; about one
    standard deviation of paired differences, since a smaller loss of one combination takes too many
    repetitions to see.  A combination whose own noise is more has that as its margin.
    """

    target: Any = None
    space: Callable[[], Mapping[str, Any]] = dict
    load: Callable[[str, int, str | None], Mapping[str, Any]] = field(default=_nothing)
    metric: str = "val_accuracy"
    mode: Literal["min", "max"] = "max"
    curves: Callable[[Place], CurveModel] | None = None
    test_metric: str | None = None
    mutable: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ("subset",)
    seeds_of: str = ""
    most_epochs: int | None = None
    constants: Callable[[], Constants] | None = None
    source: str = ""
    chance: bool = True
    sized: bool = True
    margin: float = MARGIN

    def __post_init__(self) -> None:
        if self.load is _nothing:
            object.__setattr__(self, "sized", False)
