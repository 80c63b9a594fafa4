"""A part's version is another exactly when what is run is another, and says in words what has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ray import tune

from benchmarks.execution import provenance
from benchmarks.execution.aspects import SOURCE, text, trainable_aspects
from benchmarks.execution.changes import Change, changes, in_a_line
from benchmarks.execution.versions import Version, Versions, aspects_in, data_name, version_of, what_changed
from benchmarks.suite.constants import Constants
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES, TrainableSpec
from results.compare.row_sources import frame
from results.store.provenance import records
from results.store.store import Store


def train(config: dict[str, Any], session: Any) -> None: ...


def space() -> dict[str, Any]:
    return {"lr": tune.loguniform(1e-4, 1e-1)}


SPEC = TrainableSpec("made-up", "", target=train, space=space, origin=__name__)


def made_up(**fields: Any) -> Version:
    return Version(trainable_aspects(replace(SPEC, **fields)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"space": lambda: {"lr": tune.loguniform(1e-5, 1e-1)}},
            "space: lr was loguniform(0.0001, 0.1), is loguniform(1e-05, 0.1)",
        ),
        ({"space": dict}, "space: lr was loguniform(0.0001, 0.1), is not there"),
        ({"metric": "loss"}, "metric was val_accuracy, is loss"),
        ({"mode": "min"}, "mode was max, is min"),
        ({"mutable": ("lr",)}, "mutable was nothing, is lr"),
        ({"seeded": False}, "seeded was yes, is no"),
        ({"constants": lambda: Constants(1.0, 0.25)}, "constants was not there, is optimum 1, baseline 0.25"),
    ],
)
def test_what_is_declared_makes_the_version(fields: dict[str, Any], said: str) -> None:
    old, new = made_up(), made_up(**fields)
    assert old.name != new.name
    assert what_changed(old.aspects, new.aspects) == said


def test_what_runs_alike_has_one_version() -> None:
    assert made_up().name == made_up(summary="other words", margin=3.0, source="elsewhere").name
    assert len(made_up().name) == 12


def test_source_of_every_module_counts_that_the_part_is_written_in() -> None:
    def factory(score: Any) -> Any:
        return lambda config, session: score(config)

    theirs = TRAINABLES["function"].target
    made_of_it = [factory(theirs), factory([theirs]), factory({"a": theirs}), wraps(theirs)(factory(None))]
    for target in (theirs, partial(theirs, session=None), *made_of_it):
        assert f"{SOURCE}tunegrid_plugin" in made_up(target=target).aspects
    assert f"{SOURCE}tunegrid_plugin" not in made_up(target=factory(None)).aspects
    assert f"{SOURCE}benchmarks.training.classifier" in version_of("trainable", "digits-mlp").aspects


def test_replay_is_also_made_of_what_it_replays() -> None:
    assert f"{SOURCE}schedulers.pbt" in version_of("scheduler", "pbt-replay").aspects


def test_trainable_whose_own_code_raises_has_a_version() -> None:
    def broken() -> Any:
        raise NameError("planted")  # what is defined further down in the module, when it is registered

    assert made_up(space=broken).aspects["space"] == "raises NameError"


def test_domains_are_told_apart_exactly() -> None:
    domains = [
        *(tune.uniform(0, 1), tune.uniform(0, 1 + 1e-12), tune.loguniform(0.1, 1), tune.quniform(0, 1, 0.1)),
        *(
            tune.randint(0, 9),
            tune.qrandint(0, 9, 3),
            tune.lograndint(1, 9),
            tune.randn(0, 1),
            tune.randn(0, 2),
        ),
        *(tune.choice([1, 1.0]), tune.choice([1, True]), tune.choice([1.0, 1]), tune.choice(["1", None])),
        *(
            tune.choice([{"lr": tune.uniform(0, 1)}]),
            tune.choice([{"lr": tune.uniform(0, 2)}]),
            {"x": 1},
            [1],
            1,
        ),
        *(
            tune.sample_from(lambda spec: 1),
            tune.sample_from(lambda spec: 2),
            tune.grid_search([1, 2]),
            train,
        ),
    ]
    assert len({text(domain) for domain in domains}) == len(domains)
    assert text(np.float64(0.5)) == text(0.5)
    assert not any(" at 0x" in text(domain) for domain in [*domains, object()])


def test_versions_are_the_same_in_every_process() -> None:
    names = [
        ("trainable", "branin"),
        ("trainable", "digits-mlp"),
        ("searcher", "zigzag"),
        ("scheduler", "pbt"),
    ]
    code = (
        f"from benchmarks.execution.versions import version_of\nfor n in {names}: print(version_of(*n).name)"
    )
    env = os.environ | {"PYTHONHASHSEED": "4711"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.split() == [version_of(*name).name for name in names]


# What a run has stored, and what is here now

ASKED = Experiment("function", "random", "fifo")
DATA = {data_name(ASKED): "0123"}


def stored(folder: Path, **columns: Any) -> pd.DataFrame:
    """Store an experiment as a run does, and return the rows."""
    versions = Versions(DATA)
    environment = provenance.write(folder, provenance.record(DATA, versions.record([ASKED])))
    row = ASKED.row | {"key": ASKED.key, "status": "ok"}
    Store(folder).write([row | {"environment": environment} | versions.columns(ASKED) | columns], [], [])
    return frame(Store(folder).read("experiments"))


def test_record_says_again_what_a_version_is_made_of(tmp_path: Path) -> None:
    [row] = stored(tmp_path).to_dict("records")
    record = records(tmp_path)[row["environment"]]
    for part in ("trainable", "searcher", "scheduler"):
        aspects = aspects_in(record, part, getattr(ASKED, part), data_name(ASKED))
        assert Version(aspects).name == row[f"{part}_version"]


def test_nothing_has_changed_if_nothing_has(tmp_path: Path) -> None:
    assert changes(stored(tmp_path), tmp_path, DATA) == []
    assert (
        changes(frame(Store(tmp_path).read("experiments")), tmp_path, {}) == []
    )  # nothing left to load it for


def test_changed_trainable_is_found_with_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = stored(tmp_path)
    spec = replace(TRAINABLES["function"], space=lambda: {"x": tune.uniform(0.0, 2.0)})
    version_of.cache_clear()
    monkeypatch.setitem(TRAINABLES._specs, "function", spec)
    [change] = changes(rows, tmp_path, DATA)
    version_of.cache_clear()
    assert str(change).startswith(
        "trainable 'function' has changed since (its space: lr was loguniform(1e-06, 1.0), is not there; "
        "space: x was uniform(0.0, 1.0), is uniform(0.0, 2.0)"
    )
    assert change.keys == {ASKED.key}


def test_line_says_what_is_another_of_the_first_and_names_the_others() -> None:
    changed = [
        Change(part, name, what, frozenset())
        for part, name, what in [
            ("trainable", "a", "the source of kit"),
            ("trainable", "a", "data was 0123, is 4567"),
            ("trainable", "b", "the source of kit"),
            ("searcher", "random", "version; what differs was not recorded"),
        ]
    ]
    assert in_a_line(changed[:2]) == "trainable 'a' has changed since (the source of kit)"
    assert in_a_line(changed[1:3]).endswith("(its data was 0123, is 4567), and so has trainable 'b'")
    assert in_a_line(changed).endswith(" kit), and so have trainable 'b', searcher 'random'")


def test_changed_data_is_found(tmp_path: Path) -> None:
    [change] = changes(stored(tmp_path), tmp_path, {data_name(ASKED): "4567"})
    assert str(change) == "trainable 'function' has changed since (its data was 0123, is 4567)"


def test_changed_searcher_is_found_even_if_nobody_wrote_down_what_it_was(tmp_path: Path) -> None:
    [change] = changes(stored(tmp_path, searcher_version="0" * 12, environment="gone"), tmp_path, DATA)
    assert (change.part, change.name) == ("searcher", "random")


def test_store_older_than_versions_is_as_now(tmp_path: Path) -> None:
    older = dict.fromkeys(("trainable_version", "searcher_version", "scheduler_version"))
    assert changes(stored(tmp_path, **older), tmp_path, DATA) == []


def test_what_is_left_of_a_run_has_the_environment_of_the_whole(tmp_path: Path) -> None:
    other = replace(ASKED, trainable="branin", searcher="grid")
    both = {**DATA, data_name(other): "89ab"}
    whole = provenance.write(tmp_path, provenance.record(both, Versions(both).record([ASKED, other])))
    left = provenance.record(DATA, Versions(DATA).record([ASKED]))
    assert provenance.write(tmp_path, left) == whole
    left["packages"] = dict(list(left["packages"].items())[1:])
    assert provenance.write(tmp_path, left) != whole
    assert len(records(tmp_path)) == 2
