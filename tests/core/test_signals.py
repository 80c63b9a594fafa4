"""The first signal ends a program in order; what comes afterwards disturbs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Self

import pytest

from benchmarks.core.signals import ENDING, held, orderly
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import Limits, Runner
from benchmarks.suite.experiment import Experiment
from results.console import Interrupted


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.fixture(autouse=True)
def own_handlers() -> object:
    """Give the test process its handlers back."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_is_raised_and_later_ones_do_not_cut_the_cleaning_up(number: int) -> None:
    cleaned = False
    with pytest.raises(Interrupted) as caught, orderly():
        try:
            send(number)
        finally:
            for later in ENDING:
                send(later)
            cleaned = True
    assert cleaned and caught.value.code == 128 + number
    for later in ENDING:
        send(later)  # to the last


def test_a_signal_waits_for_what_must_not_be_cut_in_two() -> None:
    reached = []
    with pytest.raises(Interrupted), orderly():
        with held():
            with held():
                send(signal.SIGTERM)
                reached.append("inner")
            reached.append("outer")
        reached.append("too far")
    assert reached == ["inner", "outer"]


def test_handlers_are_given_back_after_a_normal_end() -> None:
    before = [signal.getsignal(number) for number in ENDING]
    with orderly():
        assert [signal.getsignal(number) for number in ENDING] != before
    assert [signal.getsignal(number) for number in ENDING] == before


def test_under_nohup_a_hangup_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with orderly():
        send(signal.SIGHUP)


PROGRAM = """
import os, signal, sys
from benchmarks.core.signals import orderly
from results.console import on_console

@on_console("prog")
@orderly()
def main(arguments, prog):
    os.kill(os.getpid(), signal.SIGHUP)
    return 0

sys.exit(main())
"""


def test_a_program_ends_with_the_code_of_its_signal() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (129, "", "interrupted\n")


class Slow(Runner):
    """A runner whose experiment has started when the signal comes, and is not known yet."""

    def open(self, experiment: Experiment, context: ExecutionContext) -> str:
        send(signal.SIGTERM)
        return "the running experiment"

    def receive(self) -> Outcome:
        raise NotImplementedError

    def renew(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        raise NotImplementedError


def test_an_experiment_that_starts_as_a_signal_comes_is_known_and_can_be_ended() -> None:
    runner = Slow(Limits(timeout=1.0, stall=1.0))
    with pytest.raises(Interrupted), orderly():
        runner.start(Experiment("branin", "random", "fifo"), ExecutionContext({}, "", "", ""))
    assert runner.stream == "the running experiment"
