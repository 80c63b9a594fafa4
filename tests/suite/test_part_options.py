"""Options of searchers and schedulers: how they are written, checked, named, listed and declared."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from ray import tune

from benchmarks.execution.part_pages import pages
from benchmarks.execution.versions import version_of
from benchmarks.suite.bracketed import split
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.options import run_parser
from benchmarks.suite.part_options import BadOption, forwards, text
from benchmarks.suite.registry import (
    SCHEDULERS,
    SEARCHERS,
    TRAINABLES,
    Option,
    ScheduleSetup,
    SearchSetup,
    SpecError,
    UnknownName,
)
from benchmarks.suite.rules import why_incompatible
from benchmarks.suite.specs import SchedulerSpec, SearcherSpec
from benchmarks.usage import RAY, UsageSettings, lines

SETUP = SearchSetup({"x": tune.uniform(0.0, 1.0)}, trials=8, seed=0, max_concurrent=1)
PLAN = ScheduleSetup({"x": tune.uniform(0.0, 1.0)}, ("x",), trials=8, epochs=9, workers=1, seed=0)
BUILT = [
    pytest.param(registry, name, id=name)
    for registry in (SEARCHERS, SCHEDULERS)
    for name, spec in registry.items()
    if spec.builder_options()
]


def schedulers(*words: str) -> list[str]:
    args = run_parser().parse_args(["--schedulers", *words, "--searchers", "random"])
    return SCHEDULERS.select(list(asked_grid(args).schedulers))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["asha[reduction_factor=4]"], ["asha[reduction_factor=4]"]),
        (["asha[reduction_factor=3]"], ["asha"]),
        (["asha[ grace_period = 1, reduction_factor=3.0 ]"], ["asha"]),
        (["asha[reduction_factor=2.50]"], ["asha[reduction_factor=2.5]"]),
        (["asha[reduction_factor=4,", "grace_period=2]"], ["asha[grace_period=2,reduction_factor=4]"]),
        (
            ["asha[reduction_factor=2|3, grace_period=1|3],fifo"],
            [
                "asha[reduction_factor=2]",
                "asha[grace_period=3,reduction_factor=2]",
                "asha",
                "asha[grace_period=3]",
                "fifo",
            ],
        ),
        (["asha", "asha[reduction_factor=3|3]", "asha[reduction_factor=3]"], ["asha"]),
        (["hyp*[reduction_factor=4]"], ["hyperband[reduction_factor=4]"]),
        (["[fm]*"], ["fifo", "freeze-thaw", "median", "median-grace"]),
    ],
)
def test_brackets_are_variants_with_one_name_each(words: list[str], names: list[str]) -> None:
    assert schedulers(*words) == names
    assert all(SCHEDULERS[name].name == name for name in names)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "asha[reduction_facto=4]",
            "scheduler asha has no option 'reduction_facto'; did you mean 'reduction_",
        ),
        ("asha[grace_period=1.5]", "scheduler asha: grace_period is 1.5; expected a whole number from 1"),
        ("asha[grace_period=0]", "grace_period is 0; expected a whole number from 1"),
        ("asha[reduction_factor=1]", "reduction_factor is 1; expected a number above 1"),
        ("asha[reduction_factor=nan]", "reduction_factor is nan; expected a number above 1"),
        ("asha[reduction_factor=]", "holds 'reduction_factor='; expected name=value, or name=value|value"),
        ("asha[reduction_factor=4,grace_period]", "holds 'grace_period'; expected name=value"),
        ("asha[reduction_factor=4,reduction_factor=5]", "gives reduction_factor twice"),
        ("fifo[a=1]", "scheduler fifo has no options, so a cannot be set"),
        ("ashha[a=1]", "unknown scheduler 'ashha'; did you mean 'asha'?"),
    ],
)
def test_what_cannot_be_is_one_line(name: str, why: str) -> None:
    with pytest.raises(UnknownName) as refused:
        SCHEDULERS.select([name])
    assert why in str(refused.value.args[0])
    assert name not in SCHEDULERS


def test_words_and_flags_are_read_and_checked() -> None:
    assert SEARCHERS.select(["optuna-tpe[multivariate=True]"]) == ["optuna-tpe[multivariate=true]"]
    assert SEARCHERS.select(["optuna-qmc[qmc_type=sobol|halton]"]) == [
        *("optuna-qmc", "optuna-qmc[qmc_type=halton]")
    ]
    for name, expected in (
        ("optuna-tpe[multivariate=1]", "true or false"),
        ("optuna-qmc[qmc_type=x]", "halton"),
    ):
        with pytest.raises(UnknownName, match=expected):
            SEARCHERS.select([name])


def test_a_trainable_of_ours_has_no_options() -> None:
    with pytest.raises(UnknownName, match="trainable branin has no options; leave the brackets out"):
        TRAINABLES.select(["branin[a=1]"])


def test_the_grid_has_an_axis_of_options_and_each_variant_a_key_of_its_own() -> None:
    grid = Grid(
        trainables=("branin",),
        searchers=("random", "bayesopt[random_search_steps=4|5]"),
        schedulers=("asha[reduction_factor=2|4]", "hyperband"),
        engine="virtual",
    )
    experiments = list(grid.experiments())
    searchers = ["bayesopt[random_search_steps=4]", "bayesopt[random_search_steps=5]", "random"]
    halving = ["asha[reduction_factor=2]", "asha[reduction_factor=4]", "hyperband"]
    assert [(e.searcher, e.scheduler) for e in experiments] == list(product(searchers, halving))
    assert len({e.key for e in experiments}) == len(experiments)
    assert Experiment.from_row(experiments[0].row) == experiments[0]


def test_the_values_reach_the_library() -> None:
    tpe = SEARCHERS["optuna-tpe[n_startup_trials=5,multivariate=true]"].build(SETUP).algorithm
    assert tpe.searcher._sampler._n_startup_trials == 5
    assert tpe.searcher._sampler._multivariate
    gaussian = SEARCHERS["bayesopt[random_search_steps=4,kappa=1]"].build(SETUP).algorithm.searcher
    assert (gaussian.random_search_trials, gaussian.utility.kappa) == (4, 1)
    asha = SCHEDULERS["asha[reduction_factor=2.5,grace_period=3,brackets=2]"].build(PLAN)
    assert (asha._reduction_factor, len(asha._brackets)) == (2.5, 2)
    assert SCHEDULERS["hyperband[reduction_factor=4]"].build(PLAN)._eta == 4


def test_a_variant_is_its_part_in_all_else() -> None:
    part, variant = SCHEDULERS["hyperband"], SCHEDULERS["hyperband[reduction_factor=4]"]
    assert (variant.wants, variant.does, variant.origin) == (part.wants, part.does, part.origin)
    assert why_incompatible(SEARCHERS["random"], variant, TRAINABLES["probe"]) is None
    function = TRAINABLES["function"]
    assert why_incompatible(SEARCHERS["random"], variant, function) == why_incompatible(
        SEARCHERS["random"], part, function
    )
    assert version_of("scheduler", variant.name).aspects == version_of("scheduler", part.name).aspects
    assert SEARCHERS["optuna-tpe[n_startup_trials=5]"].native is None


def test_globs_list_and_gate_see_the_parts_alone() -> None:
    SCHEDULERS["asha[reduction_factor=4]"]
    assert not [name for name in SCHEDULERS if "[" in name]
    assert "asha[reduction_factor=4]" in SCHEDULERS


def test_the_lines_for_plain_ray_have_the_values_or_are_left_out() -> None:
    settings = UsageSettings("loss", "min", 8, 9, 2)
    given = lines("optuna-tpe[n_startup_trials=5,multivariate=true]", "asha[reduction_factor=4]", settings)
    assert "TPESampler(n_startup_trials=5, multivariate=True, seed=0)" in given[RAY]
    assert "reduction_factor=4.0)" in given[RAY] or "reduction_factor=4)" in given[RAY]
    assert RAY not in lines("optuna-tpe", "asha[brackets=2]", settings)


@pytest.mark.parametrize(("registry", "name"), BUILT)
def test_ours_are_described_with_a_source_and_extremes_that_may_be(registry: Any, name: str) -> None:
    spec = registry[name]
    for option in spec.builder_options().values():
        declared = option.declared
        assert declared.meaning and declared.source, option.name
        assert option.default is not None or declared.default
        values = option.extremes()
        assert values and all(text(option.read(value)) == value for value in values), option.name
        if option.default is not None:
            assert option.read(text(option.default)) == option.default
    if name != "zigzag":
        names = {split(variant)[0] for variant in spec.at_extremes()}
        assert names == {name}


def test_a_page_shows_options_with_default_values_and_meaning() -> None:
    page = pages(["asha"], as_json=False)
    assert re.search(r"reduction_factor = 3\n\s+a number above 1: one trial in so many survives", page)
    assert "'asha[reduction_factor=2]'" in page
    with pytest.raises(UnknownName, match="did you mean 'asha'"):
        pages(["ashaa"], as_json=False)


def plain(setup: Any, *, alpha: float = 0.5, beta: int | None = None, word: str = "a") -> None:
    """Build nothing."""


def test_a_builders_keywords_are_options_without_a_word_more() -> None:
    spec = SearcherSpec.of("mine", "", plain, {})
    assert [(o.name, o.type, o.default) for o in spec.builder_options().values()] == [
        *(("alpha", float, 0.5), ("beta", int, None), ("word", str, "a"))
    ]
    assert [v.name for v in spec.variants("beta=3,word=b")] == ["mine[beta=3,word=b]"]


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (
            {"alfa": Option("x")},
            "does not take by keyword: def build(setup, *, alfa=...); did you mean 'alpha'",
        ),
        ({"alpha": "x"}, "expected a dict of names and Option"),
        (["alpha"], "expected a dict of names and Option"),
    ],
)
def test_a_declaration_of_nothing_is_refused(declared: Any, why: str) -> None:
    with pytest.raises(SpecError, match=re.escape(why)):
        SchedulerSpec.of("mine", "", plain, {"options": declared})


def test_a_name_that_no_file_could_have_is_refused() -> None:
    spec = SearcherSpec.of("mine", "", plain, {})
    with pytest.raises(ValueError, match="more than 100 bytes; give fewer options at once"):
        list(spec.variants(f"word={'x' * 100}"))


def test_a_builder_that_forwards_options_has_those_of_the_other_one() -> None:
    def target(setup: Any, *, alpha: float = 0.5, beta: int | None = None, own: bool = False) -> Any:
        return alpha, beta, own

    @forwards(target)
    def build(setup: Any, *, own: bool = True, **options: Any) -> Any:
        return target(setup, own=own, **options)

    spec = SchedulerSpec.of("made", "made up", build, {"options": {"alpha": Option("a", above=0, most=1)}})
    assert [(o.name, o.type, o.default) for o in spec.builder_options().values()] == [
        ("own", bool, True),
        ("alpha", float, 0.5),
        ("beta", int, None),
    ]
    [variant] = spec.variants("alpha=0.25,beta=3")
    assert variant.name == "made[alpha=0.25,beta=3]"
    assert variant.build(None) == (0.25, 3, True)
    assert variant.option_values() == {"own": True, "alpha": 0.25, "beta": 3}
    assert spec.option_values() == {"own": True, "alpha": 0.5, "beta": None}
    with pytest.raises(BadOption, match="alpha is 2; expected a number above 0 to 1"):
        list(spec.variants("alpha=2"))


def test_pbt_and_its_kin_have_one_declaration_of_their_options() -> None:
    one, other = (SCHEDULERS[name].builder_options() for name in ("pbt", "pbt-sync"))
    assert one == other and len(one) == 3
    assert SCHEDULERS["resource-changing"].builder_options() == SCHEDULERS["asha"].builder_options()
    built = SCHEDULERS["resource-changing[reduction_factor=4]"].build(PLAN)
    assert built._base_scheduler._reduction_factor == 4


WITHOUT = {"random", "random-2x", "centre", "fifo", "hb-dehb", "pbt-replay"}


def test_every_other_part_of_ours_has_options() -> None:
    ours = [s for registry in (SEARCHERS, SCHEDULERS) for s in registry.values() if not s.hidden]
    assert {s.name for s in ours if not s.builder_options() and s.origin.startswith("s")} == WITHOUT
