"""Measurement of the seconds in which commands answer that only show something: the help, the list of parts.

    python -m scripts.measure_commands [--runs 5]

Each command runs once to warm the machine's caches, then as often as is asked, in turn with the others.  Its
seconds on the processor say what an idle machine would need, where the machine is busy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

#: Command -> the most seconds that it may take on an idle, warm machine.
COMMANDS = {"--help": 0.5, "--version": 0.5, "run --help": 2.0, "list": 2.0, "list --json": 2.0}


def seconds_of(words: str) -> tuple[float, float]:
    """Run ``tunegrid`` with these words; return its seconds on the clock and on the processor."""
    before, began = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "tunegrid", *words.split()]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    clock, after = time.perf_counter() - began, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return clock, used


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of the commands with their medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="of each command (default: 5)")
    runs = parser.parse_args(arguments).runs
    for words in COMMANDS:
        seconds_of(words)
    rounds = [{words: seconds_of(words) for words in COMMANDS} for _ in range(runs)]
    print("| command | s | s on the processor | at most |\n|---|---|---|---|")
    for words, most in COMMANDS.items():
        clock, processor = (statistics.median(each[words][i] for each in rounds) for i in (0, 1))
        print(f"| `tunegrid {words}` | {clock:.2f} | {processor:.2f} | {most:g} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
