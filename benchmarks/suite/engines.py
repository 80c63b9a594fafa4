"""The table of the engines: the module of each, and what is known of it without loading it."""

from __future__ import annotations

from dataclasses import dataclass

#: Bytes of checkpoints that a folder of curves keeps, unless told otherwise.
DEFAULT_BYTES = 10 * 2**30


@dataclass(frozen=True)
class EngineSpec:
    """An engine's entry.

    Attributes:
        module: the module whose ``ENGINE`` is its class, a ``benchmarks.engines.common.engine.Engine``.
        virtual_clock: its seconds are simulated; else they are wall time.
        from_curves: it reads learning curves and trains nothing.
        trains_once: it trains each configuration of a repetition once, for all experiments that ask for it.
    """

    module: str
    virtual_clock: bool = False
    from_curves: bool = False
    trains_once: bool = False


ENGINES = {
    "tune": EngineSpec("benchmarks.engines.ray.engine"),
    "virtual": EngineSpec("benchmarks.engines.virtual.engine", virtual_clock=True, from_curves=True),
    "live": EngineSpec("benchmarks.engines.live.engine", virtual_clock=True, trains_once=True),
}
