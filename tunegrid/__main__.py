"""The command ``tunegrid``: one name for all commands of the suite."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from tunegrid.commands import ORDER, command

COMPLETION = "--print-completion"


def usage() -> str:
    """Return the text of ``tunegrid --help``."""
    width = max(map(len, ORDER))
    return "\n".join(
        [
            "usage: tunegrid COMMAND [OPTIONS]",
            "",
            "Every search algorithm with every trial scheduler of Ray Tune, benchmarked on fixed trainables.",
            "",
            "commands:",
            *(f"  {name:<{width}}  {command(name).summary}" for name in ORDER),
            "",
            "options:",
            f"  {'-h, --help':<{width}}  show this; tunegrid COMMAND --help explains a command",
            f"  {'--version':<{width}}  print the version",
            f"  {COMPLETION} SHELL",
            f"  {'':<{width}}  print tab completion for bash, zsh or tcsh (needs shtab: pip install "
            "'tunegrid[completion]')",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; 2 for misuse."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["help"] and len(words) > 1:
        words = [words[1], "--help"]
    if not words or words[0] in ("-h", "--help", "help"):
        _say(usage(), sys.stdout if words else sys.stderr)
        return 0 if words else 2
    if words[0] == "--version":
        from tunegrid import __version__

        _say(f"tunegrid {__version__}", sys.stdout)
        return 0
    return _run(*words)


def _run(name: str, *words: str) -> int:
    """Run the command of that name."""
    if name not in (*ORDER, COMPLETION):
        import difflib

        near = difflib.get_close_matches(name, ORDER, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose {', '.join(ORDER)}"
        return _misuse(f"unknown command {name!r}; {hint}")
    from tunegrid.import_path import ShadowedError, use_own_packages

    try:
        use_own_packages()
    except ShadowedError as error:
        return _misuse(str(error))
    if name == COMPLETION:
        from tunegrid.completion import main as print_completion

        return print_completion(words, f"tunegrid {COMPLETION}")
    return command(name).run(words)


def _misuse(message: str) -> int:
    _say(f"tunegrid: {message}", sys.stderr)
    return 2


def _say(text: str, stream: TextIO) -> None:
    """Print a text; that its reader has left is no error."""
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # Python writes the rest when it ends


if __name__ == "__main__":
    sys.exit(main())
