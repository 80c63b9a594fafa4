"""Capabilities: what one part of a combination offers and another wants; effects of schedulers."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """What one part of a combination can offer and another can want."""

    VARIANTS = "variants"  # searcher: Tune's own variant generator draws, there is no Searcher object
    EVERY_EPOCH = "every-epoch"  # scheduler: every trial trains to its end
    GRIDS = "grids"  # searcher: takes the values of a grid_search, as many as the budget has trials
    PAUSE_AWARE = "pause-aware"  # searcher: hears of pauses, as every Searcher does that searchers.adapt made
    CHECKPOINTS = "checkpoints"  # trainable: saves and loads (a class also resets)
    MUTABLE = "mutable"  # trainable: some hyperparameters may change while it trains
    MUTABLE_FLOAT = "mutable-float"  # trainable: one of these is a float; found in its space
    MORE_CPUS = "more-cpus"  # trainable: uses the CPUs that it is given


class Effect(StrEnum):
    """What a scheduler may do to a trial besides letting it train."""

    STOP = "stop"  # ends it before its last epoch
    PAUSE = "pause"  # lets it rest, perhaps for ever
    MUTATE = "mutate"  # changes its hyperparameters
    RESIZE = "resize"  # changes its resources
