"""The progress of a run: a line for each experiment that ran, a status line on a terminal only."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from benchmarks.engines.common.outcome import Outcome, not_run
from benchmarks.execution.display.plain import PlainDisplay
from benchmarks.execution.progress import Progress
from benchmarks.suite.experiment import Experiment

EXPERIMENT = Experiment("digits-mlp", "optuna-tpe", "asha", repetition=3)


def ok(**facts: Any) -> Outcome:
    made = {"status": "ok", "reason": "", "metric": "val_accuracy", "best": 0.98765, "wall_s": 12.34}
    return Outcome(EXPERIMENT.row | made | {"trials_run": 8, "trials_failed": 0} | facts)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_finished_experiment_gets_one_line_with_its_result(stream: io.StringIO) -> None:
    Progress(120, {}, 100, PlainDisplay(stream)).finished(ok(), ran=True)
    [line] = stream.getvalue().splitlines()
    assert line.startswith("[  1/120] digits-mlp optuna-tpe x asha cpu #3 ")
    assert line.endswith("val_accuracy 0.9877 in 12.3 s")
    assert "failed" not in line


def test_virtual_seconds_are_called_so(stream: io.StringIO) -> None:
    Progress(9, {}, 9, PlainDisplay(stream)).finished(ok(engine="virtual"), ran=True)
    assert stream.getvalue().rstrip().endswith("in 12.3 virtual s")


@pytest.mark.parametrize(
    ("best", "said"), [(3.2e-7, "3.2e-7"), (4.1e11, "4.1e11"), (1e300, "1e300"), (-2.5, "-2.5")]
)
def test_a_result_has_digits_that_say_something(stream: io.StringIO, best: float, said: str) -> None:
    Progress(9, {}, 9, PlainDisplay(stream)).finished(ok(best=best), ran=True)
    assert f"val_accuracy {said} in " in stream.getvalue()


@pytest.mark.parametrize(
    ("wall", "said"),
    [(0.03101, "0.03"), (0.1, "0.10"), (0.0012, "0.0012"), (1.26, "1.3"), (0.0, "0.0"), (2e6, "2e6")],
)
def test_seconds_below_one_have_two_decimals(stream: io.StringIO, wall: float, said: str) -> None:
    Progress(9, {}, 9, PlainDisplay(stream)).finished(ok(wall_s=wall), ran=True)
    assert stream.getvalue().rstrip().endswith(f" in {said} s")


def test_what_an_old_or_odd_row_lacks_is_no_error(stream: io.StringIO) -> None:
    bare = ok(wall_s=None, best=None, trials_failed=None)
    Progress(9, {}, 9, PlainDisplay(stream)).finished(bare, ran=True)
    assert stream.getvalue().rstrip().endswith("val_accuracy ? in ? s")


def test_failed_trials_of_an_experiment_that_went_well_are_mentioned(stream: io.StringIO) -> None:
    Progress(9, {}, 9, PlainDisplay(stream)).finished(ok(trials_failed=2), ran=True)
    assert stream.getvalue().rstrip().endswith("in 12.3 s, 2 of 8 trials failed")


@pytest.mark.parametrize("status", ["failed", "timeout", "stalled"])
def test_what_did_not_work_says_why_in_one_line(stream: io.StringIO, status: str) -> None:
    reason = "ValueError: planted fault\nTraceback (most recent call last):\n  ..."
    Progress(9, {}, 9, PlainDisplay(stream)).finished(not_run(EXPERIMENT, status, reason), ran=True)
    [line] = stream.getvalue().splitlines()
    assert re.search(rf"#3 +{status} +ValueError: planted fault$", line)


def test_what_a_terminal_would_obey_is_written_out(stream: io.StringIO) -> None:
    reason = "ValueError: \x1b[31mred\x07 \u00b1 \udc80"
    Progress(9, {}, 9, PlainDisplay(stream)).finished(not_run(EXPERIMENT, "failed", reason), ran=True)
    assert stream.getvalue().endswith("ValueError: \\x1b[31mred\\x07 \u00b1 \\udc80\n")


def test_what_a_rule_answers_is_counted_but_not_printed(stream: io.StringIO) -> None:
    progress = Progress(9, {}, 4, PlainDisplay(stream))
    progress.finished(not_run(EXPERIMENT, "incompatible", "by rule"), ran=False)
    assert stream.getvalue() == ""
    assert progress.counts == {"incompatible": 1}
    progress.finished(ok(), ran=True)
    assert stream.getvalue().startswith("[2/9] ")


def test_resumed_run_counts_on_from_what_is_stored(stream: io.StringIO) -> None:
    progress = Progress(70, {"ok": 50, "failed": 10}, 10, PlainDisplay(stream))
    progress.finished(ok(), ran=True)
    assert stream.getvalue().startswith("[61/70] ")
    assert progress.summary().startswith(
        "61 of 70 experiments answered (51 ok, 10 failed), 1 of them now, in "
    )
    assert progress.counts["ok"] == 51 and progress.new["ok"] == 1


def test_summary_names_every_status_the_most_frequent_first(stream: io.StringIO) -> None:
    progress = Progress(6, {}, 4, PlainDisplay(stream))
    for status in ("failed", "stalled", "failed"):
        progress.finished(not_run(EXPERIMENT, status, "why"), ran=True)
    for _ in range(3):
        progress.finished(not_run(EXPERIMENT, "incompatible", "why"), ran=False)
    assert progress.summary().startswith(
        "6 of 6 experiments answered (3 incompatible, 2 failed, 1 stalled) in "
    )
    assert "\n" not in progress.summary()


def test_summary_of_a_run_that_was_complete_says_that_nothing_is_new(stream: io.StringIO) -> None:
    said = Progress(5, {"ok": 5}, 0).summary()
    assert said.startswith("5 of 5 experiments answered (5 ok), nothing new, in ")


def test_nothing_but_finished_lines_goes_to_a_file(stream: io.StringIO) -> None:
    # A log in CI must not fill with status lines and control characters.
    progress = Progress(9, {}, 9, PlainDisplay(stream))
    progress.status(["random x asha"])
    progress.finished(ok(), ran=True)
    progress.status(["random x fifo"])
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_why_experiments_were_not_run_is_said_once_for_each_reason(stream: io.StringIO) -> None:
    progress = Progress(99, {}, 0, PlainDisplay(stream))
    for number in range(20):
        progress.finished(not_run(EXPERIMENT, "incompatible", "rule a" if number else "rule b"), ran=False)
    assert progress.why_not_run() == ["19 incompatible: rule a", "1 incompatible: rule b"]
    for number in range(9):
        progress.finished(not_run(EXPERIMENT, "unavailable", f"package {number}"), ran=False)
    assert len(progress.why_not_run()) == 7 and progress.why_not_run()[-1].startswith("and 5 more reasons")
