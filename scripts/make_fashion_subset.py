"""Maker of the Fashion-MNIST subset that ships: balanced, disjoint, without duplicates, the same each time.

    apt-get download dataset-fashion-mnist && dpkg -x dataset-fashion-mnist_*.deb DEB
    python -m scripts.make_fashion_subset --data-dir DEB/usr/share/datasets/fashion-mnist

DIR holds the four original files.  Training and validation images come from the training files, test images
from the test files.  Prints the SHA-256 that ``benchmarks/trainables/fashion_convnet.py`` and the data card
record.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.trainables.fashion_convnet import DATA
from scripts.make_mnist_subset import balanced, distinct, pack

#: The SHA-256 of each file's content, once unpacked.
FILES = {
    "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
SEED = 2017
SIZES = {"train": 2_000, "val": 1_000, "test": 1_000}


def original(folder: Path, name: str) -> npt.NDArray[np.uint8]:
    """Return the array in one of the four files, whose content is checked first."""
    content = gzip.decompress((folder / name).read_bytes())
    found = hashlib.sha256(content).hexdigest()
    if found != FILES[name]:
        raise SystemExit(f"{folder / name}: its content has SHA-256 {found}, expected {FILES[name]}")
    dimensions = content[3]
    shape = np.frombuffer(content, ">i4", dimensions, offset=4).tolist()
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def subset(folder: Path) -> dict[str, npt.NDArray[np.uint8]]:
    """Return the images and labels of each split."""
    train_images, train_labels, test_images, test_labels = (original(folder, name) for name in FILES)
    arrays: dict[str, npt.NDArray[np.uint8]] = {}
    seen: set[bytes] = set()
    for split, size in SIZES.items():
        images, labels = (test_images, test_labels) if split == "test" else (train_images, train_labels)
        half = len(images) // 2  # the first half trains, the second validates
        part = {"train": slice(half), "val": slice(half, None), "test": slice(None)}[split]
        fresh = np.arange(len(images))[part][distinct(images[part], seen)]
        chosen = fresh[balanced(labels[fresh], size, SEED)]
        arrays |= {f"x_{split}": images[chosen], f"y_{split}": labels[chosen]}
    return arrays


def main() -> None:
    """Write the subset and print its checksum and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data-dir", type=Path, required=True, help="where the four original files lie")
    parser.add_argument("--out", type=Path, default=DATA.path, help="default: %(default)s")
    options = parser.parse_args()
    content = pack(subset(options.data_dir))
    options.out.write_bytes(content)
    print(f"{options.out}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
