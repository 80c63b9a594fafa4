"""The spec of a trainable: its code, search space, metric, data, and the constants of its scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.core.refusal import Raised
from benchmarks.suite.capabilities import Capability
from benchmarks.suite.declared import DeclaredConstants, DeclaredSpace, as_declared
from benchmarks.suite.specs import Spec

if TYPE_CHECKING:
    from benchmarks.curves.model import CurveModel, Place

#: Score points that a combination may lose on a task before the gate calls it worse, unless the task says
#: more.
MARGIN = 20.0


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
    ``cheap``: values of hyperparameters at the top of the space at which an epoch costs least, such as the
    smallest width; searchers that begin where training is cheap (FLAML's) are given them.
    ``seeds_of``: the trainable whose seeds it shares, as its mirror image; "" = it has its own.
    ``most_epochs``: the most epochs of a trial; None if there is no limit.
    ``constants`` returns the reference values of scores, or raises SpecError where they do not fit ``mode``;
    None if unknown.  ``Constants`` may be given directly, or a function of no arguments that returns them,
    for any number of epochs; a function of the number of epochs may return a ``Reference``, which also has
    the distribution of random configurations.
    ``examples_val``: the number of validation examples of its first data set, of which ``metric`` is a share,
    so that differences can be told in examples; None where the metric is not such a share.
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
    cheap: Mapping[str, Any] = field(default_factory=dict)
    datasets: tuple[str, ...] = ("subset",)
    seeds_of: str = ""
    most_epochs: int | None = None
    constants: DeclaredConstants | None = None
    examples_val: int | None = None
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
            # A name may be defined further down in its module, or a library not be installed.
            if not isinstance(error.__cause__, NameError | ImportError):
                raise
        else:
            self._check_cheap()
        if self.constants is not None:
            known = DeclaredConstants(self, as_declared(self.constants))
            self._keep("constants", known)
            if not callable(known.declaration):
                known()

    def _check_cheap(self) -> None:
        """Check that each cheap value is one that the space holds.

        Raises:
            SpecError: for a name or a value that it does not hold.
        """
        from benchmarks.spaces.membership import why_no_value

        for name, value in self.cheap.items():
            if reason := why_no_value(self.space(), name, value):
                raise self.refusal(f"cheap holds {name!r}, {reason}")

    def _provided(self) -> frozenset[Capability]:
        """Return the declared capabilities and those that the target shows.

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
