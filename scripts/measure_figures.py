"""Measurement of how long all figures of a run take.

    python -m scripts.measure_figures RUN [--repeats 5] [--write]

Draws the figures of a run folder, such as that of the quick grid, with the command that users have: of all
its combinations, and of those with the thirteen schedulers that the quick grid once had, in turn.
``--write`` puts the table into docs/performance.md.  It needs an idle machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results.compare.run import load
from results.machine import available_cpus
from scripts.live_runs import spread
from scripts.page_sections import write_section

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
THIRTEEN = (
    *("asha", "asha-promote", "fifo", "hb-bohb", "hyperband", "median", "one-epoch", "pb2", "pbt"),
    *("pbt-replay", "pbt-sync", "resource-changing", "sha"),
)


def drawn(run: Path, options: tuple[str, ...]) -> tuple[float, int]:
    """Return the seconds of the command that draws all figures, and the number of files."""
    with tempfile.TemporaryDirectory() as out:
        began = time.monotonic()
        command = [sys.executable, "-m", "results.figures", str(run), "--out", out, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.monotonic() - began, len(list(Path(out).iterdir()))


def table(run: Path, repeats: int) -> str:
    """Return the measured times as a table of Markdown."""
    rows = load(run).experiments
    ok = rows[rows["status"] == "ok"]
    choices = {"all": (ok, ()), "13": (ok[ok["scheduler"].isin(THIRTEEN)], ("--schedulers", *THIRTEEN))}
    seconds: dict[str, list[float]] = {name: [] for name in choices}
    files = dict.fromkeys(choices, 0)
    for _ in range(repeats):
        for name, (_, options) in choices.items():
            took, files[name] = drawn(run, options)
            seconds[name].append(took)
    lines = [
        f"| schedulers | combinations with a result | files | seconds on {available_cpus()} CPUs |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {len(some)} | {files[name]} | {spread(seconds[name])} |"
        for name, (some, _) in choices.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    args = parser.parse_args()
    text = table(args.run, args.repeats)
    print(text)
    if args.write:
        write_section(
            PAGE, "figures", f"{text}\n\nMedians of {args.repeats} runs, smallest and largest in brackets."
        )


if __name__ == "__main__":
    main()
