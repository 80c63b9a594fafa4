"""Compatibility rules: which combinations may run, and the reasons why others may not.

The rules match capabilities that each side declares (``registry.Capability``), so that a new part brings its
own rules along and this file needs no names.  ``python -m benchmarks.compatibility --probe`` runs every
combination for real and compares.
"""

from __future__ import annotations

from benchmarks.suite.registry import Capability, SchedulerSpec, SearcherSpec, Spec, TrainableSpec

#: Capabilities of trainables alone; not checked while no trainable is named.
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
    return _why_not_in(trainable, searcher) if trainable is not None else None


def _why_not_in(trainable: TrainableSpec, searcher: SearcherSpec) -> str | None:
    """Return why a searcher cannot propose from a trainable's space, or None if it can."""
    from benchmarks.spaces.domains import kinds
    from benchmarks.spaces.grid_values import as_choices, grids

    space = trainable.space()
    if (fixed := grids(space)) and Capability.GRIDS not in searcher.provides:
        return (
            f"{trainable.name} has a grid_search at {fixed[0]}, which runs every trial once for each of its "
            f"values, though their number is the budget's to say; only a grid search takes it, not "
            f"{searcher.name}: write tune.choice of the same values"
        )
    if not searcher.any_domain and "other" in kinds(as_choices(space)):
        return (
            f"{trainable.name} draws from sample_from or randn, which have no place in the space that all "
            f"share; only searchers that draw at random take them, not {searcher.name}: in place of "
            "sample_from, write what depends on a choice into it, as a nested choice of dicts, "
            "tune.choice([{'kind': 'a', 'x': tune.uniform(0, 1)}, {'kind': 'b'}])"
        )
    return None


def _found(trainable: TrainableSpec) -> frozenset[Capability]:
    """Return the capabilities that follow from the space: a float that may change while training."""
    from benchmarks.spaces.domains import is_float

    space = trainable.space()
    there = any(is_float(space.get(name)) for name in trainable.mutable)
    return frozenset({Capability.MUTABLE_FLOAT}) if there else frozenset()


def why_unavailable(*parts: Spec) -> str | None:
    """Return the missing installations of these parts as a sentence, or None."""
    lacking = [(part, part.missing()) for part in parts]
    missing = sorted({name for _, names in lacking for name in names})
    commands = {part.install or f"pip install {' '.join(names)}": None for part, names in lacking if names}
    return f"not installed: {', '.join(missing)}; {' && '.join(commands)}" if missing else None
