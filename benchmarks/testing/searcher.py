"""The contract of a search algorithm."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.parity.sequences import common_start, native_sequence, own_sequence
from benchmarks.spaces.categories import identity, same
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite import bracketed
from benchmarks.suite.registry import SEARCHERS, SearcherSpec
from benchmarks.testing.base import Contract
from benchmarks.testing.domains import CONDITIONAL, NESTED, ODD, SPACES, Space
from benchmarks.testing.offline import Config, End, Offline, drive, score
from benchmarks.testing.patience import cpu_seconds
from benchmarks.testing.processes import Answer, two_processes
from benchmarks.testing.searches import (
    FATES,
    GENERATION,
    MAX_CONCURRENT,
    SEED,
    check_all_given,
    few_for,
    mirrored,
    needs_seed,
    quick,
    search,
    trials_for,
    undisturbed,
    without_notes,
)
from benchmarks.trainables.probe import quality, space

PATIENCE_S = 60.0  # CPU seconds beyond those of 300 trials that a test may take; most take one

#: Spaces in which a searcher must propose what its library's own API does.
NATIVE_SPACES: dict[str, Space] = {"flat": space(), "conditional": CONDITIONAL}


class SearcherContract(Contract):
    """Requirements of a search algorithm; for the fields of its spec see ``suite.specs``.

    >>> import tunegrid as tg
    >>> class TestMine(tg.SearcherContract):  # in a file test_mine.py, which pytest collects
    ...     name = "mine"

    Searchers that declare more than 30 ``seconds_of_300`` get smaller budgets, and are given 300 trials only
    if the environment variable TUNEGRID_SLOW is set.
    """

    registry = SEARCHERS

    @pytest.fixture
    def spec(self, name: str) -> SearcherSpec:
        return SEARCHERS[name]

    @pytest.fixture(autouse=True)
    def patience(self, spec: SearcherSpec) -> Iterator[None]:
        """End a test of a searcher that does not return."""
        with cpu_seconds(PATIENCE_S + spec.seconds_of_300):
            yield

    @pytest.fixture(scope="class")
    def processes(self, request: pytest.FixtureRequest) -> list[dict[str, Answer]]:
        """The answers of two processes with different hash seeds and global random states."""
        # One start of Python and Ray for all of the searchers that are tested in this run.
        items: list[Any] = [
            item for item in request.session.items if getattr(item, "cls", None) is request.cls
        ]
        names = {item.callspec.params["name"] for item in items if "processes" in item.fixturenames}
        installed = [name for name in sorted(names) if not SEARCHERS[name].missing()]
        return two_processes({name: few_for(name) for name in installed}, SEED)

    @pytest.mark.parametrize("domain", list(SPACES))
    def test_suggestions_lie_in_the_domain(self, name: str, domain: str) -> None:
        trials = few_for(name)
        running = Offline(name, SPACES[domain], trials=trials)
        check_all_given(drive(running), running, trials, SPACES[domain])

    @pytest.mark.parametrize("fate", list(FATES))
    def test_search_goes_on_whatever_becomes_of_the_trials(self, name: str, fate: str) -> None:
        trials = trials_for(name)
        running = search(name)
        suggestions = drive(running, objective=quality, ends=FATES[fate])
        check_all_given(suggestions, running, trials, space())

    def test_suggestions_differ(self, name: str) -> None:
        suggestions = undisturbed(name)
        different = set(map(identity, suggestions))
        assert len(different) > len(suggestions) / 2, "most suggestions are repeats"

    def test_several_trials_may_be_undecided_at_once(self, name: str) -> None:
        running = search(name)
        suggestions = drive(running, objective=quality, at_once=MAX_CONCURRENT)
        check_all_given(suggestions, running, trials_for(name), space())

    def test_look_ahead_is_never_exceeded(self, name: str, spec: SearcherSpec) -> None:
        running = search(name, trials=3 * MAX_CONCURRENT)
        ids = [trial_id for _ in range(MAX_CONCURRENT + 2) if (trial_id := running.ask()) is not None]
        if len(ids) == MAX_CONCURRENT + 2:
            assert not spec.learns, (
                f"learns, and has {len(ids)} trials undecided where {MAX_CONCURRENT} may be"
            )
            return
        assert len(ids) == MAX_CONCURRENT or running.ended
        # Every way in which a trial can leave the undecided makes room for exactly one more.
        for trial_id, end in zip(ids, (End.OK, End.FAILS, End.SILENT, End.RESTS), strict=False):
            running.play(trial_id, end, quality)
            assert running.ask() is not None, f"a trial that {end} makes no room for another"
            assert running.ask() is None, f"a trial that {end} makes room for two"

    def test_same_seed_and_results_give_the_same_suggestions(self, name: str, spec: SearcherSpec) -> None:
        needs_seed(spec)
        assert drive(search(name), objective=quality) == undisturbed(name)

    def test_process_makes_a_difference_only_where_the_library_has_no_seed(
        self, name: str, spec: SearcherSpec, processes: list[dict[str, Answer]]
    ) -> None:
        one, other = (answers[name] for answers in processes)
        assert (one.error, other.error) == ("", "")
        assert (one.configs == other.configs) == spec.seedable

    def test_another_seed_gives_other_suggestions_where_there_is_chance(
        self, name: str, spec: SearcherSpec
    ) -> None:
        other = drive(search(name, seed=SEED + 1), objective=quality)
        assert (other != undisturbed(name)) == spec.chance

    def test_other_results_give_other_suggestions_if_it_learns(self, name: str, spec: SearcherSpec) -> None:
        needs_seed(spec)
        for trials in (trials_for(name), GENERATION):  # a population is not known before it is complete
            uphill, downhill = (
                drive(search(name, trials=trials), objective=objective) for objective in (quality, mirrored)
            )
            assert uphill[0] == downhill[0], "nothing is known yet"
            if uphill != downhill:
                break
        assert (uphill != downhill) == spec.learns

    def test_minimising_mirrors_maximising(self, name: str, spec: SearcherSpec) -> None:
        needs_seed(spec)
        assert drive(search(name, mode="min"), objective=mirrored) == undisturbed(name)

    def test_trial_that_rests_teaches_as_much_as_one_that_completes(
        self, name: str, spec: SearcherSpec
    ) -> None:
        # A scheduler may pause a trial and end it at last: Tune then reports no result, though there was one.
        needs_seed(spec)
        assert drive(search(name), objective=quality, ends=FATES["all rest"]) == undisturbed(name)

    def test_nan_counts_as_failure(self, name: str, spec: SearcherSpec) -> None:
        needs_seed(spec)
        failed, nan = (
            drive(search(name), objective=quality, ends=FATES[fate])
            for fate in ("a third fails", "a third reports NaN")
        )
        assert nan == failed

    @pytest.mark.parametrize("kind", ["flat", "conditional", *ODD])
    def test_first_configurations_come_first(self, name: str, kind: str) -> None:
        declared = {"flat": space(), "conditional": {**CONDITIONAL, **NESTED}, **SPACES}[kind]
        encoding, generator = Encoding(declared), np.random.default_rng(SEED)
        first = [encoding.draw(generator) for _ in range(3)]
        trials = trials_for(name)
        running = Offline(name, declared, trials=trials, first=first)
        suggestions = drive(running)
        suggested = [config for config in suggestions if same(config, without_notes(config))]
        assert list(map(identity, suggested[:3])) == list(map(identity, first))
        check_all_given(suggestions, running, trials, declared)

    def test_restored_search_goes_on_as_if_nothing_had_happened(
        self, name: str, spec: SearcherSpec, tmp_path: Path
    ) -> None:
        needs_seed(spec)
        before = trials_for(name) // 2
        saved, restored = search(name), search(name)
        drive(saved, objective=quality, count=before)
        undecided = str(saved.ask())
        saved.algorithm.save_to_dir(str(tmp_path), "x")
        restored.algorithm.restore_from_dir(str(tmp_path))
        restored.configs |= saved.configs  # Tune keeps the trials
        rest: list[list[Config]] = []
        for goes_on in (saved, restored):
            goes_on.play(undecided, End.OK, quality)
            rest.append(drive(goes_on, objective=quality))
        assert rest[0] and rest[1] == rest[0]

    @pytest.mark.parametrize("kinds", list(NATIVE_SPACES))
    @pytest.mark.parametrize("levelled", [True, False])
    def test_proposals_are_those_of_the_library_by_its_own_api(
        self, name: str, spec: SearcherSpec, kinds: str, levelled: bool
    ) -> None:
        if spec.native is None:
            pytest.skip("declares no native loop")
        suggestions, native = (
            sequence(name, NATIVE_SPACES[kinds], score, trials=few_for(name), seed=SEED, levelled=levelled)
            for sequence in (own_sequence, native_sequence)
        )
        same = common_start(suggestions, native)
        assert same == len(native), (
            f"proposal {same} is {suggestions[same : same + 1]}, by the library's own API {native[same]}"
        )

    def test_each_option_at_its_extremes_proposes_within_the_space(
        self, name: str, spec: SearcherSpec
    ) -> None:
        variants = spec.at_extremes()
        if not variants:
            pytest.skip("declares no options")
        for variant in variants:
            running = search(variant, trials=few_for(name))
            suggestions = drive(running, objective=quality, at_once=2)
            check_all_given(suggestions, running, few_for(name), space())

    def test_each_option_changes_what_is_proposed(self, name: str, spec: SearcherSpec) -> None:
        needs_seed(spec)
        options = spec.builder_options()
        if not options or not quick(name):
            pytest.skip("declares no options" if not options else "is slow")
        left = set(options)
        for trials in (trials_for(name), GENERATION):  # a population is not known before it is complete
            usual = drive(search(name, trials=trials), objective=quality, at_once=MAX_CONCURRENT)
            for variant in spec.at_extremes():
                option = bracketed.split(variant)[1].partition("=")[0]
                if option in left:
                    running = search(variant, trials=trials)
                    if drive(running, objective=quality, at_once=MAX_CONCURRENT) != usual:
                        left.remove(option)
        assert not left, f"options without an effect: {', '.join(sorted(left))}"

    def test_300_trials_take_no_more_cpu_seconds_than_declared(self, name: str, spec: SearcherSpec) -> None:
        if not quick(name) and not os.environ.get("TUNEGRID_SLOW"):
            pytest.skip(f"declares {spec.seconds_of_300:g} s for 300 trials; set TUNEGRID_SLOW=1 to test it")
        started = time.process_time()
        drive(search(name, trials=300), objective=quality)
        spent = time.process_time() - started
        assert spent <= spec.seconds_of_300, f"{spent:.1f} CPU seconds; {spec.seconds_of_300:g} are declared"
