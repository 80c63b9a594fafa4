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
        on_cluster: the same for a Ray cluster that others have started; "" if it runs on this machine alone.
        trains_once: it trains each configuration of a repetition once, for all experiments that ask for it.
    """

    module: str
    virtual_clock: bool = False
    from_curves: bool = False
    trains_once: bool = False
    on_cluster: str = ""


ENGINES = {
    "tune": EngineSpec("benchmarks.engines.ray.engine", on_cluster="benchmarks.engines.cluster.tune_engine"),
    "virtual": EngineSpec(
        "benchmarks.engines.virtual.engine",
        virtual_clock=True,
        from_curves=True,
        on_cluster="benchmarks.engines.cluster.virtual_engine",
    ),
    "live": EngineSpec("benchmarks.engines.live.engine", virtual_clock=True, trains_once=True),
}
