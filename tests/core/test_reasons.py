"""Errors in one line: what a user's code raised, whatever is wrapped around it."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray.tune.error import TuneError

from benchmarks.core.reasons import headline, last_error, last_failure
from results.messages import MOST


def raised(error: BaseException, cause: BaseException | None = None) -> str:
    """Return the traceback of an error that was raised, as Python writes it."""
    try:
        raise error from cause
    except BaseException as caught:  # noqa: BLE001
        return "".join(traceback.format_exception(caught))


def nothing_chained(text: str) -> str:
    return text


def as_ray_says(text: str) -> str:
    head = "\x1b[36mray::TrialHost.train()\x1b[39m (pid=1, ip=127.0.0.1, actor_id=2)\n"
    return head + text.partition("\n")[2]


@pytest.mark.parametrize("wrap", [nothing_chained, as_ray_says])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("planted"), "ValueError: planted"),
        (ValueError("first\n\n  second: line"), "ValueError: first second: line"),
        (ValueError(), "ValueError"),
        (AssertionError(), "AssertionError"),
        (KeyError("lr"), "KeyError: 'lr'"),
        (ValueError("\nstarts with a new line"), "ValueError: starts with a new line"),
        (ValueError("Failure # 7"), "ValueError: Failure # 7"),
        (SyntaxError("invalid syntax", ("train.py", 3, 1, "x = = 1", 3, 2)), "SyntaxError: invalid syntax"),
        (TuneError("plain text"), "TuneError: plain text"),
    ],
)
def test_the_last_line_of_a_traceback_is_the_error(
    error: Exception, expected: str, wrap: Callable[[str], str]
) -> None:
    text = wrap(raised(error, OSError("an earlier one")))
    assert last_error(text) == expected
    file = f"Failure # 1 (occurred at a)\nOSError: x\nFailure # 2 (occurred at b)\n{text}\n"
    assert last_failure(file) == expected


def test_a_traceback_that_was_raised_as_a_message_gives_the_error_within() -> None:
    inner = raised(KeyError("score"))
    assert headline(TuneError(inner)) == "KeyError: 'score'"
    assert last_error(raised(TuneError(inner))) == "KeyError: 'score'"


def test_what_has_no_traceback_is_its_message() -> None:
    died = "The actor died unexpectedly before finishing this task.\n\tclass_name: TrialHost\n\tpid: 7\n"
    assert last_failure(f"Failure # 1 (occurred at a)\n{died}") == died.splitlines()[0]
    assert last_failure("Failure # 1 (occurred at a)\nValueError: one line\n") == "ValueError: one line"
    assert last_failure("") == "unknown"
    assert headline(ValueError()) == "ValueError"


@given(st.text())
def test_any_text_gives_one_short_line(text: str) -> None:
    for line in (last_error(text), last_failure(text), headline(ValueError(text))):
        assert line and len(line) <= MOST and len(line.splitlines()) == 1
