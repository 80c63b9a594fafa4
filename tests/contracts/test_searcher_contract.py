"""The contract of every searcher, and the distribution that random search draws."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from ray.tune.search.sample import Categorical, Domain
from scipy import stats

from benchmarks.spaces.categories import identity
from benchmarks.spaces.domains import cardinality, fraction, kind, ordinary
from benchmarks.suite.registry import SearchSetup
from benchmarks.testing import SearcherContract
from benchmarks.testing.domains import CONDITIONAL, SPACES
from benchmarks.testing.offline import Config, Offline, drive

DRAWS = 1500
STRICT = 1e-4  # p below this: two samples come from different distributions

#: Every domain that is tested, in one space, with the branches of a condition apart.
COLUMNS: dict[str, Domain] = {
    f"{space}.{name}": domain
    for space, domains in SPACES.items()
    for name, domain in domains.items()
    if isinstance(domain, Domain) and space not in ("conditional", "nested")
}

# The budgets and intervals are small on purpose.
pytestmark = [
    pytest.mark.filterwarnings("ignore:orphanated injected solution"),
    pytest.mark.filterwarnings("ignore:Bounds are .* sigma away"),
    pytest.mark.filterwarnings("ignore:The distribution is specified by"),
    pytest.mark.filterwarnings("ignore:divide by zero encountered in log"),
]


class TestSearchers(SearcherContract):
    name = "*"


@cache
def drawn() -> list[Config]:
    return drive(Offline("random", {**COLUMNS, **CONDITIONAL}, trials=DRAWS))


def check_distribution(ours: list[Any], domain: Any) -> None:
    """Compare a sample with Tune's own draws from the domain, or where Tune cannot draw, with even shares."""
    if isinstance(domain, Categorical):
        often = Counter(map(identity, ours))
        there = Counter(map(identity, domain.categories))
        assert often.keys() == there.keys()
        expected = [there[item] * len(ours) / there.total() for item in often]
        assert len(often) == 1 or stats.chisquare(list(often.values()), expected).pvalue > STRICT
        return
    if not ordinary(domain):
        shares = np.array(list(map(fraction(domain), ours)))
        slices = cardinality(domain) or 0
        if 0 < slices < DRAWS:  # a value's share is the middle of its slice: anywhere within it
            shares += np.random.default_rng(3).uniform(-0.5, 0.5, len(ours)) / slices
        assert stats.kstest(shares, "uniform").pvalue > STRICT
        return
    tunes = list(domain.sample(size=DRAWS, random_state=np.random.default_rng(2)))
    if kind(domain) in ("uniform", "loguniform"):
        p = stats.ks_2samp(ours, tunes).pvalue
    else:
        counts = Counter(ours), Counter(tunes)
        # Values that both draw rarely go into one cell: chi-square needs a few in each.
        often = [value for value in counts[0] | counts[1] if counts[0][value] + counts[1][value] >= 20]
        table = [[count[value] for value in often] + [1] for count in counts]
        table = [[*row, count.total() - sum(row) + 2] for row, count in zip(table, counts, strict=True)]
        p = stats.chi2_contingency(table).pvalue
    assert p > STRICT


@pytest.mark.parametrize("column", list(COLUMNS))
def test_random_search_has_the_declared_distribution(column: str) -> None:
    check_distribution([config[column] for config in drawn()], COLUMNS[column])


def test_random_search_takes_every_branch_equally_often_and_draws_inside_of_it() -> None:
    branches = {branch["kind"]: branch for branch in CONDITIONAL["optimizer"].categories}
    taken = [config["optimizer"] for config in drawn()]
    assert stats.chisquare(list(Counter(config["kind"] for config in taken).values())).pvalue > STRICT
    for name, branch in branches.items():
        chosen = [config for config in taken if config["kind"] == name]
        assert len(chosen) > DRAWS / 4
        for parameter in branch.keys() - {"kind"}:
            check_distribution([config[parameter] for config in chosen], branch[parameter])


@pytest.mark.parametrize(("trials", "startup"), [(1, 3), (8, 3), (20, 5), (40, 10), (1000, 10)])
def test_random_start_is_the_same_share_of_the_budget_for_all(trials: int, startup: int) -> None:
    setup = SearchSetup({}, trials, 0, 1)
    assert setup.n_startup_trials == setup.startup == startup  # plug-ins of version 0.1 say startup
