"""Capabilities that one part of a combination provides and another requires; effects of schedulers."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """A property that one part of a combination can provide and another can require.

    >>> import tunegrid as tg
    >>> wants = {tg.Capability.CHECKPOINTS: "trials rest and go on later"}  # of a scheduler that pauses
    >>> tg.Capability("checkpoints") in wants
    True
    """

    VARIANTS = "variants"  # searcher: draws by Tune's own variant generator, without a Searcher object
    EVERY_EPOCH = "every-epoch"  # scheduler: every trial trains to its end
    GRIDS = "grids"  # searcher: takes the values of a grid_search, as many as the budget has trials
    PAUSE_AWARE = "pause-aware"  # searcher: is notified of pauses, as each Searcher of searchers.adapt is
    SETS_EPOCHS = "sets-epochs"  # searcher: says how many epochs each trial is to train (``epochs_of``)
    CHECKPOINTS = "checkpoints"  # trainable: saves and loads (a class also resets)
    MUTABLE = "mutable"  # trainable: some hyperparameters may change while it trains
    MUTABLE_FLOAT = "mutable-float"  # trainable: one of these is a float; found in its space
    MORE_CPUS = "more-cpus"  # trainable: uses the CPUs that it is given


class Effect(StrEnum):
    """An action of a scheduler on a trial, other than to let it train.

    >>> import tunegrid as tg
    >>> sorted(tg.Effect)
    [<Effect.MUTATE: 'mutate'>, <Effect.PAUSE: 'pause'>, <Effect.RESIZE: 'resize'>, <Effect.STOP: 'stop'>]
    """

    STOP = "stop"  # ends it before its last epoch
    PAUSE = "pause"  # pauses it, perhaps without an end
    MUTATE = "mutate"  # changes its hyperparameters
    RESIZE = "resize"  # changes its resources
