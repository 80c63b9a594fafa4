"""What a searcher, a scheduler and a trainable say of themselves, and what they are built from."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from benchmarks.core.refusal import Raised, SpecError, nearest, shown
from benchmarks.suite.capabilities import Capability, Effect
from benchmarks.suite.declared import DeclaredConstants, DeclaredSpace, as_declared

if TYPE_CHECKING:
    from benchmarks.curves.model import CurveModel, Place
    from benchmarks.suite.constants import Constants

__all__ = [
    "MARGIN",
    "Capability",
    "Effect",
    "ScheduleSetup",
    "SchedulerSpec",
    "SearchPlan",
    "SearchSetup",
    "SearcherSpec",
    "Spec",
    "SpecError",
    "TrainableSpec",
]


#: Score points that a combination may lose on a task before the gate calls it worse, unless the task says
#: more.
MARGIN = 20.0


@dataclass(frozen=True)
class SearchSetup:
    """What a searcher is built from; ``space`` is Tune's search-space dict.

    ``max_concurrent`` is how many trials may be undecided at once, ``first`` are configurations of that space
    to begin with, as many of the budget's trials.
    """

    space: Mapping[str, Any]
    trials: int
    seed: int
    max_concurrent: int
    first: tuple[Mapping[str, Any], ...] = ()

    @property
    def startup(self) -> int:
        """Random trials before a model steps in: a quarter of the budget, 3 to 10, the same for all."""
        return min(10, max(3, self.trials // 4))

    @property
    def look_ahead(self) -> int:
        """The former name of ``max_concurrent``."""
        return self.max_concurrent


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
    """What all three kinds have in common.

    Each field is checked by its rule (``suite.field_rules``), here and in whatever makes or replaces a spec.

    Raises:
        SpecError: for a value that a field may not hold.
    """

    KIND: ClassVar[str] = "part"
    DECORATED: ClassVar[str] = ""  # the field that holds what the decorator decorates

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

    @classmethod
    def of(cls, name: str, summary: str, given: Any, values: Mapping[str, Any]) -> Self:
        """Return the spec of what a decorator decorates.

        Raises:
            SpecError: for an unknown field or a value that it may not hold.
        """
        known = [f.name for f in fields(cls) if f.name not in ("name", "summary", "origin", cls.DECORATED)]
        for field_name in values:
            if field_name not in known:
                raise SpecError(
                    f"{cls.KIND} {shown(name)}: {shown(field_name)} is no field of a {cls.KIND}; "
                    f"{nearest(field_name, known)}"
                )
        origin = getattr(given, "__module__", None) or type(given).__module__
        return cls(name, summary, origin=origin, **{cls.DECORATED: given}, **values)

    def __post_init__(self) -> None:
        from benchmarks.suite.field_rules import rules

        known = rules()
        for each in fields(self):
            try:
                self._keep(each.name, known[each.name](getattr(self, each.name)))
            except ValueError as error:
                raise self.refusal(f"{each.name} {error}") from error

    def refusal(self, what: str) -> SpecError:
        """Return the error that refuses this spec."""
        return SpecError(f"{self.KIND} {shown(self.name)}: {what}")

    def _keep(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

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
    ``base``: it is plain random search, from which gains are counted.
    ``by_rung``: it models the results after each number of epochs by themselves, so that it begins to learn
    later where trials are stopped.
    ``budget``: how many times an experiment's trials it may ask for; shown wherever it is compared.
    ``seedable``: the same seed and results give the same proposals; False where a library cannot.
    ``chance``: another seed gives other proposals; False where nothing is drawn, as in a grid.
    ``seconds_of_300``: the most CPU seconds that 300 proposals with their results take, on one core in four
    dimensions.
    ``fixed_trials``: it is laid out for the number of trials, so that a time alone is no budget for it.
    """

    KIND = "searcher"
    DECORATED = "build"

    build: Callable[[SearchSetup], SearchPlan] = field(default=lambda setup: SearchPlan({}, 0))
    any_domain: bool = False
    learns: bool = True
    base: bool = False
    by_rung: bool = False
    budget: int = 1
    seedable: bool = True
    chance: bool = True
    seconds_of_300: float = 30.0
    fixed_trials: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if Capability.VARIANTS not in self.provides:
            self._keep("provides", self.provides | {Capability.PAUSE_AWARE})


@dataclass(frozen=True)
class SchedulerSpec(Spec):
    """A trial scheduler.

    ``look_ahead``: how many trials may be undecided at once: as many as there are workers, or all of them
    (a bracket or a population must be complete before it can be judged).  ``replays``: the scheduler whose
    best policy this one replays in a second step.  ``does``: what it may do to a trial besides letting it
    train; a long enough experiment shows each at least once.
    ``fixed_trials``: it compares all trials with each other, so that a time alone is no budget for it; always
    so where ``look_ahead`` is all of them, and for a replay.
    """

    KIND = "scheduler"
    DECORATED = "build"

    build: Callable[[ScheduleSetup], Any] = field(default=lambda setup: None)
    look_ahead: Literal["workers", "trials"] = "workers"
    reuse_actors: bool = True
    replays: str | None = None
    does: frozenset[Effect] = frozenset()
    fixed_trials: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.look_ahead == "trials" or self.replays is not None:
            self._keep("fixed_trials", True)


def _nothing(data: str, train_size: int, data_dir: str | None) -> Mapping[str, Any]:
    """Load no arrays."""
    return {}


@dataclass(frozen=True)
class TrainableSpec(Spec):
    """A model-training problem.

    ``target`` is a ``ray.tune.Trainable`` subclass or a function trainable; one that takes a configuration
    alone is wrapped.  ``space()`` is its search space, accepted (``spaces.acceptance``); a dict may be
    given too.
    ``load(data, train_size, data_dir)`` the arrays that every trial reads, put once into the object store.
    ``curves`` builds its model for the ``virtual`` engine; None if it has none.
    ``test_metric`` names what ``target.test()`` reports of the incumbent, never shown to a searcher.
    ``mutable`` names hyperparameters at the top of the space that may change while a trial trains; with any,
    the trainable provides ``Capability.MUTABLE``.  A class that defines what saves, loads and resets it
    provides ``Capability.CHECKPOINTS``.
    ``seeds_of``: the trainable whose seeds it shares, as its mirror image; "" = it has its own.
    ``most_epochs``: how long a trial can train; None if there is no end to it.
    ``constants`` returns what scores are made of, or raises SpecError where they do not fit ``mode``; None if
    nobody knows.  They may be given themselves.
    ``source``: where its data come from and their licence, a sentence.
    ``chance``: another repetition gives a configuration another curve; False where curves are a formula.
    ``sized``: it trains on examples, which ``train_size`` limits; never so without a ``load`` of its own.
    ``margin``: points of the score that a combination may lose before the gate calls it worse; about one
    standard deviation of paired differences, since a smaller loss of one combination takes too many
    repetitions to see.  A combination whose own noise is more has that as its margin.
    ``seeded``: before each of its epochs the global generators of ``random``, ``numpy`` and ``torch`` are
    seeded from (trainable, repetition, configuration, epoch); False leaves them alone.
    ``checkpoints``: a function that reports a checkpoint with every result, and goes on from
    ``tune.get_checkpoint()`` if there is one; then it runs with the schedulers that pause, too.
    """

    KIND = "trainable"
    DECORATED = "target"

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
    seeded: bool = True
    checkpoints: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.load is _nothing:
            self._keep("sized", False)
        if self.test_metric == self.metric:
            raise self.refusal(
                f"test_metric is the metric {self.metric!r}; expected another, which no search sees"
            )
        self._keep("provides", self._provided())
        self._keep("space", DeclaredSpace(self, as_declared(self.space)))
        try:
            self.space()
        except Raised as error:
            # What it needs may be defined further down in its module, or not be installed.
            if not isinstance(error.__cause__, NameError | ImportError):
                raise
        if self.constants is not None:
            known = DeclaredConstants(self, as_declared(self.constants))
            self._keep("constants", known)
            if not callable(known.given):
                known()

    def _provided(self) -> frozenset[Capability]:
        """Return what it is said to provide and what can be seen of it.

        Raises:
            SpecError: if it is said to provide what it cannot.
        """
        from benchmarks.suite.targets import CHECKPOINT_METHODS, lacking

        provided = self.provides
        if isinstance(self.target, type):
            absent = lacking(self.target)
            if absent and Capability.CHECKPOINTS in provided:
                raise self.refusal(
                    f"provides checkpoints, but {self.target.__name__} does not define {', '.join(absent)}; "
                    f"define {', '.join(CHECKPOINT_METHODS)}, or leave CHECKPOINTS out of provides"
                )
            provided |= frozenset() if absent else {Capability.CHECKPOINTS}
        elif self.checkpoints:
            provided |= {Capability.CHECKPOINTS}
        if Capability.MUTABLE in provided and not self.mutable:
            raise self.refusal("provides mutable, but no hyperparameter may change; name some in mutable=")
        return provided | ({Capability.MUTABLE} if self.mutable else frozenset())
