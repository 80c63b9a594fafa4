"""The probe as a command: real runs, planted mistakes, and what is kept of a probe that was cut off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import results
from benchmarks.compatibility.resumable import ProbeFolder
from benchmarks.suite.misuse import Misuse
from results import Store

REPOSITORY = Path(__file__).parents[2]

PLUGIN = """
from benchmarks.suite.registry import Capability, SearchPlan, scheduler, searcher
from searchers.random_search import random_search

@searcher("claims", "draws at random and claims to learn", requires=())
def claims(setup):
    from ray.tune.search import Searcher
    from benchmarks.spaces.encoding import Encoding
    from searchers import adapt
    import numpy as np

    class Deaf(Searcher):
        def set_search_properties(self, metric, mode, config, **spec):
            self._metric, self._mode, self._names = metric, mode, list(config)
            self._draw = np.random.default_rng(1)
            return True
        def suggest(self, trial_id):
            return {name: float(self._draw.random()) for name in self._names}
        def on_trial_complete(self, trial_id, result=None, error=False):
            pass
        def save(self, path):
            pass
        def restore(self, path):
            pass

    return adapt(setup, Deaf, frozenset())

@searcher("absent", "needs what nobody has", requires=("tunegrid-made-up",), learns=False)
def absent(setup):
    raise AssertionError("built although its library is missing")

@scheduler("overcautious", "FIFO that refuses to work", wants={Capability.EVERY_EPOCH: "never with two"})
def overcautious(setup):
    from ray.tune.schedulers import FIFOScheduler
    return FIFOScheduler()

@scheduler("degenerate", "FIFO under another name, for whom random is too random",
           wants={Capability.PAUSE_AWARE: "degenerate needs a partner"},
           does=frozenset({"stop"}))
def degenerate(setup):
    from ray.tune.schedulers import FIFOScheduler
    return FIFOScheduler()
"""


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command in a process of its own, with parts of a third party that are wrong in one way each."""
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "planted_parts.py").write_text(PLUGIN)
    info = folder / "planted_parts-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: planted-parts\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[tunegrid.searchers]\nplanted = planted_parts\n[tunegrid.schedulers]\nplanted = planted_parts\n"
    )
    path = os.pathsep.join([str(REPOSITORY), str(folder)])

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "benchmarks.compatibility", "--probe", "--jobs", "2", *options]
        return subprocess.run(
            command, cwd=folder, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip

    return run


@pytest.mark.proof(only=True)
def test_a_real_probe_finds_the_planted_mistakes_and_nothing_else(
    probed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    written = tmp_path / "page.md"
    done = probed(
        *("--searchers", "grid", "claims", "absent", "--schedulers", "fifo,asha,pbt-replay,overcautious"),
        *("degenerate", "--json", "--write", str(written)),
    )
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    found = {(v["searcher"], v["scheduler"]): v for v in data["verdicts"]}
    kinds = {combination: v["kind"] for combination, v in found.items()}
    assert kinds.pop(("grid", "fifo")) == kinds.pop(("grid", "asha")) == "works"
    assert found["grid", "overcautious"]["kind"] == "difference"
    assert "never with two" in found["grid", "overcautious"]["reason"]
    for scheduler in ("fifo", "asha"):
        assert "got no data" in found["claims", scheduler]["reason"]
        assert found["claims", scheduler]["kind"] == "difference"
    assert found["claims", "overcautious"]["kind"] == "refused by rule"  # it is right, if for another reason
    assert found["claims", "pbt-replay"]["kind"] == "refused by rule"
    assert "ValueError" in found["claims", "pbt-replay"]["shown"][0]
    degenerate = found["grid", "degenerate"]
    assert degenerate["kind"] == "refused by rule" and degenerate["silent"]
    assert "stopped no trial" in degenerate["shown"][0]
    assert {v["kind"] for v in found.values() if v["searcher"] == "absent"} == {"not installed"}
    assert data["versions"]["ray"] == "2.60.0" and "| **grid** |" in written.read_text()


@pytest.mark.slow
def test_a_probe_that_agrees_ends_with_0_in_every_round_and_is_kept(
    probed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    asked = ("--searchers", "random", "--schedulers", "fifo", "asha", "--keep", str(tmp_path / "kept"))
    done = probed(*asked, "--rounds", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 combinations: 2 works" in done.stdout
    # Cut off: one round lacks an experiment, which alone is run.
    folder = tmp_path / "kept" / "round-2"
    [first, *_] = results.load(folder).experiments["key"]
    Store(folder).withdraw([first])
    again = probed(*asked, "--rounds", "2")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "2 combinations: 2 works; 1 experiments" in again.stdout


def test_what_stalled_is_tried_again_and_other_versions_are_told(tmp_path: Path) -> None:
    row = {"key": "a", "status": "ok"}
    Store(ProbeFolder(tmp_path, {"ray": "2.60.0"}).round(1)).write(
        [row, row | {"key": "b", "status": "stalled"}, row | {"key": "c", "status": "failed"}], [], []
    )
    folder = ProbeFolder(tmp_path, {"ray": "2.60.0"})
    assert Store(folder.round(1)).keys() == {"a", "c"}
    with folder.timed():
        pass
    assert ProbeFolder(tmp_path, {"ray": "2.60.0"}).seconds == folder.seconds > 0
    with pytest.raises(Misuse, match="other versions"):
        ProbeFolder(tmp_path, {"ray": "2.61.0"})
