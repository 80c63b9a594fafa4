"""The page of calibration, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from results.types import Floats
from scripts.calibration.best import LEAST, BestCalibration, Setting
from scripts.calibration.intervals import Coverage
from scripts.calibration.planning import ALPHA, EFFECTS, POWER, PlannedPower
from scripts.calibration.worlds import SHARED, SPREADS

#: The largest difference of stated and true rate that is aimed at.
BAR = 0.05
#: Combinations from which on one run tells how large differences are.
MANY = 20

#: Combinations up to which a grid holds so few statements that there are more grids.
FEW = 5
#: How many times as many there are then: a bin's rate has a standard error of about 0.01.
MORE = 20

Best = Sequence[tuple[Setting, BestCalibration]]


def page(
    normal: Best,
    others: Best,
    powers: Iterable[tuple[str, int, PlannedPower]],
    coverages: Iterable[tuple[str, int, int, Coverage]],
    grids: int,
) -> str:
    """Return the page."""
    return _introduction(grids) + _best(normal, others) + _planned_power(powers) + _intervals(coverages)


def _introduction(grids: int) -> str:
    return f"""# Calibration

Made by `python -m scripts.calibration --write`; a run that was ended goes on.  How often what the answers say
is true, in simulated grids whose truth is known: {grids} grids of each setting and spread, a quarter of that
from 100 combinations on, and {MORE} times as many up to {FEW}.

"""


def _best(normal: Best, others: Best) -> str:
    spreads = ", ".join(f"{spread:g}" for spread in SPREADS)
    return f"""## P(best)

`tunegrid recommend` says of each combination how probably it is the best.  Here true worths have the spreads
{spreads} in standard deviations of one repetition's noise, as many grids of each, and a repetition shifts all
combinations by {SHARED:g} more.  With spread 0 all are equal, and each is the best in a share of 1 / k.

What was stated, and how often it was true, over all settings of the next two tables:

{_bins(normal, others)}

By setting: the largest gap between stated and true rate in bins of width 0.1 with statements of {LEAST} grids
or more (fewer would show chance: two standard errors are then 0.08 or more); stated and true rate of the
most probable combination by spread; and how often the set of those that may be the best holds it, with the
share of the combinations that it has.

Normal noise and normal worths:

{_settings(normal, "normal")}

Other noise, other worths, and several tasks:

{_settings(others, "")}

With two or three combinations nothing in one run tells whether differences between them are usually large;
what is stated is then right on average over runs with small and large differences, and not for each spread by
itself: with no difference at all the more probable one of two is stated 0.6 and is, by definition, right half
of the time.  The same holds, to a lesser degree, for five, and for the shape of the true worths, which so few
combinations do not show either.  Noise with rare failures is hard: ten repetitions without a failure do not
show that there are none.

{_beyond([*normal, *others])}

{_farthest([*normal, *others])}

"""


def _planned_power(powers: Iterable[tuple[str, int, PlannedPower]]) -> str:
    return f"""## Planned power

`tunegrid power` plans a paired comparison by Wilcoxon's signed-rank test for power {POWER:g} at level
{ALPHA:g} from a pilot.  The power that its plans reach, the mean over pilots and over true differences of
{", ".join(f"{e:g}" for e in EFFECTS)} standard deviations, and the median plan; beside it the usual plan,
which takes the pilot's standard deviation as it is, for the t test:

{_powers(powers)}

"""


def _intervals(coverages: Iterable[tuple[str, int, int, Coverage]]) -> str:
    return f"""## Intervals

How often 95 % intervals hold the truth: the t interval of a mean, and the bootstrap interval of the
interquartile mean.  Rare failures and long tails need more repetitions than ten for a mean; the interquartile
mean does not.

{_coverages(coverages)}
"""


def grids_of(setting: Setting, grids: int) -> int:
    """Return how many grids there are of a setting and spread, if usually there are ``grids``."""
    if setting.combinations <= FEW:
        return MORE * grids
    return grids if setting.combinations <= 20 else max(20, grids // 4)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _bins(normal: Best, others: Best) -> str:
    parts: dict[str, list[Floats]] = {"all": []}
    for setting, calibration in (*normal, *others):
        parts["all"].append(calibration.bins)
        parts.setdefault(_world(setting), []).append(calibration.bins)
    rows = []
    for name, bins in parts.items():
        stated, true, count, grids = np.sum(bins, axis=0)
        cells = [
            f"{s / c:.2f} / {t / c:.2f}" if g >= LEAST else "few"
            for s, t, c, g in zip(stated, true, count, grids, strict=True)
        ]
        rows.append([name, *cells])
    return _table(["", *(f"{low / 10:g} to {low / 10 + 0.1:.1g}" for low in range(10))], rows)


def _beyond(calibrations: Best) -> str:
    """Return a sentence on the settings in which stated and true rate differ by more than ``BAR``."""
    far = sorted(
        (calibration.gap, _named(setting)) for setting, calibration in calibrations if calibration.gap > BAR
    )
    if not far:
        return f"In no setting do stated and true rate differ by more than {BAR:g} in a bin."
    named = "; ".join(f"{name}: {gap:.3f}" for gap, name in reversed(far))
    return (
        f"In {len(far)} of {len(calibrations)} settings they differ by more than {BAR:g} in a bin: {named}."
    )


def _farthest(calibrations: Best) -> str:
    """Return a sentence on each kind of noise and worths, where the most probable one is least as stated."""
    kinds: dict[str, tuple[float, str]] = {}
    for setting, one in calibrations:
        index = int(np.abs(one.top_stated - one.top_true).argmax())
        stated, true = float(one.top_stated[index]), float(one.top_true[index])
        size = f"{setting.combinations} combinations, {setting.repetitions} repetitions"
        words = f"{_world(setting)}: stated {stated:.2f}, true {true:.2f} ({size}, spread {SPREADS[index]:g})"
        if setting.combinations >= MANY:
            kinds[_world(setting)] = max(kinds.get(_world(setting), (0.0, "")), (abs(stated - true), words))
    if not kinds:
        return ""
    named = "; ".join(words for _, words in sorted(kinds.values(), reverse=True))
    return f"From {MANY} combinations on, where each spread should hold by itself, the farthest are: {named}."


def _named(setting: Setting) -> str:
    return f"{_world(setting)}, {setting.combinations} combinations, {setting.repetitions} repetitions"


def _world(setting: Setting) -> str:
    if setting.tasks > 1:
        return f"{setting.tasks} tasks"
    return f"worths: {setting.worth}" if setting.worth != "normal" else f"noise: {setting.noise}"


def _settings(calibrations: Best, leave_out: str) -> str:
    head = [
        "combinations",
        "repetitions",
        "largest gap",
        *(f"spread {s:g}" for s in SPREADS),
        "set holds",
        "has",
    ]
    rows = [
        [
            str(setting.combinations),
            str(setting.repetitions),
            f"{one.gap:.3f}",
            *(f"{s:.2f} / {t:.2f}" for s, t in zip(one.top_stated, one.top_true, strict=True)),
            f"{one.covered.mean():.3f}",
            f"{one.size.mean():.2f}",
        ]
        for setting, one in calibrations
    ]
    if leave_out:
        return _table(head, rows)
    named = [[_world(setting), *row] for (setting, _), row in zip(calibrations, rows, strict=True)]
    return _table(["", *head], named)


def _powers(powers: Iterable[tuple[str, int, PlannedPower]]) -> str:
    head = ["noise", "pilot", "power reached", "median plan", "usual plan reaches", "its median"]
    return _table(
        head,
        [
            [
                noise,
                str(pilot),
                f"{p.assured:.2f}",
                f"{p.assured_n:.0f}",
                f"{p.plain:.2f}",
                f"{p.plain_n:.0f}",
            ]
            for noise, pilot, p in powers
        ],
    )


def _coverages(coverages: Iterable[tuple[str, int, int, Coverage]]) -> str:
    return _table(
        ["noise", "repetitions", "tasks", "mean (t)", "interquartile mean (bootstrap)"],
        [[noise, str(n), str(tasks), f"{c.mean:.3f}", f"{c.middle:.3f}"] for noise, n, tasks, c in coverages],
    )
