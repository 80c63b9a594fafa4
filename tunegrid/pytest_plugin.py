"""The pytest plug-in: a gate for tuning quality in a test of two lines.

::

    def test_tuning_is_not_worse(tuning_gate):
        tuning_gate("mypkg.module:MySearcher")

``pytest --tuning-baseline NAME_OR_FILE`` runs it; without that option it is skipped.  Every pytest run in
this environment loads this module, so the gate runs in a process of its own and Ray is imported there alone.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

OPTION, OPEN = "--tuning-baseline", "--tuning-inconclusive"
CaseOutcome = Literal["pass", "fail", "skip"]
_FAIL, _INCONCLUSIVE = 1, 3  # exit codes of the gate


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("tuning", "gate for tuning quality (TuneGrid)")
    group.addoption(
        OPTION, metavar="NAME_OR_FILE", help="baseline that the fixture tuning_gate compares with"
    )
    group.addoption(
        OPEN,
        choices=get_args(CaseOutcome),
        default="fail",
        help="what becomes of a test whose gate is inconclusive: it cannot tell, or cannot test something "
        "(fail)",
    )
    group.addoption(
        "--tuning-reports",
        metavar="DIR",
        help="keep there what each gate found, as Markdown, JUnit XML and JSON, named after the test",
    )


class TuningGate:
    """Compares a searcher with the baseline; called by a test.

    Args:
        baseline: a baseline's name or file.
        folder: of the reports.
        stem: of their names.
        inconclusive: what becomes of a test if the repetitions are too few to tell, or something cannot be
            tested.
    """

    def __init__(self, baseline: str, folder: Path, stem: str, inconclusive: CaseOutcome = "fail") -> None:
        self._baseline, self._folder, self._stem = baseline, folder, stem
        self._inconclusive = inconclusive
        self._calls = 0

    def __call__(
        self,
        searcher: str = "",
        *,
        against: str = "",
        trainables: Sequence[str] = (),
        searchers: Sequence[str] = (),
        schedulers: Sequence[str] = (),
        inconclusive: CaseOutcome | None = None,
        options: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Run the gate; the test fails if tuning is worse, or if that cannot be told.

        Args:
            searcher: under test: ``mypkg.module:MySearcher`` or an entry point's name; without it, what the
                baseline has is run with the code that is installed.
            against: the baseline's searcher that it is compared with.
            trainables, searchers, schedulers: globs; all that the baseline has by default.
            inconclusive: what becomes of this test if the repetitions were too few to tell; by default what
                ``--tuning-inconclusive`` says.
            options: more of ``python -m benchmarks.gate``.

        Returns:
            What the gate found, as its option ``--json`` writes it.

        Raises:
            ValueError: if ``inconclusive`` is another word.
        """
        verdict = inconclusive or self._inconclusive
        if verdict not in get_args(CaseOutcome):
            raise ValueError(
                f"inconclusive is {verdict!r}; expected one of {', '.join(get_args(CaseOutcome))}"
            )
        self._calls += 1
        stem = self._folder / (self._stem if self._calls == 1 else f"{self._stem}-{self._calls}")
        words = ["--baseline", self._baseline]
        words += ["--searcher", searcher] if searcher else []
        words += ["--against", against] if against else []
        for name, globs in {
            "trainables": trainables,
            "searchers": searchers,
            "schedulers": schedulers,
        }.items():
            words += [f"--{name}", *globs] if globs else []
        for form, suffix in {"json": ".json", "markdown": ".md", "junit": ".xml"}.items():
            words += [f"--{form}", f"{stem}{suffix}"]
        process = _run([*words, *options])
        if process.returncode == _INCONCLUSIVE:
            _open(process.stdout.rstrip(), verdict)
        elif process.returncode == _FAIL:
            pytest.fail(process.stdout.rstrip(), pytrace=False)
        elif process.returncode:
            reason = _last(process.stderr) or f"the gate ended with code {process.returncode}"
            pytest.fail(reason, pytrace=False)
        document: dict[str, Any] = json.loads(Path(f"{stem}.json").read_text(encoding="utf-8"))
        return document


@pytest.fixture
def tuning_gate(request: pytest.FixtureRequest, tmp_path: Path) -> TuningGate:
    """Give a test the gate; skip the test if there is no baseline to compare with."""
    baseline = request.config.getoption(OPTION)
    if not baseline:
        pytest.skip(f"no {OPTION} NAME_OR_FILE was given to compare with")
    folder = Path(request.config.getoption("--tuning-reports") or tmp_path).absolute()
    stem = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    return TuningGate(baseline, folder, stem, request.config.getoption(OPEN))


def _open(text: str, verdict: CaseOutcome) -> None:
    """End a test whose gate is inconclusive, or let it pass."""
    if verdict == "skip":
        pytest.skip(text.partition("\n")[0])
    if verdict == "fail":
        on = (
            "The repetitions are too few to tell, or something is untested, and so not passed.  Look again "
            "with more of them (options=['--stages', '10', '20', '40', '80']), compare fewer "
            "combinations and only such as can be tested, or accept it with "
            f"{OPEN}=pass or skip, or inconclusive=... in the test."
        )
        pytest.fail(f"{text}\n\n{on}", pytrace=False)


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run the gate where imports find what the tests find, after TuneGrid's own packages."""
    from tunegrid.import_path import after_own

    return subprocess.run(
        [sys.executable, "-P", "-m", "tunegrid", "gate", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": after_own(sys.path)},
        check=False,
    )


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
