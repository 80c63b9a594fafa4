"""The papers' algorithms for one worker and a finished experiment, written a second time and plainly.

Curves are lists of values of which larger is better; a curve that is shorter than the epochs is a trial that
fails after its last value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Log = list[tuple[str, int, str]]
Curves = Mapping[str, Sequence[float]]


def order(value: float) -> tuple[bool, float]:
    return (math.isnan(value), -value if not math.isnan(value) else 0.0)


def best(reports: Sequence[tuple[str, float]], number: int) -> list[str]:
    """Return the names of the best; of equals those that stand first."""
    return [name for name, _ in sorted(reports, key=lambda report: order(report[1]))][:number]


def train(log: Log, curves: Curves, name: str, begin: int, until: int, epochs: int) -> bool:
    """Log the epochs after ``begin``; return whether the trial reached ``until``, still undecided there."""
    for epoch in range(begin + 1, until + 1):
        if epoch > len(curves[name]):
            return False
        log.append((name, epoch, "END" if epoch == epochs else "CONTINUE" if epoch < until else "?"))
    return until < epochs


def decide(log: Log, decision: str) -> None:
    name, epoch, undecided = log[-1]
    assert undecided == "?"
    log[-1] = (name, epoch, decision)


def asha(curves: Curves, milestones: Sequence[int], epochs: int) -> Log:
    """One worker asks for a job whenever it is free: Algorithm 2 of arXiv 1810.05934."""
    rungs: list[list[tuple[str, float]]] = [[] for _ in milestones]
    promoted: set[tuple[str, int]] = set()
    log: Log = []

    def promotion() -> tuple[str, int] | None:
        for rung in range(len(milestones) - 1, -1, -1):
            for name in best(rungs[rung], len(rungs[rung]) // 3):
                if (name, rung) not in promoted:
                    return name, rung
        return None

    new = list(curves)
    job: tuple[str, int] | None = (new.pop(0), -1)
    while job is not None:
        name, rung = job
        begin = milestones[rung] if rung >= 0 else 0
        until = milestones[rung + 1] if rung + 1 < len(milestones) else epochs
        undecided = train(log, curves, name, begin, until, epochs)
        if undecided:
            rungs[rung + 1].append((name, curves[name][until - 1]))
        job = promotion()
        if job is not None:
            promoted.add(job)
        elif new:
            job = (new.pop(0), -1)
        if undecided:
            decide(log, "STOP" if job is None else "CONTINUE" if job[0] == name else "PAUSE")
    return log


def halving(curves: Curves, milestones: Sequence[int], epochs: int, keep: Callable[[int], int]) -> Log:
    """One worker trains everybody to a rung, then the best to the next."""
    log: Log = []
    there, begin = list(curves), 0
    for until in milestones:
        reached = []
        for position, name in enumerate(there):
            if train(log, curves, name, begin, until, epochs):
                reached.append((name, curves[name][until - 1]))
                if position < len(there) - 1:
                    decide(log, "PAUSE")
        last = log[-1][0] if log and log[-1][2] == "?" else None
        there = best(reached, max(1, keep(len(reached))))
        if last is not None:
            decide(log, "CONTINUE" if last in there else "STOP")
        # The last to report goes on at once if it may; the others follow, best first.
        there.sort(key=lambda name: name != last)
        begin = until
    for name in there:
        train(log, curves, name, begin, epochs, epochs)
    return log
