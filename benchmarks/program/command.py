"""Commands as function trainables: one process a trial, one report a line that has one."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.core.reasons import last_error
from benchmarks.core.seeding import trial_seed
from benchmarks.program.output import Output
from benchmarks.program.process import Process
from benchmarks.program.sources import digests, files, scripts
from benchmarks.program.template import BadCommand, Template
from results.messages import one_line

if TYPE_CHECKING:
    from benchmarks.suite.session import Session

_SHOWN = 3  # last lines of an output other than a traceback


class ProgramError(RuntimeError):
    """A program that has ended otherwise than it should; the message is one line."""


@dataclass(frozen=True)
class Program:
    """A command line program as a function trainable.

    Attributes:
        template: the command line with placeholders.
        output: how its reports are read.
        folder: where it works, and where relative paths begin.

    Raises:
        BadCommand: if there is no such program.
    """

    template: Template
    output: Output
    folder: Path

    def __post_init__(self) -> None:
        program = self.template.words[0]
        if "{" in program:
            return
        path = str(self.folder / program) if "/" in program else program
        if shutil.which(path) is None:
            why = "cannot be run" if Path(path).exists() else "is not there"
            raise BadCommand(f"the program {program} {why}; give a path to it, or install it")
        for word in self.template.words[1:]:
            if word.endswith(".py") and "{" not in word and not (self.folder / word).is_file():
                raise BadCommand(f"there is no file {self.folder / word}, which the command names")

    @property
    def __name__(self) -> str:
        """The name of the script, or of the program."""
        return (self._script or Path(self.template.words[0])).stem

    @property
    def home(self) -> Path:
        """The folder of the script; of a program without one, that in which it works."""
        return (self.folder / self._script).parent if self._script else self.folder

    @property
    def _script(self) -> Path | None:
        named = scripts(self.template.words, self.folder)
        return Path(named[0]) if named else None

    def aspects(self) -> Mapping[str, str]:
        """Return what the trainable is made of: the command, and the files that it names, by their hashes."""
        files = digests(self.template.words, self.folder)
        options = {"command": self.template.text, "metric regex": self.output.regex}
        return {name: text for name, text in options.items() if text} | {
            f"source of {name}": content for name, content in files.items()
        }

    def files(self) -> Mapping[str, Path]:
        """Return the files that the command names, and what they import from beside them, by their names."""
        return files(self.template.words, self.folder)

    def __call__(self, config: dict[str, Any], session: Session) -> None:
        """Run the program, and report what it reports.

        Raises:
            ProgramError: if its exit code is not 0, or it ends without a report.
            BadCommand: if the command cannot be filled, or a report is not a number.
        """
        from ray import tune

        reported, last = False, ""
        with tempfile.TemporaryDirectory(prefix="program-") as scratch:
            words = self._words(config, session, Path(scratch))
            with Process(words, self.folder, Path(scratch, "stderr")) as process:
                for line in process.lines():
                    report = self.output.report(line)
                    if report is None:
                        last = line.strip() or last
                        continue
                    reported = True
                    process.rest()
                    tune.report(report)
                    process.go_on()
                self._check(process, reported, last)

    def _words(self, config: Mapping[str, Any], session: Session, scratch: Path) -> list[str]:
        """Return the words of the command for a configuration, and write the files that they name."""
        (scratch / "folder").mkdir()
        (scratch / "config.json").write_text(json.dumps(config))
        seed = trial_seed(session.trainable, session.repetition, config, "program")
        special = {"config": str(scratch / "config.json"), "folder": str(scratch / "folder"), "seed": seed}
        return self.template.filled({**special, **config})

    def _check(self, process: Process, reported: bool, last: str) -> None:
        """Raise ProgramError if the program has not ended as it should."""
        code, errors = process.code(), process.last_errors()
        if code:
            how = f"exit code {code}" if code > 0 else f"signal {-code}"
            raise ProgramError(f"the program ended with {how}: {_why(errors) or last or 'it said nothing'}")
        if reported:
            return
        there = any(self.output.report(line) for line in errors.splitlines())
        hint = "; they are on its standard error, which is not read: write to standard output" * there
        if not hint:
            hint = f"; its last line was {one_line(last, 80)!r}" if last else "; it wrote nothing"
        raise ProgramError(f"the program ended without a report: expected {self.output.expected()}{hint}")


def _why(errors: str) -> str:
    """Return in a line what standard error ends with: the error of a traceback, or the last lines."""
    if "Traceback (most recent call last)" in errors:
        return last_error(errors)
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return one_line(" / ".join(lines[-_SHOWN:]))
