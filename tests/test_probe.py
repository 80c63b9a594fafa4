"""The compatibility probe: its verdicts on rows made by hand, and one real probe with planted mistakes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import results
from benchmarks import driver
from benchmarks.experiment import Experiment
from benchmarks.grid import Misuse
from benchmarks.probing import cli, terminal
from benchmarks.probing.checks import findings
from benchmarks.probing.evidence import Evidence, gather
from benchmarks.probing.kept import Kept
from benchmarks.probing.page import About, page
from benchmarks.probing.plan import CHANCES, Combination, Purpose, roster
from benchmarks.probing.summary import cells, notes, united, which
from benchmarks.probing.verdict import Kind, Verdict, judge, unavailable
from benchmarks.registry import SCHEDULERS, SEARCHERS, Capability, Effect, SchedulerSpec, SearcherSpec
from results import Run, Store

REPOSITORY = Path(__file__).parents[1]
EPOCHS = 3
RULE = "a rule says no"

LEARNER = SearcherSpec("learner", "")
DRAWER = SearcherSpec("drawer", "", learns=False)
AVERAGER = SearcherSpec("averager", "", learns=False, wants={Capability.EVERY_EPOCH: "equal lengths"})
PLAIN = SchedulerSpec("plain", "")
BUSY = SchedulerSpec("busy", "", does=frozenset(Effect), wants={Capability.CHECKPOINTS: "it pauses"})
REPLAY = SchedulerSpec("replay", "", replays="busy")

Trial = Mapping[str, Any]


def trial(x: float, epochs: int = EPOCHS, **special: Any) -> Trial:
    """A trial with the configuration ``x`` that trained so long.

    Of ``special``: ``status`` and ``reason``; ``decision``, after its last epoch; ``then``, the value of x
    from the second epoch on; ``cpus``, at its last epoch.
    """
    return {"x": x, "epochs": epochs} | special


def evidence(*trials: Trial, status: str = "ok", reason: str = "", asked: int | None = None) -> Evidence:
    """What an experiment with these trials leaves in the store."""
    rows, results = [], []
    for number, made in enumerate(trials):
        name, last = f"t{number:04d}", made["epochs"]
        configs = [made["x"] if epoch == 1 else made.get("then", made["x"]) for epoch in range(1, last + 1)]
        rows.append(
            {
                "trial_id": name,
                "number": number,
                "config": json.dumps({"x": configs[-1] if configs else made["x"], "__trial_index__": number}),
                "status": made.get("status", "ok"),
                "reason": made.get("reason", ""),
                "epochs": last,
            }
        )
        for epoch, x in enumerate(configs, 1):
            at_last = epoch == last
            results.append(
                {
                    "trial_id": name,
                    "seq": len(results),
                    "config": json.dumps({"x": x, "__trial_index__": number}),
                    "decision": made.get("decision", "END") if at_last else "CONTINUE",
                    "cpus": made.get("cpus", 1.0) if at_last else 1.0,
                }
            )
    states = [made.get("status", "ok") for made in trials]
    row = {
        "status": status,
        "reason": reason,
        "epochs": EPOCHS,
        "trials_asked": len(trials) if asked is None else asked,
        "trials_run": len(trials),
        "trials_failed": states.count("failed"),
        "trials_stopped": 0,
    }
    trials_frame = pd.DataFrame(rows, columns=["trial_id", "number", "config", "status", "reason", "epochs"])
    results_frame = pd.DataFrame(results, columns=["trial_id", "seq", "config", "decision", "cpus"])
    return Evidence(row, trials_frame, results_frame)


GOOD: dict[Purpose, list[Evidence]] = {
    Purpose.CLEAN: [evidence(trial(0.1), trial(0.2), trial(0.3))],
    Purpose.MIRRORED: [evidence(trial(0.1), trial(0.2), trial(0.4))],
    Purpose.FAILING: [evidence(trial(0.1), trial(0.2, 0, status="failed", reason="ValueError: planted"))],
    Purpose.LONG: [
        evidence(
            trial(0.1, 1, decision="STOP"), trial(0.2, 2, decision="PAUSE"), trial(0.3, then=0.5, cpus=2.0)
        )
    ],
}
REFERENCE = {  # with fifo it learns from the second trial on
    Purpose.REFERENCE_CLEAN: [evidence(trial(0.1), trial(0.2))],
    Purpose.REFERENCE_MIRRORED: [evidence(trial(0.1), trial(0.3))],
}
LATE = {
    Purpose.CLEAN: [evidence(*(trial(x) for x in (0.1, 0.2, 0.3, 0.4)))],
    Purpose.MIRRORED: [evidence(*(trial(x) for x in (0.1, 0.2, 0.3, 0.5)))],
}
ONE_TRIAL = {purpose: [evidence(trial(0.1))] for purpose in Purpose}
QUIET = [evidence(trial(0.1), trial(0.2), trial(0.3))]


def with_run(purpose: Purpose, *several: Evidence) -> dict[Purpose, list[Evidence]]:
    return GOOD | {purpose: list(several)}


def verdict(searcher: SearcherSpec, scheduler: SchedulerSpec, runs: Any, rule: str = "") -> Verdict:
    return judge(Combination(searcher, scheduler), rule, runs)


@pytest.mark.parametrize(
    ("searcher", "scheduler", "runs"),
    [
        (LEARNER, BUSY, GOOD),
        (DRAWER, BUSY, GOOD | {Purpose.MIRRORED: GOOD[Purpose.CLEAN]}),  # who does not learn need not differ
        (LEARNER, PLAIN, GOOD | {Purpose.LONG: QUIET}),  # who does nothing need not show anything
        (replace(LEARNER, seedable=False), PLAIN, GOOD | {Purpose.LONG: QUIET, Purpose.MIRRORED: QUIET}),
        (LEARNER, BUSY, with_run(Purpose.LONG, *QUIET, *GOOD[Purpose.LONG])),  # in one of several is enough
        (DRAWER, PLAIN, GOOD | {Purpose.LONG: [evidence(trial(0.1), asked=9)]}),  # a grid has its own size
        (LEARNER, BUSY, GOOD | REFERENCE),  # one trial later may be chance
        (LEARNER, BUSY, GOOD | LATE),  # later than what?
        (LEARNER, BUSY, GOOD | REFERENCE | {Purpose.REFERENCE_CLEAN: [evidence(status="stalled")]}),
        (DRAWER, REPLAY, ONE_TRIAL),
        (AVERAGER, PLAIN, GOOD | {Purpose.LONG: [evidence(trial(0.1), trial(0.1), trial(0.3, 2))]}),
    ],
)
def test_a_combination_that_means_something_works_and_a_rule_against_it_is_wrong(
    searcher: SearcherSpec, scheduler: SchedulerSpec, runs: Any
) -> None:
    assert verdict(searcher, scheduler, runs).kind is Kind.WORKS
    against = verdict(searcher, scheduler, runs, RULE)
    assert against.kind is Kind.DIFFERENCE
    assert RULE in against.reason and "meant something" in against.reason


WITHOUT_MEANING = {
    "gave up": (
        *(
            "asked",
            LEARNER,
            BUSY,
            with_run(Purpose.FAILING, evidence(trial(0.1, 0, status="failed"), asked=3)),
        ),
        "1 of 3",
    ),
    "spared": ("unharmed", LEARNER, BUSY, with_run(Purpose.FAILING, *QUIET), "no trial of the failing runs"),
    "deaf": (
        *("learned", LEARNER, BUSY, with_run(Purpose.MIRRORED, *GOOD[Purpose.CLEAN])),
        "its model got no data",
    ),
    "unsteady": (
        *("learned", LEARNER, BUSY, with_run(Purpose.MIRRORED, evidence(trial(0.7), trial(0.2), trial(0.3)))),
        "does not repeat",
    ),
    "late": ("learned", LEARNER, BUSY, GOOD | REFERENCE | LATE, "learns after 3 trials, not 1"),
    "never stops": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.STOP})), with_run(Purpose.LONG, *QUIET)),
        "stopped no trial in 1 long run",
    ),
    "never pauses": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.PAUSE})), with_run(Purpose.LONG, *QUIET)),
        "paused no trial",
    ),
    "never mutates": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.MUTATE})), with_run(Purpose.LONG, *QUIET)),
        "changed no trial's configuration",
    ),
    "never resizes": (
        *("acted", LEARNER, replace(BUSY, does=frozenset({Effect.RESIZE})), with_run(Purpose.LONG, *QUIET)),
        "gave no trial more CPUs",
    ),
    "lost": ("resumed", LEARNER, replace(BUSY, wants={}), GOOD, "asks for no checkpoints"),
    "truncated": (
        *("replayed", DRAWER, REPLAY, ONE_TRIAL | {Purpose.LONG: [evidence(trial(0.1, 2))]}),
        "truncated after 2 of 3 epochs",
    ),
    "unequal": (
        *("repeated", AVERAGER, BUSY, with_run(Purpose.CLEAN, evidence(trial(0.1), trial(0.1, 2)))),
        "averages trials of unequal length",
    ),
}


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_what_runs_without_meaning_is_a_difference_if_allowed_and_agreement_if_refused(name: str) -> None:
    check, searcher, scheduler, runs, text = WITHOUT_MEANING[name]
    assert [finding.check for finding in findings(searcher, scheduler, runs)] == [check]
    allowed = verdict(searcher, scheduler, runs)
    assert allowed.kind is Kind.DIFFERENCE and text in allowed.reason
    refused = verdict(searcher, scheduler, runs, RULE)
    assert (refused.kind, refused.reason, refused.silent) == (Kind.REFUSED, RULE, True)
    assert text in refused.shown[0]


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_a_limit_that_was_declared_beforehand_is_a_note_and_covers_no_other_check(name: str) -> None:
    check, searcher, scheduler, runs, _ = WITHOUT_MEANING[name]
    declared = replace(scheduler, limits={check: "Ray cannot"})
    assert verdict(searcher, declared, runs).kind is Kind.NOTED
    assert verdict(searcher, declared, runs).reason == "Ray cannot"
    other = replace(scheduler, limits={"another": "Ray cannot"})
    assert verdict(searcher, other, runs).kind is Kind.DIFFERENCE


def test_a_model_for_each_rung_may_begin_later_but_must_begin() -> None:
    by_rung = replace(LEARNER, by_rung=True)
    assert verdict(by_rung, BUSY, GOOD | REFERENCE | LATE).kind is Kind.WORKS
    deaf = with_run(Purpose.MIRRORED, *GOOD[Purpose.CLEAN])
    assert "got no data" in verdict(by_rung, BUSY, deaf).reason


BROKEN = {
    "failed": (
        Purpose.CLEAN,
        evidence(status="failed", reason="ValueError: no\nlong text"),
        "ValueError: no",
    ),
    "stalled": (
        Purpose.FAILING,
        evidence(status="stalled", reason="no new result for 9 s"),
        "stalled: no new",
    ),
    "unfinished": (Purpose.LONG, evidence(trial(0.1, 1, status="unfinished")), "1 trials never came"),
    "trial failed": (
        *(Purpose.CLEAN, evidence(trial(0.1, 1, status="failed", reason="KeyError: 'lr'"))),
        "KeyError: 'lr'",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_run_that_does_not_end_well_is_the_only_finding(name: str) -> None:
    purpose, run, text = BROKEN[name]
    runs = with_run(purpose, run)
    assert [finding.check for finding in findings(LEARNER, BUSY, runs)] == ["ended"]
    assert text in verdict(LEARNER, BUSY, runs).reason
    refused = verdict(LEARNER, BUSY, runs, RULE)
    assert refused.kind is Kind.REFUSED and not refused.silent
    assert text in refused.shown[0] and "\n" not in refused.shown[0]


def test_the_reason_is_what_was_raised_first_without_addresses() -> None:
    nested = (
        'TuneError: Traceback (most recent call last):\n  File "x.py", line 1, in f\n'
        "AttributeError: <a.B object at 0x7fe3> has no on_pause\n\nTraceback (most recent call last):\n"
        "ray.tune.error.TuneError: Traceback"
    )
    assert evidence(status="failed", reason=nested).why == "AttributeError: <a.B> has no on_pause"


def test_evidence_comes_back_from_the_tables_by_key_and_in_order() -> None:
    first = evidence(trial(0.1), trial(0.2), trial(0.3, then=0.5))
    second = GOOD[Purpose.MIRRORED][0]
    experiments = pd.DataFrame([{"key": "a"} | dict(first.row), {"key": "b"} | dict(second.row)])
    trials = pd.concat([second.trials.assign(key="b"), first.trials.assign(key="a")])
    results = pd.concat([second.results.assign(key="b"), first.results.assign(key="a")])[::-1]
    found = gather(Run(experiments, trials, results))
    assert [config["x"] for config in found["a"].configurations] == [0.1, 0.2, 0.3]
    assert [config["x"] for config in found["b"].configurations] == [0.1, 0.2, 0.4]


def test_a_trial_began_with_the_configuration_of_its_first_epoch() -> None:
    assert evidence(trial(0.3, then=0.5)).configurations == [{"x": 0.3}]
    assert evidence(trial(0.3, 0)).configurations == [{"x": 0.3}]


def test_the_plan_has_an_experiment_for_each_purpose_and_they_can_be_compared() -> None:
    planned = Combination(SEARCHERS["optuna-tpe"], SCHEDULERS["asha"]).experiments()
    assert set(planned) == set(Purpose)
    fifo = Combination(SEARCHERS["optuna-tpe"], SCHEDULERS["fifo"]).experiments()
    assert planned[Purpose.REFERENCE_CLEAN] == fifo[Purpose.CLEAN]
    assert planned[Purpose.REFERENCE_MIRRORED] == fifo[Purpose.MIRRORED]
    picky = replace(SEARCHERS["optuna-tpe"], wants={Capability.VARIANTS: "goes with one scheduler alone"})
    partner = replace(SCHEDULERS["asha"], provides=frozenset({Capability.VARIANTS}))
    assert Purpose.REFERENCE_CLEAN not in Combination(picky, partner).experiments()
    clean, mirrored = planned[Purpose.CLEAN], planned[Purpose.MIRRORED]
    assert replace(mirrored, data=clean.data) == clean and clean.workers == 1  # so that it repeats exactly
    assert Purpose.MIRRORED not in Combination(SEARCHERS["random"], SCHEDULERS["asha"]).experiments()
    own = [
        e.key
        for c in roster(["*"], ["*"])
        for e in [*c.experiments().values(), *(more for several in c.further().values() for more in several)]
        if e.scheduler == c.scheduler.name
    ]
    assert len(set(own)) == len(own)
    further = Combination(SEARCHERS["random"], SCHEDULERS["asha"]).further()
    assert {purpose: len(more) for purpose, more in further.items()} == {
        Purpose.FAILING: CHANCES - 1,
        Purpose.LONG: CHANCES - 1,
    }


def test_a_difference_in_any_round_counts_and_says_which() -> None:
    works, differs = Verdict("a", "b", Kind.WORKS), Verdict("a", "b", Kind.DIFFERENCE, "allowed, but")
    assert united([[works], [works]]) == [works]
    [found] = united([[works], [differs], [works]])
    assert found.kind is Kind.DIFFERENCE and found.reason == "allowed, but (round 2 of 3)"
    assert united([[differs]]) == [differs]


VERDICTS = [
    Verdict("a", "s", Kind.WORKS),
    Verdict("a", "t", Kind.REFUSED, "it cannot", ("runs empty",), silent=True),
    Verdict("b", "s", Kind.NOTED, "a known limit", ("truncated",)),
    Verdict("b", "t", Kind.REFUSED, "it cannot", ("ValueError: no",)),
    unavailable(Combination(replace(DRAWER, name="c"), replace(PLAIN, name="s")), "pip install c"),
    Verdict("c", "t", Kind.DIFFERENCE, "allowed, but: nothing"),
]


def test_equal_reasons_are_one_note_with_its_combinations() -> None:
    assert cells(VERDICTS) == {
        ("a", "s"): "✓",
        ("a", "t"): "A",
        ("b", "s"): "✓1",
        ("b", "t"): "A",
        ("c", "s"): "·",
        ("c", "t"): "✗",
    }
    [note] = notes(VERDICTS, Kind.REFUSED)
    assert which(note.verdicts, VERDICTS) == "a, b x t"
    many = [Verdict(str(n), "s", Kind.REFUSED, str(n)) for n in range(27)]
    assert [note.mark for note in notes(many, Kind.REFUSED)][-2:] == ["Z", "A2"]


def test_which_names_what_is_left_out_when_that_is_shorter() -> None:
    every = [Verdict(s, c, Kind.WORKS) for s in "abcdefg" for c in "xy"]
    assert which(every, every) == "every searcher x every scheduler"
    assert which([v for v in every if v.searcher != "b"], every) == "every searcher but b x every scheduler"
    assert which([every[0], every[3]], every) == "a x x; b x y"
    assert which(every[:1], every[:1]) == "a x x"


def test_the_page_tells_what_works_what_seems_to_and_what_is_repaired() -> None:
    parts = [replace(DRAWER, repairs=("it hangs; here it does not.",)), PLAIN]
    about = About("the command", "2026-01-02", {"ray": "2.60.0", "python": "3.11", "c": "1.0"}, 3.0, 2)
    text = page(VERDICTS, parts, about)
    for line in (
        "| **b** | ✓1 | A |",
        "* **A** It cannot. (a, b x t)",
        "* **1** A known limit. (b x s)",
        "* **·** Pip install c. (c x s)",
        "* c x t: Allowed, but: nothing.",
        "* a x t: Runs empty.",
        "* **drawer**: It hangs; here it does not.",
        "    the command",
    ):
        assert line in text.splitlines(), line
    assert "2 consecutive probes" in text and "c 1.0" in text
    assert "ValueError" not in text.split("## What looks as if it worked")[1].split("##")[0]


def test_the_terminal_shows_differences_in_red_and_only_there() -> None:
    plain = terminal.table(VERDICTS, colour=False)
    assert "\x1b" not in plain and "✗  c x t: allowed, but: nothing" in plain
    coloured = terminal.table(VERDICTS, colour=True).splitlines()
    assert [line for line in coloured if "\x1b[31m" in line] == [line for line in coloured if "✗" in line]
    assert terminal.outcome(VERDICTS).startswith("6 combinations: 1 works, ")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--rounds", "0"], "--rounds is 0"),
        (["--jobs", "-1"], "--jobs is -1"),
        (["--stall", "nan"], "--stall is nan"),
        (["--searchers", "optuna-tpo"], "did you mean 'optuna-tpe'?"),
        (["--write", "/nowhere/page.md"], "/nowhere"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(
    options: Sequence[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--probe", *options]) == 2
    error = capsys.readouterr().err
    assert named in error and len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "--probe --write"),
        (["--json", "--write", "/elsewhere/page.md"], "--probe --write"),
        (
            ["--searchers", "optuna-*", "grid", "--rounds", "3"],
            "--probe --searchers 'optuna-*' grid --rounds 3",
        ),
    ],
)
def test_the_page_names_the_command_that_asks_for_the_same(options: Sequence[str], expected: str) -> None:
    args = cli.parser().parse_args(["--probe", *options])
    assert cli.command(args).startswith(f"python -m benchmarks.compatibility {expected}")


def test_without_probe_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 2 and "--probe" in capsys.readouterr().err


def test_the_rules_are_asked_once_a_combination(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(*parts: Any) -> None:
        asked.append(parts)

    driver._ruled.cache_clear()
    monkeypatch.setattr(driver, "why_unavailable", counted)
    for repetition in range(3):
        assert driver.answer_by_rule(Experiment("probe", "random", "fifo", repetition=repetition)) is None
    assert len(asked) == 1
    driver._ruled.cache_clear()


PLUGIN = """
from benchmarks.registry import Capability, SearchPlan, scheduler, searcher
from searchers.random_search import random_search

@searcher("claims", "draws at random and claims to learn", requires=())
def claims(setup):
    from ray.tune.search import Searcher
    from benchmarks.encoding import Encoding
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


@pytest.mark.skipif(not os.environ.get("TUNEGRID_SLOW"), reason="takes minutes; tox run -e proofs")
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
    Store(Kept(tmp_path, {"ray": "2.60.0"}).round(1)).write(
        [row, row | {"key": "b", "status": "stalled"}, row | {"key": "c", "status": "failed"}], [], []
    )
    folder = Kept(tmp_path, {"ray": "2.60.0"})
    assert Store(folder.round(1)).keys() == {"a", "c"}
    with folder.timed():
        pass
    assert Kept(tmp_path, {"ray": "2.60.0"}).seconds == folder.seconds > 0
    with pytest.raises(Misuse, match="other versions"):
        Kept(tmp_path, {"ray": "2.61.0"})
