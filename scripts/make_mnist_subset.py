"""Maker of the MNIST subset that ships: balanced, disjoint, without duplicates, the same bytes each time.

    python -m scripts.make_mnist_subset --data-dir DIR

DIR holds MNIST's four original files (torchvision's root or its raw folder).  Prints the SHA-256 that
``benchmarks/trainables/_mnist.py`` and the data card record.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.trainables._mnist import SUBSET, read_full
from benchmarks.training.splits import stratified_order

SEED = 1998
CLASSES = 10
SIZES = {"train": 8_000, "val": 2_000, "test": 2_000}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that zip can hold: bytes must not depend on the clock


def distinct(images: npt.NDArray[np.uint8], seen: set[bytes]) -> npt.NDArray[np.intp]:
    """Return the indices of ``images``, shape (n, 28, 28), that are not in ``seen``, and add them to it."""
    fresh = []
    for index, image in enumerate(images):
        content = image.tobytes()
        if content not in seen:
            seen.add(content)
            fresh.append(index)
    return np.array(fresh, dtype=np.intp)


def balanced(labels: npt.NDArray[np.uint8], size: int, seed: int) -> npt.NDArray[np.int64]:
    """Return ``size`` indices, equally many a class, whose prefixes are balanced too."""
    order = stratified_order(labels, seed)
    chosen = np.concatenate([order[labels[order] == c][: size // CLASSES] for c in range(CLASSES)])
    return chosen[stratified_order(labels[chosen], seed)]


def subset(full: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.uint8]]:
    """Return train and validation images of MNIST's training files, and test images of its test files."""
    arrays: dict[str, npt.NDArray[np.uint8]] = {}
    seen: set[bytes] = set()
    for split, size in SIZES.items():
        images, labels = full[f"x_{split}"], full[f"y_{split}"]
        fresh = distinct(images, seen)
        chosen = fresh[balanced(labels[fresh], size, SEED)]
        arrays |= {f"x_{split}": images[chosen], f"y_{split}": labels[chosen]}
    return arrays


def pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return ``arrays`` as an .npz file; unlike ``numpy.savez`` without the time of day."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue()


def main() -> None:
    """Write the subset and print its checksum and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data-dir", type=Path, required=True, help="where MNIST's four original files lie")
    parser.add_argument("--out", type=Path, default=SUBSET, help="default: %(default)s")
    options = parser.parse_args()
    raw = options.data_dir / "MNIST" / "raw"
    content = pack(subset(read_full(raw if raw.is_dir() else options.data_dir)))
    options.out.write_bytes(content)
    print(f"{options.out}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
