"""A plug-in's code in the driver's process: every end of it is one error that says whose and what."""

from __future__ import annotations

import sys
import threading
import time
from typing import NoReturn

import pytest

from benchmarks.core.guard import PluginError, guarded
from benchmarks.core.refusal import Raised, ask


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("even this")


def hang() -> NoReturn:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001 - as such code does
            continue


def fail(error: BaseException) -> NoReturn:
    raise error


def test_an_answer_is_returned() -> None:
    assert guarded(lambda: 7, "space() of mine") == 7


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("lr"), "KeyError: 'lr'"),
        (SystemExit(3), "SystemExit: 3"),
        (Mute(), "Mute: its text cannot be made (RuntimeError)"),
    ],
)
def test_whatever_is_raised_is_said(error: BaseException, said: str) -> None:
    with pytest.raises(PluginError) as caught:
        guarded(lambda: fail(error), "space() of mine")
    assert str(caught.value) == f"space() of mine raised {said}"
    assert caught.value.__cause__ is error


def test_what_never_returns_is_ended_though_it_handles_all_exceptions() -> None:
    with pytest.raises(PluginError, match=r"load\(\) of mine is not done after 0\.1 s"):
        guarded(hang, "load() of mine", 0.1)


def test_what_is_guarded_may_guard_something_in_turn() -> None:
    def both() -> None:
        guarded(lambda: time.sleep(0.05), "space() of mine", 0.2)
        hang()

    with pytest.raises(PluginError, match=r"import of mine is not done after 0\.3 s"):
        guarded(both, "import of mine", 0.3)


def test_a_spec_whose_space_never_returns_is_refused() -> None:
    with pytest.raises(Raised, match=r"space is not done after 0\.1 s; it must return a value"):
        ask("space", hang, 0.1)


def test_ctrl_c_is_no_failure_of_a_plug_in() -> None:
    with pytest.raises(KeyboardInterrupt):
        guarded(lambda: fail(KeyboardInterrupt()), "space() of mine")


def test_outside_the_main_thread_it_works_without_a_limit() -> None:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(guarded(lambda: sys.maxsize, "it", 0.1)))
    thread.start()
    thread.join()
    assert found == [sys.maxsize]
