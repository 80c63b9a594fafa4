"""Lines of Python that use a combination: with plain Ray Tune, and with TuneGrid."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.suite.registry import Capability, SchedulerSpec, SearcherSpec
from benchmarks.suite.rules import why_incompatible

RAY, TUNEGRID = "With plain Ray Tune", "With TuneGrid"


class UsageSettings(NamedTuple):
    """Arguments of ``tunegrid.tuner``; without ``mutable`` a population changes the whole space."""

    metric: str
    mode: str
    trials: int
    epochs: int
    workers: int
    mutable: tuple[str, ...] = ()


def lines(searcher: str, scheduler: str, settings: UsageSettings) -> dict[str, str]:
    """Return the code by its title; ``trainable`` and ``space`` are left to the reader.

    That for plain Ray Tune is left out if a half is not Ray's own, and all of it if one is not registered.
    """
    from benchmarks.suite.registry import SCHEDULERS, SEARCHERS

    if searcher not in SEARCHERS or scheduler not in SCHEDULERS:
        return {}
    halves = (SEARCHERS[searcher], SCHEDULERS[scheduler])
    changes = Capability.MUTABLE in halves[1].wants
    own = {TUNEGRID: _with_tunegrid(searcher, scheduler, settings, changes)}
    if not _rays_own(*halves):
        return own
    asked = settings._replace(trials=settings.trials * halves[0].budget)
    repairs = sum(len(half.repairs) for half in halves)
    plain = _with_ray(halves[0].plain, halves[1].plain, asked, repairs)
    return {RAY: plain, **own}


def _rays_own(searcher: SearcherSpec, scheduler: SchedulerSpec) -> bool:
    """Return whether Ray alone has both halves, and they go together there."""
    if not (searcher.plain and scheduler.plain) or why_incompatible(searcher, scheduler):
        return False
    # In Ray, what tells a searcher of pauses works with TuneBOHB alone.
    return Capability.PAUSE_AWARE not in scheduler.wants or searcher.by_rung


def _with_ray(
    search: tuple[str, ...], schedule: tuple[str, ...], settings: UsageSettings, repairs: int
) -> str:
    from benchmarks.suite.setups import SearchSetup

    startup = SearchSetup({}, settings.trials, 0, settings.workers).n_startup_trials
    values = {"n_startup_trials": startup, **settings._asdict(), "mutable": settings.mutable or "space"}
    (*first, searcher), (*second, scheduler) = (
        [_filled(line, values) for line in half] for half in (search, schedule)
    )
    before = dict.fromkeys(["from ray import tune", *first, *second])
    imports = [line for line in before if line.startswith(("from ", "import "))]
    statements = [line for line in before if line not in imports]
    note = [f"# Ray's own: without {repairs} repairs that TuneGrid makes (see docs/compatibility.md)"]
    return "\n".join(
        [
            *imports,
            "",
            *statements,
            *(note if repairs else []),
            "tuner = tune.Tuner(",
            "    trainable,",
            "    param_space=space,",
            "    tune_config=tune.TuneConfig(",
            f"        metric={settings.metric!r},",
            f"        mode={settings.mode!r},",
            f"        search_alg={searcher},",
            f"        scheduler={scheduler},",
            f"        num_samples={settings.trials},",
            f"        max_concurrent_trials={settings.workers},",
            "    ),",
            f'    run_config=tune.RunConfig(stop={{"training_iteration": {settings.epochs}}}),',
            ")",
            "results = tuner.fit()",
        ]
    )


def _with_tunegrid(searcher: str, scheduler: str, settings: UsageSettings, changes: bool) -> str:
    return "\n".join(
        [
            "import tunegrid",
            "",
            "tuner = tunegrid.tuner(",
            "    trainable,",
            "    space,",
            f"    metric={settings.metric!r},",
            f"    mode={settings.mode!r},",
            f"    searcher={searcher!r},",
            f"    scheduler={scheduler!r},",
            f"    trials={settings.trials},",
            f"    epochs={settings.epochs},",
            f"    workers={settings.workers},",
            *([f"    mutable={settings.mutable or 'tuple(space)'},"] if changes else []),
            ")",
            "results = tuner.fit()",
        ]
    )


def _filled(line: str, values: dict[str, object]) -> str:
    """Return a line with its {names} replaced; other braces stay."""
    for name, value in values.items():
        line = line.replace(f"{{{name}}}", str(value))
    return line
