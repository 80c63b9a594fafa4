"""A spec that cannot be is refused when it is registered: one line names part, field, fault, remedy."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune

from benchmarks.core.errors import DataError
from benchmarks.suite.constants import Constants
from benchmarks.suite.field_rules import rules
from benchmarks.suite.grid import Grid
from benchmarks.suite.plugins import PLUGINS
from benchmarks.suite.registry import (
    SEARCHERS,
    TRAINABLES,
    Capability,
    Effect,
    SchedulerSpec,
    SearcherSpec,
    SpecError,
    TrainableSpec,
    UnknownName,
    searcher,
    trainable,
)
from results.store.schema import NO_METRICS


def train(config: dict[str, Any], session: Any) -> None:
    """Report nothing."""


class Whole(tune.Trainable):
    """A class as the README describes it."""

    def setup(self, config: dict[str, Any], session: Any = None) -> None:
        self.seen = session

    def step(self) -> dict[str, Any]:
        return {"score": 1.0}

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:
        return {}

    def load_checkpoint(self, checkpoint: Any) -> None:
        pass

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        return True


class Bare(tune.Trainable):
    """What a user of Tune has: no session, no checkpoints."""

    def setup(self, config: dict[str, Any]) -> None:
        self.x = config["x"]

    def step(self) -> dict[str, Any]:
        return {"score": self.x}


SPACE = {"x": tune.uniform(0, 1), "n": 32, "net": {"width": tune.randint(1, 9)}}


def made(**values: Any) -> TrainableSpec:
    given = {"summary": "my model", "target": train, "space": SPACE, "metric": "score"} | values
    return TrainableSpec("mine", **given)


def refusal(make: Any, **values: Any) -> str:
    """Return the one line with which these values are refused."""
    with pytest.raises(SpecError) as refused:
        make(**values)
    said = str(refused.value)
    assert "\n" not in said and said.isprintable()
    return said


def yields(config: dict[str, Any]) -> Iterator[dict[str, float]]:
    """Yield reports in place of reporting them."""
    yield {"score": 1.0}


class Yields:
    """Called like a function."""

    def __call__(self, config: dict[str, Any]) -> Iterator[dict[str, float]]:
        yield {"score": 1.0}


TRAINABLE: list[tuple[dict[str, Any], str]] = [
    ({"mode": "maximize"}, "mode is 'maximize'; expected 'min' or 'max'; write 'max'"),
    ({"mode": None}, "mode is None"),
    ({"metric": ""}, "metric is ''"),
    ({"metric": 3}, "metric is 3"),
    ({"metric": "time_total_s"}, "Tune writes its own value there"),
    ({"metric": "config/lr"}, "metric is 'config/lr'"),
    ({"metric": "a\ud800"}, r"metric is 'a\\ud800'"),
    ({"metric": "a\nb"}, "metric is 'a\\nb'"),
    ({"test_metric": "done"}, "test_metric is 'done'"),
    ({"test_metric": "score"}, "test_metric is the metric 'score'"),
    ({"target": None}, "target is missing"),
    ({"target": object}, "target is <class 'object'>"),
    ({"target": lambda: None}, "target is <function"),
    ({"target": lambda config, data: None}, "expected a function of (config, session) or (config)"),
    ({"target": yields}, "target is a generator; expected a function that calls tune.report"),
    ({"target": Yields()}, "target is a generator"),
    ({"space": [1]}, "space is [1]; expected a dict"),
    ({"space": lambda: None}, "space is None; expected a dict"),
    ({"space": lambda lr: {}}, "expected a function of no arguments"),
    ({"space": lambda: 1 / 0}, "space raised ZeroDivisionError: division by zero"),
    ({"space": lambda: sys.exit(3)}, "space raised SystemExit: 3"),
    ({"mutable": "x"}, "mutable is 'x'; expected a tuple of names; write ('x',)"),
    ({"mutable": ("y",)}, "mutable holds 'y', which is not a hyperparameter of the space; known: x, n, net"),
    ({"mutable": ("nett",)}, "did you mean 'net'?"),
    ({"mutable": ("n",)}, "mutable holds 'n', which is the constant 32"),
    ({"mutable": ("net",)}, "mutable holds 'net', which is a dict"),
    ({"mutable": ("net/width",)}, "mutable holds 'net/width', which lies within net"),
    ({"provides": {Capability.MUTABLE}}, "provides mutable, but no hyperparameter may change"),
    ({"provides": "checkpoints"}, "provides is 'checkpoints'; expected a set of Capability"),
    ({"provides": {"checkpoint"}}, "provides holds 'checkpoint', no Capability; did you mean 'checkpoints'?"),
    ({"wants": ["checkpoints"]}, "wants is ['checkpoints']; expected a dict"),
    ({"wants": {"checkpoints": ""}}, "wants holds ''; expected a reason"),
    (
        {"target": Bare, "provides": {"checkpoints"}},
        "does not define save_checkpoint, load_checkpoint, reset_config",
    ),
    ({"requires": "torch"}, "requires is 'torch'; expected a tuple of names; write ('torch',)"),
    ({"datasets": ()}, "datasets is (); expected a tuple of at least one name"),
    ({"curves": 3}, "curves is 3; expected a function of place"),
    ({"load": lambda: {}}, "expected a function of data, train_size, data_dir"),
    ({"most_epochs": 0}, "most_epochs is 0; expected a whole number from 1"),
    ({"most_epochs": True}, "most_epochs is True"),
    ({"margin": math.nan}, "margin is nan; expected a finite number above 0"),
    ({"margin": 10**400}, "margin is an integer of 401 digits"),
    ({"hidden": 1}, "hidden is 1; expected True or False"),
    ({"chance": "yes"}, "chance is 'yes'; expected True or False"),
    ({"sized": None}, "sized is None; expected True or False"),
    ({"source": b"x"}, "source is b'x'; expected text"),
    ({"constants": (1.0, 0.0)}, "constants is (1.0, 0.0); expected Constants"),
    ({"constants": Constants(0.0, 1.0)}, "optimum 0.0 and baseline 1.0 do not fit mode 'max'"),
    ({"constants": Constants(1.0, 0.0), "mode": "min"}, "the optimum must be below the baseline"),
    ({"seeds_of": 3}, "seeds_of is 3"),
]


@pytest.mark.parametrize(("values", "said"), TRAINABLE, ids=[said[:40] for _, said in TRAINABLE])
def test_trainable_is_refused_with_field_fault_and_remedy(values: dict[str, Any], said: str) -> None:
    line = refusal(made, **values)
    assert line.startswith("trainable 'mine': ")
    assert said.replace("\\\\", "\\") in line


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (SearcherSpec, {"build": 3}, "build is 3; expected a function of setup"),
        (SearcherSpec, {"build": lambda: None}, "expected a function of setup"),
        (SearcherSpec, {"budget": 0}, "budget is 0; expected a whole number from 1"),
        (SearcherSpec, {"budget": 1.5}, "budget is 1.5"),
        (SearcherSpec, {"learns": "no"}, "learns is 'no'"),
        (SearcherSpec, {"seconds_of_300": -1}, "seconds_of_300 is -1"),
        (SearcherSpec, {"limits": ["x"]}, "limits is ['x']"),
        (SchedulerSpec, {"look_ahead": "all"}, "look_ahead is 'all'; expected 'workers' or 'trials'"),
        (SchedulerSpec, {"does": {"stops"}}, "does holds 'stops', no Effect; did you mean 'stop'?"),
        (SchedulerSpec, {"replays": ""}, "replays is ''"),
        (SchedulerSpec, {"repairs": "one"}, "repairs is 'one'; expected a tuple"),
    ],
)
def test_searcher_and_scheduler_are_refused_alike(kind: Any, values: dict[str, Any], said: str) -> None:
    line = refusal(lambda **v: kind("mine", "", **v), **values)
    assert line.startswith(f"{kind.KIND} 'mine': ")
    assert said in line


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "a,b",
        "a/b",
        "a@b",
        "-a",
        ".a",
        "a*",
        "a[1]",
        "a\n",
        "a\x1b",
        "\ud800",
        "a" * 101,
        5,
        None,
    ],
)
def test_name_that_is_no_glob_of_itself_or_no_file_name_is_refused(name: Any) -> None:
    assert "name is " in refusal(lambda: SearcherSpec(name, ""))


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_letters_and_digits_of_any_script_make_a_name(name: str) -> None:
    assert SearcherSpec(name, "").name == name


@pytest.mark.parametrize(
    "name", ["cost", "epoch", "clock", "key", "seq", "decision", "score", "eval/score", "é ü"]
)
def test_metric_may_be_called_like_a_column_of_the_store(name: str) -> None:
    assert made(metric=name, test_metric=f"test {name}").metric == name


def test_no_metric_may_be_what_tune_overwrites() -> None:
    for name in NO_METRICS:
        assert "metric is" in refusal(made, metric=name)


def test_every_field_has_a_rule_and_every_rule_a_field() -> None:
    kinds = (SearcherSpec, SchedulerSpec, TrainableSpec)
    assert {field.name for kind in kinds for field in fields(kind)} == set(rules())


@pytest.mark.parametrize("field", [f.name for f in fields(TrainableSpec) if f.name != "name"])
@given(value=st.sampled_from([object(), 3.5, b"x", {1: 2}, {3}, [None], "\ud800", math.nan, -1, int]))
def test_any_value_is_taken_or_refused_in_one_line(field: str, value: Any) -> None:
    try:
        made(**{field: value})
    except SpecError as error:
        assert str(error).startswith("trainable 'mine': ") and str(error).isprintable()


# What is taken, and as what it is kept


def test_values_of_capabilities_and_effects_are_taken_for_them() -> None:
    assert SearcherSpec("s", "", provides=["variants"]).provides == {Capability.VARIANTS}
    assert SchedulerSpec("s", "", does={"stop"}).does == {Effect.STOP}
    spec = SchedulerSpec("s", "", wants={"checkpoints": "it\n pauses"})
    assert dict(spec.wants) == {Capability.CHECKPOINTS: "it pauses"}


def test_space_and_constants_may_be_given_themselves() -> None:
    spec = made(space={"x": tune.uniform(0, 1)}, constants=Constants(1.0, 0.5))
    assert list(spec.space()) == ["x"]
    assert spec.constants is not None and spec.constants().optimum == 1.0


def test_spec_that_replaces_another_is_checked_again() -> None:
    spec = made(constants=Constants(1.0, 0.5))
    assert replace(spec, name="other").space().keys() == spec.space().keys()
    assert "do not fit mode 'min'" in refusal(lambda: replace(spec, mode="min"))


def test_class_that_saves_loads_and_resets_is_seen_to_do_so() -> None:
    assert made(target=Whole).provides == {Capability.CHECKPOINTS}
    assert made(target=Whole, mutable=("x",)).provides == {Capability.CHECKPOINTS, Capability.MUTABLE}
    assert made(target=Bare).provides == frozenset()
    partly = type("Partly", (Bare,), {"save_checkpoint": Whole.save_checkpoint})
    assert made(target=partly).provides == frozenset()


def test_function_and_class_without_a_session_are_given_none() -> None:
    seen: list[Any] = []
    spec = made(target=lambda config: seen.append(config))
    spec.target({"x": 1}, session="a session")
    assert seen == [{"x": 1}]
    assert made(target=train).target is train
    assert made(target=Whole).target is Whole
    wrapped = made(target=Bare).target
    trial = wrapped.__new__(wrapped)
    trial.setup({"x": 3}, session="a session")
    assert trial.step() == {"score": 3}
    assert (wrapped.__name__, wrapped.__module__) == (Bare.__name__, Bare.__module__)


# Constants


@pytest.mark.parametrize(
    "values",
    [(0.2, 0.2), (math.nan, 1.0), (1.0, math.inf), (1.0, 0.0, 0), (1e-320, 0.0), (-1e308, 1e308), ("1", 0)],
)
def test_constants_of_which_no_score_can_be_made_are_refused_when_made(values: Any) -> None:
    assert refusal(lambda: Constants(*values)).startswith("constants: ")


def test_constants_that_a_function_gives_are_held_against_the_mode_each_time() -> None:
    spec = made(mode="min", constants=lambda: Constants(0.2, 0.0))
    assert spec.constants is not None
    for _ in range(2):
        assert "do not fit mode 'min'" in refusal(spec.constants)
    for wrong in (lambda: None, lambda: 1 / 0, lambda: Constants(1.0, 1.0)):
        given = made(constants=wrong).constants
        assert given is not None and refusal(given).startswith("trainable 'mine': constants")


# What refusing does


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the registries back as they were."""
    for registry in (SEARCHERS, TRAINABLES):
        len(registry)
        for name in ("_specs", "_refused", "broken"):
            monkeypatch.setattr(registry, name, dict(getattr(registry, name)))


@pytest.mark.usefixtures("registries")
def test_decorator_raises_where_a_script_registers() -> None:
    with pytest.raises(SpecError, match="'learn' is not a field of a searcher; did you mean 'learns'"):
        searcher("mine", "", learn=True)(lambda setup: None)
    with pytest.raises(SpecError, match="'target' is not a field of a trainable"):
        trainable("mine", "", target=train)(train)
    with pytest.raises(SpecError, match=r"trainable 'train': has no name; write @trainable\('name'"):
        trainable(train)  # type: ignore[arg-type]
    assert "mine" not in SEARCHERS and not TRAINABLES.broken


@pytest.mark.usefixtures("registries")
def test_decorator_of_a_plug_in_notes_the_refusal_and_costs_no_neighbour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PLUGINS, "some_plugin")
    assert trainable("bad-mode", "", space=SPACE, metric="score", mode="maximize")(train) is train
    assert trainable("good", "", space=SPACE, metric="score", mode="max")(train) is train
    assert TRAINABLES["good"].mode == "max"
    with pytest.raises(UnknownName, match=r"^.trainable 'bad-mode': mode is 'maximize'; expected"):
        TRAINABLES["bad-mode"]
    with pytest.raises(UnknownName, match="mode is 'maximize'"):
        list(Grid(("bad-*",), ("random",), ("fifo",)).experiments())
    assert list(TRAINABLES.broken) == [f"bad-mode ({__name__})"]


PLUGIN = """
import sys
from ray import tune
from benchmarks.suite.constants import Constants
from benchmarks.suite.registry import trainable

def add(name, **fields):
    @trainable(name, name, **({"space": {"x": tune.uniform(0, 1)}, "metric": "score"} | fields))
    def target(config): ...

calls = []
def space():
    calls.append(1)
    if len(calls) > 1:
        raise RuntimeError("planted\\nfault")
    return {"x": tune.uniform(0, 1)}

add("odd-mode", mode="maximize")
add("odd-equal", constants=lambda: Constants(1.0, 1.0))
add("odd-swapped", mode="min", constants=lambda: Constants(1.0, 0.0))
add("odd-made", constants=Constants(1.0, 1.0))
add("odd-space", space=space)
add("odd-draws", space={"x": tune.sample_from(lambda config: object())})
add("odd-good")
"""


#: ``tunegrid list --json`` without the constants of trainables, which take seconds to compute.
LISTED = """
import json
from benchmarks.execution.listing import as_data
print(json.dumps(as_data(constants=lambda name: name.startswith("odd-"))))
"""

#: The command for each of several trainables, in one process: to start one takes seconds.
IN_TURN = """
import sys
from benchmarks.run import main
codes = {main(["--grid", "--trainables", name, "--dry-run"]) for name in sys.argv[1:]}
sys.exit(max(codes) if len(codes) == 1 else f"they differ: {codes}")
"""


def command(
    folder: Path, *argv: str, started: Sequence[str] = ("-m", "benchmarks.run")
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *started, *argv],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])}
        | {PLUGINS: "planted_parts planted_exit,planted_absent, ../planted_parts;x"},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_broken_plug_ins_are_listed_and_cost_one_line_when_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "planted_parts.py").write_text(PLUGIN)
    (tmp_path / "planted_exit.py").write_text("import sys\nsys.exit('planted exit')\n")
    code, out, err = command(tmp_path, started=["-c", LISTED])
    assert (code, err) == (0, "")
    data = json.loads(out)
    listed = {spec["name"] for spec in data["trainables"]}
    assert {"odd-good", "branin"} <= listed
    said = {
        "odd-mode": "mode is 'maximize'",
        "odd-equal": "as good as equal",
        "odd-swapped": "do not fit mode 'min'",
        "odd-made": "as good as equal",
        "odd-space": "space raised RuntimeError: planted fault",
    }
    for name, reason in said.items():
        assert name not in listed
        assert reason in data["broken"][f"trainables/{name} (planted_parts)"]
    assert data["broken"][f"{PLUGINS}/planted_exit"] == "SystemExit: planted exit"
    assert "planted_absent" in data["broken"][f"{PLUGINS}/planted_absent"]
    assert {name: reason for name, reason in data["broken"].items() if "../planted_parts;x" in name} == {
        f"{PLUGINS}/../planted_parts;x": "is not a module name; separate modules by commas"
    }

    del said["odd-space"]  # its space is there when it is asked for the first time
    said["odd-draws"] = "sample_from that gave no plain value: x holds"
    said["odd-goof"] = "did you mean 'odd-good'"
    code, out, err = command(tmp_path, *said, started=["-c", IN_TURN])
    assert (code, out, err.count("\n")) == (2, "", len(said)), err
    lines = dict(zip(said, err.splitlines(), strict=True))
    assert [name for name, reason in said.items() if reason not in lines[name]] == []
    planted = "plug-in planted_exit = planted_exit could not be loaded (SystemExit: planted exit)"
    assert planted in lines["odd-goof"]


def test_a_name_that_is_given_twice_is_there_once() -> None:
    assert made(mutable=("x", "x")).mutable == ("x",)


def test_what_raises_is_not_asked_for_a_value() -> None:
    def lacks() -> dict[str, Any]:
        raise DataError("there is no table here; record one")

    said = refusal(made, space=lacks)
    assert said == "trainable 'mine': space: there is no table here; record one"
    assert refusal(made, space=lambda: SPACE["lr"]) == "trainable 'mine': space raised KeyError: 'lr'"


def test_numpys_numbers_in_a_space_become_pythons() -> None:
    space = made(space={"n": tune.choice(list(np.array([8, 16]))), "f": np.float32(0.5)}).space()
    assert [type(item) for item in space["n"].categories] == [int, int]
    assert type(space["f"]) is float
