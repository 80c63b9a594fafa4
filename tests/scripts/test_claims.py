"""What the claims' verdicts rest on: simulations with known answers, and honest intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt

from benchmarks.curves.model import Place
from scripts.claims import c2_stragglers, finding
from scripts.claims.__main__ import names
from scripts.claims.c6_look_ahead import AS_IN_RAY, ASKED, PULL_REQUEST, seconds_and_score
from scripts.claims.unit_time import NAME, UnitCurves


def test_undisturbed_brackets_take_the_time_that_they_must() -> None:
    # 81 trials on 25 workers: 4 units, 27 more in 2 rounds of 2, then 6, 18 and 54.
    bracket = 4 + 2 * 2 + 6 + 18 + 54
    outcome = c2_stragglers.run("sha", 0.0, 0.0, 81, 0, 1000.0)
    ends = [row["clock"] for row in outcome.results if row["epoch"] == c2_stragglers.EPOCHS]
    assert ends == [bracket]
    assert c2_stragglers.completed(("sha", 0.0, 0.0, 0)) == c2_stragglers.TIME // bracket


def test_a_straggler_is_slow_from_one_rung_to_the_next() -> None:
    curves, config = UnitCurves(Place(NAME, 0, {})), {"loss": 0.5}
    vars(curves)["stragglers"] = 1.0
    seconds = [curves.step(epoch, config, 1.0).cost for epoch in range(27)]
    assert min(seconds) > 1
    jobs = [set(seconds[start:end]) for start, end in ((0, 1), (1, 3), (3, 9), (9, 27))]
    assert all(len(job) == 1 for job in jobs)
    assert len(set.union(*jobs)) == len(jobs)


def test_a_lost_job_is_begun_again() -> None:
    calm = c2_stragglers.run("sha", 0.0, 0.0, 27, 0, 1000.0)
    rough = c2_stragglers.run("sha", 0.0, 0.02, 27, 0, 4000.0)
    assert len(rough.results) > len(calm.results)  # epochs that were trained twice
    assert c2_stragglers.trained(rough, 4000.0) == c2_stragglers.trained(calm, 1000.0) == 1


def test_actors_start_one_after_another_unless_asked() -> None:
    # 4 workers, 16 trials of 2 seconds: at best 4 rounds of start and training.
    (in_ray, _), (asked, _) = (seconds_and_score((PULL_REQUEST, way)) for way in (AS_IN_RAY, ASKED))
    start = asked / 4 - 2
    assert start > 0
    assert in_ray == pytest.approx(16 * start + 2, rel=0.02)


@pytest.mark.parametrize("of", [np.mean, np.median])
def test_intervals_cover_what_they_say(of: Any) -> None:
    chance = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        _, low, high = finding.interval(chance.normal(size=30), of=of)
        covered += low <= 0 <= high
    assert 0.90 <= covered / 400 <= 0.98


def test_the_page_holds_every_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", tmp_path / "claims.md")
    monkeypatch.setattr(finding, "FRAGMENTS", tmp_path / "claims")
    for name in ("c1", "c2"):
        found = finding.ClaimResult(
            f"Title {name}", "Said.", "undecided", "Seen.", "So.", "| a |", plt.figure()
        )
        finding.publish(name, found)
    page = (tmp_path / "claims.md").read_text()
    assert page.index("## Title c1") < page.index("## Title c2")
    assert "**Undecided.** Seen." in page and (tmp_path / "claims" / "c2.png").exists()
    assert names() == sorted(names()) and len(names()) == 6
