"""MNIST as numpy arrays: the subset that ships, or the full set from a folder or a download."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import os
import socket
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.core.errors import DataError
from benchmarks.training.splits import keep_first, stratified_order

__all__ = ["DataError", "load", "read_full", "read_subset"]

Arrays = dict[str, npt.NDArray[Any]]

SOURCE = "MNIST (LeCun, Cortes, Burges), CC BY-SA 3.0"
SUBSET = Path(__file__).with_name("data") / "mnist-subset.npz"
SUBSET_SHA256 = "8cee3f68b236e2ac9639c27063a043a9931e316ed7c891e3a5e23df3d5174a2a"

SPLIT_SEED = 20_240_229
VALIDATION = 5_000  # of the 60,000 training images
SUBSET_VALIDATION = 2_000  # images of the subset that ships
DOWNLOAD_TIMEOUT = 20.0  # seconds without an answer


class IdxFile(NamedTuple):
    """One of MNIST's four files: its published MD5, once unpacked, and what it holds."""

    md5: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes once unpacked: magic number, one 32-bit length a dimension, one byte a value."""
        return 4 + 4 * len(self.shape) + int(np.prod(self.shape))


FILES = {
    "train-images-idx3-ubyte": IdxFile("6bbc9ace898e44ae57da46a324031adb", (60_000, 28, 28)),
    "train-labels-idx1-ubyte": IdxFile("a25bea736e30d166cdddb491f175f624", (60_000,)),
    "t10k-images-idx3-ubyte": IdxFile("2646ac647ad5339dbf082846283269ea", (10_000, 28, 28)),
    "t10k-labels-idx1-ubyte": IdxFile("27ae3e4e09519cfbb04c329615203637", (10_000,)),
}
REMEDY = "give --data-dir DIR with MNIST's four original files, or use --data subset"


def load(data: str, train_size: int, data_dir: str | None) -> Arrays:
    """Return MNIST's splits, checked against their checksums.

    Args:
        data: "subset" (ships with the package: 8,000 / 2,000 / 2,000) or "full" (55,000 / 5,000 / 10,000).
        train_size: keep at most this many training examples, the first ones; 0 = all.
        data_dir: where the full set lies (torchvision's root or the raw folder itself); None downloads it.

    Returns:
        ``x_train``, ``x_val``, ``x_test``: uint8 images, shape (n, 28, 28), and
        ``y_train``, ``y_val``, ``y_test``: uint8 labels, shape (n,).

    Raises:
        DataError: if a file is missing, damaged or foreign.
    """
    if data == "subset":
        return keep_first(read_subset(SUBSET), train_size)
    if data != "full":
        raise DataError(f"unknown data {data!r} for MNIST; use 'subset' or 'full'")
    return keep_first(read_full(_raw_folder(data_dir)), train_size)


def read_subset(path: Path) -> Arrays:
    """Read the subset that ships with the package.

    Raises:
        DataError: if it is missing or its SHA-256 is not the recorded one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; install the package again") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SUBSET_SHA256:
        raise DataError(
            f"{path} is damaged: SHA-256 {found}, expected {SUBSET_SHA256}; install the package again"
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def read_full(folder: Path) -> Arrays:
    """Read the four original files and cut a fixed, stratified validation split off the training set.

    Raises:
        DataError: if one is missing, or its unpacked content has not the published MD5.
    """
    images, labels, test_images, test_labels = (_read_idx(folder, name) for name in FILES)
    order = stratified_order(labels, SPLIT_SEED)
    val, train = order[:VALIDATION], order[VALIDATION:]
    return {
        "x_train": images[train],
        "y_train": labels[train],
        "x_val": images[val],
        "y_val": labels[val],
        "x_test": test_images,
        "y_test": test_labels,
    }


def _read_idx(folder: Path, name: str) -> npt.NDArray[np.uint8]:
    """Return the array in ``folder/name`` or ``folder/name.gz``; what it contains is checked first."""
    file = FILES[name]
    path = next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)
    if path is None:
        raise DataError(f"no {name} or {name}.gz in {folder}; {REMEDY}")
    try:
        with path.open("rb") as raw:  # one byte more than expected shows that a file is too long
            stream = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            content = stream.read(file.size + 1)
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        packed = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        found = f"{packed} as it is, because it does not unpack ({error})"
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; {REMEDY}") from error
    if found != file.md5:
        raise DataError(
            f"{path} is damaged or not MNIST's: its content has MD5 {found}, expected {file.md5}; {REMEDY}"
        )
    header = len(content) - int(np.prod(file.shape))
    return np.frombuffer(content, np.uint8, offset=header).reshape(file.shape)


def _raw_folder(data_dir: str | None) -> Path:
    """Return the folder of the four files; without ``data_dir`` that is a cache, filled when it is empty."""
    if data_dir is None:
        cache = Path(os.environ.get("TUNEGRID_CACHE") or "~/.cache/tunegrid").expanduser()
        folder = cache / "MNIST" / "raw"
        if not all((folder / name).is_file() for name in FILES):
            _download(cache)
        return folder
    root = Path(data_dir).expanduser()
    if not root.is_dir():
        raise DataError(f"no folder {root}; {REMEDY}")
    raw = root / "MNIST" / "raw"
    return raw if raw.is_dir() else root


def _download(root: Path) -> None:
    """Download MNIST by torchvision into ``root``; its sockets get a time-out, since it sets none."""
    patience = socket.getdefaulttimeout()
    try:
        from torchvision.datasets import MNIST

        socket.setdefaulttimeout(DOWNLOAD_TIMEOUT)
        MNIST(root, download=True)
    except (ImportError, OSError, RuntimeError, http.client.HTTPException) as error:
        why = " ".join(str(error).split())
        raise DataError(f"cannot download MNIST to {root}: {why}; {REMEDY}") from error
    finally:
        socket.setdefaulttimeout(patience)
