"""Lines of Python that use a combination: with plain Ray Tune, and with TuneGrid."""

from __future__ import annotations

from typing import NamedTuple

RAY, TUNEGRID = "With plain Ray Tune", "With TuneGrid"


class UsageSettings(NamedTuple):
    """Arguments of ``tunegrid.tuner``."""

    metric: str
    mode: str
    trials: int
    epochs: int
    workers: int


def lines(searcher: str, scheduler: str, settings: UsageSettings) -> dict[str, str]:
    """Return the code by its title; ``trainable`` and ``space`` are left to the reader.

    That for plain Ray Tune is left out if a half is not Ray's own, and all of it if one is not registered.
    """
    from benchmarks.suite.registry import SCHEDULERS, SEARCHERS

    if searcher not in SEARCHERS or scheduler not in SCHEDULERS:
        return {}
    own = {TUNEGRID: _with_tunegrid(searcher, scheduler, settings)}
    halves = (SEARCHERS[searcher], SCHEDULERS[scheduler])
    if not all(half.plain for half in halves):
        return own
    asked = settings._replace(trials=settings.trials * halves[0].budget)
    repairs = sum(len(half.repairs) for half in halves)
    plain = _with_ray(halves[0].plain, halves[1].plain, asked, repairs)
    return {RAY: plain, **own}


def _with_ray(
    search: tuple[str, ...], schedule: tuple[str, ...], settings: UsageSettings, repairs: int
) -> str:
    from benchmarks.suite.setups import SearchSetup

    startup = SearchSetup({}, settings.trials, 0, settings.workers).n_startup_trials
    values = {"n_startup_trials": startup, **settings._asdict()}
    (*imports, searcher), (*others, scheduler) = (
        [_filled(line, values) for line in half] for half in (search, schedule)
    )
    note = [f"# Ray's own: without {repairs} repairs that TuneGrid makes (see docs/compatibility.md)"]
    return "\n".join(
        [
            *dict.fromkeys(["from ray import tune", *imports, *others]),
            "",
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


def _with_tunegrid(searcher: str, scheduler: str, settings: UsageSettings) -> str:
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
            ")",
            "results = tuner.fit()",
        ]
    )


def _filled(line: str, values: dict[str, object]) -> str:
    """Return a line with its {names} replaced; other braces stay."""
    for name, value in values.items():
        line = line.replace(f"{{{name}}}", str(value))
    return line
