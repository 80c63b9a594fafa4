"""May this searcher drive this scheduler on this trainable?  Yes, or the reason why not.

The rules match capabilities that each side declares (``registry.Capability``), so that a new part brings its
own rules along and this file needs no names.  ``python -m benchmarks.compatibility --probe`` runs every
combination for real and compares.
"""

from __future__ import annotations

from benchmarks.registry import Capability, SchedulerSpec, SearcherSpec, Spec, TrainableSpec

#: What only a trainable can offer; left open while no trainable is named.
TRAINABLE_SIDE = frozenset(
    {Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MUTABLE_FLOAT, Capability.MORE_CPUS}
)


def why_incompatible(
    searcher: SearcherSpec, scheduler: SchedulerSpec, trainable: TrainableSpec | None = None
) -> str | None:
    """Return why the combination can never run, or None if it can; without a trainable, on any."""
    parts: list[Spec] = [searcher, scheduler] + ([trainable] if trainable else [])
    offered = frozenset[object]().union(*(part.provides for part in parts))
    if trainable is not None and Capability.MUTABLE_FLOAT in scheduler.wants:
        offered |= _found(trainable)
    for part in parts:
        for capability, reason in part.wants.items():
            of_trainable = capability in TRAINABLE_SIDE
            if capability not in offered and (trainable is not None or not of_trainable):
                return reason
    if trainable is not None and not searcher.any_domain:
        from benchmarks.space import kinds

        if "other" in kinds(trainable.space()):
            return (
                f"{trainable.name} draws from sample_from, randn or grid_search, which have no place in the "
                f"space that all share; only searchers that draw at random take them, not {searcher.name}"
            )
    return None


def _found(trainable: TrainableSpec) -> frozenset[Capability]:
    """Return what the trainable offers by its space: a float that may change while it trains."""
    from benchmarks.space import is_float

    space = trainable.space()
    there = any(is_float(space.get(name)) for name in trainable.mutable)
    return frozenset({Capability.MUTABLE_FLOAT}) if there else frozenset()


def why_unavailable(*parts: Spec) -> str | None:
    """Return what must be installed before these parts can run, or None."""
    lacking = [(part, part.missing()) for part in parts]
    missing = sorted({name for _, names in lacking for name in names})
    commands = {part.install or f"pip install {' '.join(names)}": None for part, names in lacking if names}
    return f"not installed: {', '.join(missing)}; {' && '.join(commands)}" if missing else None


if __name__ == "__main__":
    import sys

    from benchmarks.probing.cli import main

    sys.exit(main())
