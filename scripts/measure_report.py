"""Measurement of the report of 5,000 experiments: seconds to open in Chromium, and size.

    python -m scripts.measure_report [--experiments 5000] [--repeats 5]

From the request for the file to the end of the page's script, on a new blank page each time.  Prints a
Markdown table: megabytes and seconds, the median with the smallest and the largest in brackets.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from results.report.__main__ import main as report
from scripts.measure_analysis import make
from tests.helpers.browser import MISSING, READY, Browser, chromium

RESULTS = 200  # of each experiment


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--experiments", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if MISSING:
        parser.error(MISSING)
    with tempfile.TemporaryDirectory() as private:
        folder, page = Path(private) / "made", Path(private) / "report.html"
        make(folder, options.experiments, RESULTS)
        report([str(folder), "--out", str(page), "--open", "no"])
        with chromium() as browser:
            seconds = sorted(_opened(browser, page) for _ in range(options.repeats))
        size = page.stat().st_size / 1e6
    print("| experiments | megabytes | seconds to open |\n|---|---|---|")
    spread = f"{statistics.median(seconds):.1f} ({seconds[0]:.1f} to {seconds[-1]:.1f})"
    print(f"| {options.experiments:,} | {size:.1f} | {spread} |")


def _opened(browser: Browser, page: Path) -> float:
    """Return the seconds that it takes to open a page."""
    browser.get("about:blank")
    begun = time.perf_counter()
    browser.get(page.as_uri())
    browser.wait(READY)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
