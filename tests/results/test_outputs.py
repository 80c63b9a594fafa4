"""Files of several calls: what is said of a name that several of them made a part of."""

from __future__ import annotations

from pathlib import Path

from results.outputs import WrittenFiles


def test_a_name_is_empty_only_if_no_part_of_it_has_a_file() -> None:
    nothing = WrittenFiles(empty={"curves": "no data"})
    page = WrittenFiles(paths=[Path("curves-b.png")])
    whole = WrittenFiles.of_parts([("curves", nothing), ("curves", page)])
    assert (whole.paths, whole.empty) == ([Path("curves-b.png")], {})
    assert WrittenFiles.of_parts([("curves", nothing), ("map", page)]).empty == {"curves": "no data"}


def test_a_name_whose_parts_fail_says_each_reason_once() -> None:
    parts = [WrittenFiles(failed={"curves": why}) for why in ("no ink", "no ink", "no paper")]
    whole = WrittenFiles.of_parts(("curves", part) for part in parts)
    assert whole.failed == {"curves": "no ink; no paper"}


def test_the_first_file_that_could_not_be_written_is_named() -> None:
    parts = [WrittenFiles(halted=why, failed={"map": why}) for why in ("disk full: a", "disk full: b")]
    assert WrittenFiles.of_parts(("map", part) for part in parts).halted == "disk full: a"
