"""The public issues: parts that are there, one line each, and the committed page that lists them."""

from __future__ import annotations

import re

import pytest

from benchmarks.execution.part_pages import pages
from benchmarks.suite.public_issues import TITLE, issues_section, of_part, public_issues, with_section
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS
from scripts.write_issues import PAGE, text

NAMES = [*SEARCHERS, *SCHEDULERS]


def test_each_issue_is_listed_once_and_about_parts_that_there_are() -> None:
    names = [issue.name for issue in public_issues()]
    assert len(names) > 20 and len(set(names)) == len(names)
    for issue in public_issues():
        assert not issue.phrase.endswith(".")
        for pattern in issue.parts:
            assert any(re.fullmatch(pattern.replace("*", ".*"), name) for name in NAMES), pattern


def test_the_committed_page_ends_with_the_section_of_its_parts() -> None:
    assert PAGE.read_text() == text(), "run python -m scripts.write_issues"
    assert text().count(TITLE) == 1


def test_a_section_is_replaced_and_names_only_the_parts_of_the_page() -> None:
    once = with_section("# Page\n\nText.\n", ["hyperband", "random"])
    assert once.startswith("# Page\n\nText.\n\n## Public issues\n")
    assert "ray#6780" in once and "pbt" not in once.replace("PBT", "")
    assert with_section(once, ["hyperband", "random"]) == once
    assert with_section(once, ["random"]) == "# Page\n\nText.\n"
    assert issues_section(["random"]) == ""


@pytest.mark.parametrize(("name", "number"), [("pbt", "ray#5035"), ("hebo", "HEBO#20")])
def test_the_page_of_a_part_lists_its_issues(name: str, number: str) -> None:
    assert number in [issue.name for issue in of_part(name)]
    assert number in pages([name], as_json=False)
    assert "public issues" not in pages(["random"], as_json=False)
