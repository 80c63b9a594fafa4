"""Parts are found by their files and entry points, by name and by glob, and a broken one costs no other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.suite.registry import (
    SCHEDULERS,
    SEARCHERS,
    TRAINABLES,
    Registry,
    SearcherSpec,
    Spec,
    UnknownName,
)

ROOT = Path(__file__).parents[2]
CORE_SEARCHERS = [
    "bayesopt",
    "centre",
    "flaml-blendsearch",
    "flaml-cfo",
    "grid",
    "hyperopt",
    "hyperopt-anneal",
    "nevergrad-cma",
    "nevergrad-de",
    "nevergrad-ngopt",
    "nevergrad-oneplusone",
    "nevergrad-pso",
    "optuna-cmaes",
    "optuna-gp",
    "optuna-nsga2",
    "optuna-qmc",
    "optuna-tpe",
    "optuna-tpe-multivariate",
    "random",
    "random-2x",
    "repeater",
    "sobol",
    "zoopt",
]
EXTRA_SEARCHERS = ["ax", "bohb", "bore", "cqr", "dehb", "hebo", "kde", "smac", "smac-gp", "turbo"]
OUR_SEARCHERS = sorted(CORE_SEARCHERS + EXTRA_SEARCHERS)
CORE_SCHEDULERS = [
    "asha",
    "asha-cost",
    "asha-promote",
    "async-hyperband",
    "fifo",
    "freeze-thaw",
    "hb-bohb",
    "hb-dehb",
    "hyperband",
    "i-epoch",
    "median",
    "median-grace",
    "one-epoch",
    "pasha",
    "pb2",
    "pbt",
    "pbt-replay",
    "pbt-sync",
    "resource-changing",
    "sha",
]
SYNTHETIC = {
    "ackley",
    "branin",
    "conditional",
    "hartmann3",
    "hartmann6",
    "levy",
    "mixed-ackley",
    "rosenbrock",
}
OF_PACKAGES = {f"bbob-f{number:02}" for number in range(1, 25)} | {
    f"{kind}-{data}"
    for kind, names_of in {
        "hpobench": "australian blood-transfusion car credit-g kc1 phoneme segment vehicle",
        "hpolib": "naval-propulsion parkinsons-telemonitoring protein-structure slice-localization",
        "nasbench201": "cifar10 cifar100 imagenet",
        "nasbenchgraph": "arxiv citeseer computers cora cs photo physics proteins pubmed",
        "ppo": "acrobot cartpole",
        "scan": "llm vlm tabpfn",
        "lcdb": "ada fried gina jungle-chess madelon spambase",
    }.items()
    for data in names_of.split()
}
NETWORKS = {
    "char-transformer",
    "digits-mlp",
    "fashion-convnet",
    "load-forecast",
    "mnist-convnet",
    "mnist-wide",
}
BOOSTING = {f"boosting-{data}" for data in ("cells", "churn", "jobs", "spam")}
CORE_TRAINABLES = NETWORKS | BOOSTING | {"pipeline-cells"} | SYNTHETIC | OF_PACKAGES


def listed(cwd: Path, *first_on_path: Path) -> dict[str, Any]:
    """Return what ``--list --json`` says in a process of its own, with these folders first on the path."""
    path = os.pathsep.join([*map(str, first_on_path), os.environ["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.run", "--list", "--json"],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def names(specs: list[dict[str, Any]]) -> list[str]:
    return [spec["name"] for spec in specs]


def spec(name: str, origin: str) -> SearcherSpec:
    return SearcherSpec(name, "made up", origin=origin)


def test_roster_of_searchers_and_schedulers_is_complete() -> None:
    assert SEARCHERS.select(["*"]) == OUR_SEARCHERS  # the plug-in's are hidden
    assert SCHEDULERS.select(["*"]) == CORE_SCHEDULERS


def test_roster_of_trainables_holds_ours_and_the_plug_ins() -> None:
    # Other tests of this process register some of their own.
    plugin = {name for name, part in TRAINABLES.items() if not part.origin.startswith("benchmarks.")}
    assert set(TRAINABLES.select(["*"])) - plugin == CORE_TRAINABLES
    assert plugin >= {"free", "function", "hangs", "raises"}
    assert not (SEARCHERS.broken or SCHEDULERS.broken or TRAINABLES.broken)


def test_everything_registered_says_what_it_is_and_finds_its_libraries() -> None:
    for registry in (SEARCHERS, SCHEDULERS, TRAINABLES):
        assert len(registry) == len(list(registry))
        for name, part in registry.items():
            assert part.name == name
            assert part.summary
            optional = name in (*EXTRA_SEARCHERS, *OF_PACKAGES, *BOOSTING) or name.startswith("bbob-")
            assert part.missing() == [] or optional


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        (["*"], CORE_SCHEDULERS),
        (["pbt*"], ["pbt", "pbt-replay", "pbt-sync"]),
        (["pbt", "asha"], ["asha", "pbt"]),  # in registry order, whatever was asked first
        (["hyperband", "h*"], ["hb-bohb", "hb-dehb", "hyperband"]),  # none twice
        (["p[b]2", "fif?"], ["fifo", "pb2"]),
        ([], []),
    ],
)
def test_globs_select_in_registry_order_without_repeats(globs: list[str], expected: list[str]) -> None:
    assert SCHEDULERS.select(globs) == expected


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("optuna-tqe", "optuna-tpe"),
        ("hyperotp", "hyperopt"),
        ("bayes-opt", "bayesopt"),
        ("randon*", "random"),
    ],
)
def test_unknown_name_or_glob_names_the_nearest_match(wrong: str, nearest: str) -> None:
    for ask in (lambda: SEARCHERS[wrong], lambda: SEARCHERS.select(["random", wrong])):
        with pytest.raises(UnknownName) as refusal:
            ask()
        message = refusal.value.args[0]
        assert message == f"unknown searcher {wrong!r}; did you mean {nearest!r}?"


def test_unknown_name_that_is_near_to_nothing_lists_what_there_is() -> None:
    with pytest.raises(UnknownName) as refusal:
        SCHEDULERS.select(["zzzzzzzz"])
    assert all(name in refusal.value.args[0] for name in CORE_SCHEDULERS)


def test_names_are_case_sensitive_on_every_platform() -> None:
    with pytest.raises(UnknownName, match="did you mean 'fifo'"):
        SCHEDULERS.select(["Fifo"])


def test_registry_is_a_mapping_that_can_be_asked_for_what_it_lacks() -> None:
    assert "no-such" not in SEARCHERS
    assert SEARCHERS.get("no-such") is None


def test_two_modules_with_one_name_are_refused_and_both_named() -> None:
    registry: Registry[SearcherSpec] = Registry("searchers")
    registry.add(spec("twin", "package.first"))
    with pytest.raises(ValueError, match=r"'twin'.*package\.first.*package\.second") as refusal:
        registry.add(spec("twin", "package.second"))
    assert "\n" not in str(refusal.value)
    assert registry["twin"].origin == "package.first"


def test_reloading_a_module_replaces_its_own_part() -> None:
    registry: Registry[SearcherSpec] = Registry("searchers")
    registry.add(spec("mine", "package.mine"))
    again = SearcherSpec("mine", "edited", origin="package.mine")
    registry.add(again)
    assert registry["mine"] is again


def test_missing_names_only_the_distributions_that_are_not_installed() -> None:
    part = Spec("part", "", requires=("numpy", "tunegrid-made-up-a", "tunegrid-made-up-b"))
    assert part.missing() == ["tunegrid-made-up-a", "tunegrid-made-up-b"]
    assert Spec("part", "").missing() == []


def test_plug_ins_arrive_by_entry_point_and_broken_ones_are_listed_not_fatal(tmp_path: Path) -> None:
    info = tmp_path / "third_party-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[tunegrid.searchers]\n"
        "absent = third_party_absent\n"
        "clash = third_party_clash\n"
        "good = third_party_good\n"
        "[tunegrid.schedulers]\n"
        "raises = third_party_raises\n"
    )
    decorated = (
        "from benchmarks.suite.registry import searcher\n"
        "@searcher({name!r}, 's')\ndef build(setup): return None\n"
    )
    (tmp_path / "third_party_good.py").write_text(decorated.format(name="annealing"))
    (tmp_path / "third_party_clash.py").write_text(decorated.format(name="random"))
    (tmp_path / "third_party_raises.py").write_text("raise RuntimeError('planted fault')\n")

    data = listed(tmp_path, tmp_path)
    assert names(data["searchers"]) == sorted([*OUR_SEARCHERS, "annealing"])
    assert names(data["schedulers"]) == CORE_SCHEDULERS
    broken = data["broken"]
    assert set(broken) == {
        "searchers/absent = third_party_absent",
        "searchers/random (third_party_clash)",
        "schedulers/raises = third_party_raises",
    }
    assert broken["schedulers/raises = third_party_raises"] == "RuntimeError: planted fault"
    assert "third_party_absent" in broken["searchers/absent = third_party_absent"]
    assert "two searchers are called 'random'" in broken["searchers/random (third_party_clash)"]


def test_a_new_part_is_one_new_file_and_nothing_else(tmp_path: Path) -> None:
    # A copy of the source, because the file must lie in our own packages; the data is not looked at.
    for package in ("benchmarks", "searchers", "schedulers"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "data")
        )
    (tmp_path / "searchers/lottery.py").write_text(
        "from benchmarks.suite.registry import searcher\n"
        "@searcher('lottery', 'draws lots', requires=('tunegrid-made-up',))\n"
        "def build(setup): return None\n"
    )
    (tmp_path / "schedulers/patience.py").write_text(
        "from benchmarks.suite.registry import scheduler\n"
        "@scheduler('patience', 'waits')\n"
        "def build(setup): return None\n"
    )
    (tmp_path / "benchmarks/trainables/parabola.py").write_text(
        "from benchmarks.suite.registry import trainable\n"
        "@trainable('parabola', 'x squared', metric='y', mode='min')\n"
        "def train(config, session): pass\n"
    )
    (tmp_path / "searchers/_helper.py").write_text("raise RuntimeError('a helper is no part')\n")

    data = listed(tmp_path, tmp_path)
    assert names(data["searchers"]) == sorted([*OUR_SEARCHERS, "lottery"])
    assert names(data["schedulers"]) == sorted([*CORE_SCHEDULERS, "patience"])
    # Other tests of this process register some of their own.
    here = {name for name in TRAINABLES.select(["*"]) if not TRAINABLES[name].origin.startswith("helpers.")}
    assert set(names(data["trainables"])) == {*here, "parabola"}
    cells = {(cell["searcher"], cell["scheduler"]): cell for cell in data["combinations"]}
    assert cells["random", "patience"]["status"] == "ok"
    assert cells["lottery", "fifo"]["status"] == "unavailable"
    assert "pip install tunegrid-made-up" in cells["lottery", "fifo"]["reason"]
