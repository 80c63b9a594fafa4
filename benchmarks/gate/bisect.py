"""Bisection over the versions of a package: ``python -m benchmarks.gate --bisect PACKAGE==a..b``.

Each version that is looked at gets an environment of its own, which sees all of the present one but for what
the version brings; so nothing else differs, and it takes seconds.  Version a is recorded as the baseline;
each other one is gated against it.  Environments, baseline and verdicts stay in a folder: a bisection that
was cut off goes on.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from benchmarks.gate.bisection import FirstBad, NoStart, VersionVerdict, first_bad
from benchmarks.gate.overlay import overlay
from benchmarks.gate.package_versions import Range, last_line, listed_versions, pip, versions_between
from benchmarks.suite.misuse import Misuse
from results.errors import ResultsError
from results.locks import locked
from results.store.documents import put_object, read_object

Say = Callable[[str], None]
BASE = "first"
_AGAIN = "delete it, and its versions are compared again"
#: Exit codes of the gate.
_VERDICTS: Mapping[int, VersionVerdict] = {0: "good", 1: "bad", 3: "skip"}


class Environments:
    """Environments of a bisection, one a version, and the tests in them.

    Args:
        folder: made if it is missing.
        package: whose versions are tested.
        words: options of the gate, the same for all versions.
        recording: those that are for recording alone.
        say: called with a line on each step.
    """

    def __init__(
        self, folder: Path, package: str, words: Sequence[str], recording: Sequence[str], say: Say
    ) -> None:
        self._folder, self._package, self._words = folder.absolute(), package, list(words)
        self._recording, self._say = list(recording), say
        self._folder.mkdir(parents=True, exist_ok=True)
        self._verdict_file = self._folder / "verdicts.json"

    def begin(self, version: str) -> None:
        """Record the first version as the baseline, unless that was done.

        Raises:
            NoStart: if it does not run.
        """
        if self._baseline.is_file():
            return
        self._say(f"{self._package} {version}: recording it")
        record = ["--record", BASE, "--out", str(self._folder), *self._words, *self._recording]
        try:
            process = self._gate(version, record)
        except _NotInstalled as error:
            raise NoStart(f"{version} cannot be installed: {error}") from error
        if process.returncode:
            raise NoStart(f"{version} cannot be recorded: {last_line(process.stderr)}")
        self._keep(version, "good", "the baseline")

    def verdict(self, version: str) -> VersionVerdict:
        """Return whether tuning with this version is as with the first; "skip" if that is unknown."""
        known = self._verdicts()
        if version in known:
            verdict, why = known[version]
        else:
            self._say(f"{self._package} {version}: comparing it")
            verdict, why = self._test(version)
            self._keep(version, verdict, why)
        self._say(f"{self._package} {version}: {verdict}: {why}")
        return verdict

    def command(self, version: str) -> str:
        """Return the command that compares a version with the first again."""
        return shlex.join([str(self._python(version)), *self._comparison()])

    @property
    def _baseline(self) -> Path:
        return self._folder / f"{BASE}.parquet"

    def _python(self, version: str) -> Path:
        return self._folder / version / "bin" / "python"

    def _comparison(self) -> list[str]:
        return ["-m", "benchmarks.gate", "--baseline", str(self._baseline), *self._words]

    def _test(self, version: str) -> tuple[VersionVerdict, str]:
        report = self._folder / f"{version}.json"
        try:
            process = self._gate(version, [*self._comparison()[2:], "--json", str(report)])
        except _NotInstalled as error:
            return "skip", str(error)
        verdict = _VERDICTS.get(process.returncode, "skip")
        decided = process.returncode in _VERDICTS
        return verdict, process.stdout.partition("\n")[0] if decided else last_line(process.stderr)

    def _gate(self, version: str, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        python = self._environment(version)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [str(python), "-m", "benchmarks.gate", *words]
        with (
            TemporaryFile("w+") as out,
            subprocess.Popen(
                command, stdout=out, stderr=subprocess.PIPE, text=True, env=environment
            ) as running,
        ):
            assert running.stderr is not None
            lines = []
            for line in running.stderr:
                lines.append(line)
                self._say(f"  {line.rstrip()}")
            code = running.wait()
            out.seek(0)
            return subprocess.CompletedProcess(command, code, out.read(), "".join(lines))

    def _environment(self, version: str) -> Path:
        """Return the Python of a version's environment; it is made if it is missing or incomplete."""
        python, folder = self._python(version), self._folder / version
        whole = folder / "complete"
        if whole.is_file():
            return python
        overlay(folder)
        process = pip("--python", str(python), "install", "--quiet", f"{self._package}=={version}")
        if process.returncode:
            raise _NotInstalled(last_line(process.stderr))
        whole.touch()
        return python

    def _verdicts(self) -> dict[str, tuple[VersionVerdict, str]]:
        if not self._verdict_file.is_file():
            return {}
        verdicts = read_object(self._verdict_file, _AGAIN)
        if odd := [entry for entry in verdicts.values() if not _is_verdict(entry)]:
            raise ResultsError(f"{self._verdict_file} has {odd[0]!r:.80} where a verdict should be; {_AGAIN}")
        return {name: (entry[0], entry[1]) for name, entry in verdicts.items()}

    def _keep(self, version: str, verdict: VersionVerdict, why: str) -> None:
        put_object(self._verdict_file, self._verdicts() | {version: (verdict, why)})


def _is_verdict(entry: Any) -> bool:
    """Return whether JSON data is a verdict with its reason."""
    if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], str)):
        return False
    return entry[0] in _VERDICTS.values()


def bisect(
    span: Range, folder: Path, words: Sequence[str], recording: Sequence[str], say: Say
) -> tuple[FirstBad, Environments]:
    """Find the version that made tuning worse.

    Args:
        span: from which version to which.
        folder: in which this bisection has a folder of its own, by what it asks.
        words: options of the gate.
        recording: options of recording the first version.
        say: called with a line on each step.

    Raises:
        Misuse: if the versions cannot be listed, or the first cannot be recorded.
        InUse: if another process is at the same bisection.
    """
    if importlib.util.find_spec("pip") is None:
        raise Misuse("--bisect needs pip in this environment: python -m ensurepip")
    versions = versions_between(span, listed_versions(span.package))
    question = json.dumps([span.package, span.first, list(words), list(recording), sys.version])
    bisection_folder = folder / f"{span.package}-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    say(f"{len(versions)} versions of {span.package}; all is kept in {bisection_folder}")
    try:
        with locked(bisection_folder):
            environments = Environments(bisection_folder, span.package, words, recording, say)
            environments.begin(versions[0])
            return first_bad(versions, environments.verdict), environments
    except NoStart as error:
        raise Misuse(f"--bisect {span.package}: {error}") from error


def as_text(span: Range, bisection: FirstBad, environments: Environments) -> str:
    """Return the answer as text, with the command that shows it again."""
    package, first = span.package, span.first
    if not bisection.suspects:
        good = bisection.good
        return f"With {package} {good} tuning is not worse than with {first}: no version to look for.\n"
    last = bisection.suspects[-1]
    again = f"See it again:\n  {environments.command(last)}\n"
    if not bisection.bad:
        return f"Whether {package} {last} is worse than {first} could not be decided.  {again}"
    if len(bisection.suspects) == 1:
        answer = f"{package} {last} is the first version with which tuning is worse than with {first}."
    else:
        untold = ", ".join(bisection.suspects[:-1])
        answer = (
            f"{package} {last} is worse than {first}; the first such version is that one or one of {untold}, "
            "which could not be tested."
        )
    return f"{answer}\nThe last good one is {bisection.good}.  {again}"


class _NotInstalled(Exception):
    """A version that pip cannot install, with the reason."""
