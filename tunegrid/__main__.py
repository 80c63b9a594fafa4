"""The command ``tunegrid``: one name for all commands of the suite."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple


class Command(NamedTuple):
    """A command: the module with its ``main``, words that are put before the user's, a summary."""

    module: str
    words: tuple[str, ...]
    summary: str


#: In the order in which they are used.
COMMANDS = {
    "run": Command("benchmarks.run", ("--grid",), "run a grid of experiments"),
    "list": Command("benchmarks.run", ("--list",), "show what is registered and what can be combined"),
    "figures": Command("results.figures", (), "draw the figures of a run"),
    "report": Command("results.report", (), "write a run's report, one HTML file"),
    "tables": Command("results.tables.__main__", (), "write a run's tables"),
    "recommend": Command("results.recommend", (), "rank the combinations at a budget"),
    "power": Command("results.power", (), "plan how many repetitions a comparison needs"),
    "pairing": Command("results.pairing", (), "say how much variance shared seeds remove"),
    "gate": Command("benchmarks.gate.__main__", (), "decide whether a change made tuning worse"),
    "compatibility": Command(
        "benchmarks.compatibility.__main__", (), "run every combination; compare with the rules"
    ),
    "fidelity": Command("benchmarks.fidelity.__main__", (), "compare the virtual engine with real Ray"),
    "record": Command("benchmarks.record.__main__", (), "record learning curves for a table"),
    "paper": Command("results.paper.__main__", (), "rebuild a paper's figures, tables and numbers"),
}


def usage() -> str:
    """Return the text of ``tunegrid --help``."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "usage: tunegrid COMMAND [OPTIONS]",
            "",
            "Every search algorithm with every trial scheduler of Ray Tune, benchmarked on fixed trainables.",
            "",
            *lines,
            "",
            "tunegrid COMMAND --help explains a command; tunegrid --version prints the version.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; 2 for misuse."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    if words[0] == "--version":
        from tunegrid import __version__

        print(f"tunegrid {__version__}")
        return 0
    name, *rest = words
    if name not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose {', '.join(COMMANDS)}"
        print(f"tunegrid: unknown command {name!r}; {hint}", file=sys.stderr)
        return 2
    return _run(COMMANDS[name], rest)


def _run(command: Command, words: Sequence[str]) -> int:
    from tunegrid.import_path import ShadowedError, use_own_packages

    try:
        use_own_packages()
    except ShadowedError as error:
        print(f"tunegrid: {error}", file=sys.stderr)
        return 2
    carry_out = import_module(command.module).main
    code: int = carry_out([*command.words, *words])
    return code


if __name__ == "__main__":
    sys.exit(main())
