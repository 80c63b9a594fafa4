"""Maker of the tabular data that ship, from the data of two R packages: the same bytes each time.

    pip install rdata==1.1.0
    python -m scripts.make_tabular_data --library DIR

DIR is an R library that holds the packages modeldata and kernlab, such as ``/usr/lib/R/site-library`` once
Debian's ``r-cran-modeldata`` and ``r-cran-kernlab`` are installed or unpacked; R itself is not needed.
Prints the SHA-256 that ``benchmarks/trainables/_tabular_data.py`` and the data card record.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import hashlib
import lzma
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.trainables._tabular_data import FOLDER
from scripts.make_mnist_subset import pack

if TYPE_CHECKING:
    import pandas as pd

LZMA = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 26}]  # R writes the filter's output without a container


class Origin(NamedTuple):
    """Where a data set lies: R's package, the object in it, and the column that is to be predicted."""

    package: str
    name: str
    label: str
    left_out: tuple[str, ...] = ()


ORIGINS = {
    "cells": Origin("modeldata", "cells", "class", left_out=("case",)),  # the paper's own split
    "churn": Origin("modeldata", "wa_churn", "churn"),
    "jobs": Origin("modeldata", "hpc_data", "class"),
    "spam": Origin("kernlab", "spam", "type"),
}


def frame(library: Path, origin: Origin) -> pd.DataFrame:
    """Return a data set as R holds it, a category as pandas' categorical type.

    Raises:
        KeyError: if the package has no such object.
        OSError: if the package is not in the library.
    """
    import rdata

    folder = library / origin.package / "data"
    table: pd.DataFrame
    single = folder / f"{origin.name}.rda"
    if single.exists():
        table = rdata.read_rda(single)[origin.name]
        return table
    index = rdata.conversion.convert(
        rdata.parser.parse_data(gzip.decompress((folder / "Rdata.rdx").read_bytes()), extension="rds")
    )
    start, size = map(int, index["variables"][origin.name])
    packed = (folder / "Rdata.rdb").read_bytes()[start : start + size]
    table = rdata.conversion.convert(rdata.parser.parse_data(unpacked(packed), extension="rds"))
    return table


def unpacked(packed: bytes) -> bytes:
    """Return an object of R's lazy-load database: four bytes of size, one that names the method, the rest.

    Without such a byte it is zlib's (R Internals, "Serialization Formats", and ``src/main/serialize.c``).
    """
    method, content = packed[4:5], packed[5:]
    if method == b"Z":
        return lzma.decompress(content, format=lzma.FORMAT_RAW, filters=LZMA)
    if method == b"2":
        return bz2.decompress(content)
    return zlib.decompress(packed[4:])


def arrays(table: pd.DataFrame, origin: Origin) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a data set; a category is its number in R's order, what is missing NaN."""
    import pandas as pd

    labels = table[origin.label]
    columns = table.drop(columns=[origin.label, *origin.left_out])
    categorical = [isinstance(columns[name].dtype, pd.CategoricalDtype) for name in columns]
    for name, is_category in zip(columns, categorical, strict=True):
        if is_category:
            columns[name] = columns[name].cat.codes.where(columns[name].notna())
    return {
        "x": columns.to_numpy(dtype=np.float32, na_value=np.nan),
        "y": labels.cat.codes.to_numpy().astype(np.uint8),
        "columns": np.array(columns.columns, dtype=np.str_),
        "categorical": np.array(categorical),
        "classes": np.array(labels.cat.categories, dtype=np.str_),
    }


def main() -> None:
    """Write the data sets and print their checksums and sizes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", type=Path, required=True, help="R library with modeldata and kernlab")
    parser.add_argument("--out", type=Path, default=FOLDER, help="default: %(default)s")
    options = parser.parse_args()
    for name, origin in ORIGINS.items():
        found = arrays(frame(options.library, origin), origin)
        content = pack(found)
        path = options.out / f"{name}.npz"
        path.write_bytes(content)
        rows, columns = found["x"].shape
        print(f"{path}: {rows:,} x {columns}, {len(content):,} bytes")
        print(f"SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
