"""Runs as JSON lines: an object for each event, as docs/running.md describes it."""

from __future__ import annotations

import io
import json
import math
import re
import subprocess
import sys
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest
from helpers.shown_run import RUN, experiments, outcome

from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.base import Ending, Standing
from benchmarks.execution.display.json_lines import EVENTS, JsonLines

PAGE = Path(__file__).parents[2] / "docs" / "running.md"
KINDS = {name: kind for kind, name in EVENTS.items()}


def check(event: dict[str, Any]) -> None:
    """Raise AssertionError unless an object has the fields of its event, of their types."""
    kind = KINDS[event["event"]]
    assert datetime.fromisoformat(event["time"]).tzinfo is not None
    assert list(event) == ["event", "time", *(field.name for field in fields(kind))]
    for name, declared in get_type_hints(kind).items():
        allowed = get_args(declared) if isinstance(declared, UnionType) else (declared,)
        types = tuple({"dict": dict}.get(getattr(one, "__name__", ""), one) for one in allowed)
        assert isinstance(event[name], types) or (float in types and isinstance(event[name], int)), name


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    script = Path(__file__).parents[1] / "helpers" / "shown_run.py"
    command = [sys.executable, str(script), "--json-lines"]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=tmp_path_factory.mktemp("run")
    )
    # What is printed besides is no event, and is not lost.
    assert ran.stderr.count("printed by a library") == len(experiments())
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_each_event_has_its_fields(events: list[dict[str, Any]]) -> None:
    for event in events:
        check(event)


def test_the_events_tell_the_run(events: list[dict[str, Any]]) -> None:
    todo = experiments()
    assert [event["event"] for event in events] == [
        *("started", "ended"),
        *("begun", "ended") * len(todo),
        *("finished", "drawn"),
    ]
    ended = [event for event in events if event["event"] == "ended"]
    assert [event["ran"] for event in ended] == [False] + [True] * len(todo)
    assert [event["answered"] for event in ended] == list(range(1, len(todo) + 2))
    assert [event["key"] for event in events if event["event"] == "begun"] == [e.key for e in todo]
    good = next(event for event in ended if event["status"] == "ok")
    assert (good["metric"], good["best"], good["seconds"], good["reason"]) == (
        "val_accuracy",
        0.98765,
        12.34,
        None,
    )
    bad = next(event for event in ended if event["status"] in ("timeout", "failed"))
    assert (bad["metric"], bad["best"]) == (None, None) and bad["reason"].startswith("ValueError: planted")
    finished = events[-2]
    assert finished["statuses"] == {"incompatible": 1, "ok": 8, "timeout": 2, "failed": 2}
    assert (finished["answered"], finished["experiments"], finished["why"], finished["resume"]) == (
        13,
        13,
        None,
        None,
    )
    assert (events[-1]["figures"], events[-1]["folder"]) == (3, str(RUN / "figures"))


@pytest.mark.parametrize("value", [math.nan, math.inf, None])
def test_what_json_has_not_is_null(value: float | None) -> None:
    made = outcome(0, experiments()[0])
    stream = io.StringIO()
    with JsonLines(stream) as display:
        display.ended(Outcome(made.row | {"best": value, "wall_s": value}), Standing(1, 2), ran=True)
    [event] = map(json.loads, stream.getvalue().splitlines())
    check(event)
    assert (event["metric"], event["best"], event["seconds"]) == (None, None, None)


def test_a_run_that_is_cut_off_says_why_and_how_it_is_resumed() -> None:
    stream = io.StringIO()
    ending = Ending("interrupted", "1 of 2", [], "tunegrid run --resume", Standing(1, 2, {"ok": 1}), 1.0)
    JsonLines(stream).finished(ending, RUN)
    event = json.loads(stream.getvalue())
    check(event)
    assert (event["why"], event["resume"]) == ("interrupted", "tunegrid run --resume")


def test_the_page_has_each_event_with_its_fields() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(), re.M))
    for kind, name in EVENTS.items():
        own = [field.name for field in fields(kind)]
        if name == "ended":  # and those of begun
            own = own[len(fields(KINDS["begun"])) :]
        assert re.findall(r"`(\w+)`", rows[name].partition(":")[0]) == own, name
