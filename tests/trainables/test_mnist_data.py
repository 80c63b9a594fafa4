"""MNIST and the digits as arrays: what ships, what is refused, and what the refusal says."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.core.errors import DataError
from benchmarks.trainables import _mnist, digits_mlp
from benchmarks.training.splits import stratified_order

SPLITS = ("train", "val", "test")
REAL = os.environ.get("TUNEGRID_MNIST_DIR")

Arrays = dict[str, npt.NDArray[Any]]


@pytest.fixture(scope="module")
def subset() -> Arrays:
    return _mnist.load("subset", 0, None)


def pixels(images: npt.NDArray[Any]) -> set[bytes]:
    return {image.tobytes() for image in images}


def test_subset_shapes(subset: Arrays) -> None:
    for split, size in zip(SPLITS, (8_000, 2_000, 2_000), strict=True):
        assert subset[f"x_{split}"].shape == (size, 28, 28)
        assert subset[f"y_{split}"].shape == (size,)
        assert subset[f"x_{split}"].dtype == subset[f"y_{split}"].dtype == np.uint8
        assert subset[f"x_{split}"].max() == 255


def test_subset_is_balanced_and_so_is_its_beginning(subset: Arrays) -> None:
    for split in SPLITS:
        labels = subset[f"y_{split}"]
        for size in (10, 500, len(labels)):
            assert np.bincount(labels[:size], minlength=10).tolist() == [size // 10] * 10


def test_subset_has_no_image_twice(subset: Arrays) -> None:
    assert len(set().union(*(pixels(subset[f"x_{s}"]) for s in SPLITS))) == 12_000


def test_subset_is_small_and_recorded_in_its_data_card() -> None:
    assert _mnist.SUBSET.stat().st_size < 3_000_000
    card = _mnist.SUBSET.with_name("README.md").read_text()
    assert hashlib.sha256(_mnist.SUBSET.read_bytes()).hexdigest() in card


@pytest.mark.parametrize("size", [1, 640, 8_000])
def test_train_size_keeps_the_first(subset: Arrays, size: int) -> None:
    few = _mnist.load("subset", size, None)
    assert np.array_equal(few["x_train"], subset["x_train"][:size])
    assert np.array_equal(few["y_train"], subset["y_train"][:size])
    assert len(few["y_val"]) == len(few["y_test"]) == 2_000


def test_train_size_is_a_bound(subset: Arrays) -> None:
    assert np.array_equal(_mnist.load("subset", 8_001, None)["x_train"], subset["x_train"])


def test_unknown_data() -> None:
    with pytest.raises(DataError, match="unknown data 'half'"):
        _mnist.load("half", 0, None)
    with pytest.raises(DataError, match="unknown data 'full'"):
        digits_mlp.load("full", 0, None)


@pytest.mark.parametrize("damage", ["flip", "cut", "foreign"])
def test_damaged_subset_is_refused(tmp_path: Path, damage: str) -> None:
    content = _mnist.SUBSET.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    copy = tmp_path / "copy.npz"
    copy.write_bytes({"flip": flipped, "cut": content[:-1], "foreign": b"hello"}[damage])
    with pytest.raises(DataError) as refusal:
        _mnist.read_subset(copy)
    found = hashlib.sha256(copy.read_bytes()).hexdigest()
    assert all(text in str(refusal.value) for text in (str(copy), found, _mnist.SUBSET_SHA256))


def test_missing_subset_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.npz"):
        _mnist.read_subset(tmp_path / "gone.npz")


IMAGES = "train-images-idx3-ubyte"


@pytest.mark.parametrize("layout", ["MNIST/raw", "."])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        (IMAGES, b"not MNIST"),
        (IMAGES, b""),
        (f"{IMAGES}.gz", gzip.compress(b"not MNIST", mtime=0)),
        (f"{IMAGES}.gz", gzip.compress(bytes(48_000_000), 1, mtime=0)),  # unpacks to more than MNIST's size
    ],
)
def test_foreign_file_is_refused(tmp_path: Path, layout: str, name: str, content: bytes) -> None:
    folder = tmp_path / layout
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    with pytest.raises(DataError) as refusal:
        _mnist.load("full", 0, str(tmp_path))
    message = str(refusal.value)
    assert str(folder / name) in message
    assert _mnist.FILES[IMAGES].md5 in message
    assert "--data subset" in message


ZIPPED = gzip.compress(bytes(1000), mtime=0)


@pytest.mark.parametrize("content", [b"not gzip", ZIPPED[:-9], ZIPPED[:5]])
def test_what_does_not_unpack_is_refused_with_its_own_checksum(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{IMAGES}.gz").write_bytes(content)
    with pytest.raises(DataError, match="does not unpack") as refusal:
        _mnist.load("full", 0, str(tmp_path))
    assert hashlib.md5(content, usedforsecurity=False).hexdigest() in str(refusal.value)


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"no {IMAGES} or {IMAGES}\.gz in "):
        _mnist.load("full", 0, str(tmp_path))
    with pytest.raises(DataError, match=r"no folder .*nowhere"):
        _mnist.load("full", 0, str(tmp_path / "nowhere"))


def test_failed_download_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def __init__(self, root: Path, download: bool) -> None:
            raise RuntimeError("Error downloading:\nTried one mirror")

    monkeypatch.setattr("torchvision.datasets.MNIST", Unreachable)
    monkeypatch.setenv("TUNEGRID_CACHE", str(tmp_path))
    with pytest.raises(
        DataError, match=r"cannot download MNIST to .*Tried one mirror; give --data-dir"
    ) as refusal:
        _mnist.load("full", 0, None)
    assert "\n" not in str(refusal.value)


def test_damaged_cache_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name in _mnist.FILES:
        (folder / name).write_bytes(b"half a download")
    monkeypatch.setenv("TUNEGRID_CACHE", str(tmp_path))
    with pytest.raises(DataError, match=f"{IMAGES} is damaged"):
        _mnist.load("full", 0, None)


@pytest.fixture(scope="module")
def full() -> Iterator[Arrays]:
    if REAL is None:
        pytest.skip("needs MNIST's four original files: set TUNEGRID_MNIST_DIR to their folder")
    yield _mnist.load("full", 0, REAL)


def test_full_is_split_without_overlap(full: Arrays) -> None:
    assert [len(full[f"x_{s}"]) for s in SPLITS] == [55_000, 5_000, 10_000]
    assert [len(full[f"y_{s}"]) for s in SPLITS] == [55_000, 5_000, 10_000]
    assert not pixels(full["x_train"]) & pixels(full["x_val"])
    everything = np.bincount(full["y_train"]) + np.bincount(full["y_val"])
    assert np.abs(np.bincount(full["y_val"]) - everything / 12).max() <= 1


def test_full_contains_the_subset(full: Arrays, subset: Arrays) -> None:
    for split in SPLITS:
        assert pixels(subset[f"x_{split}"]) <= pixels(full[f"x_{split}"])


def test_digits_are_stratified_and_disjoint() -> None:
    arrays = digits_mlp.load("subset", 0, None)
    assert [len(arrays[f"x_{s}"]) for s in SPLITS] == [1_077, 360, 360]
    assert len(set().union(*(pixels(arrays[f"x_{s}"]) for s in SPLITS))) == 1_797
    for split in SPLITS:
        shares = np.bincount(arrays[f"y_{split}"]) / len(arrays[f"y_{split}"])
        assert np.abs(shares - 0.1).max() < 0.01


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 2**32))
def test_every_prefix_of_a_stratified_order_is_representative(labels: list[int], seed: int) -> None:
    values = np.array(labels)
    order = stratified_order(values, seed)
    assert sorted(order.tolist()) == list(range(len(values)))
    assert np.array_equal(order, stratified_order(values, seed))
    share = np.bincount(values, minlength=5) / len(values)
    classes = len(set(labels))
    for size in range(len(values) + 1):
        counts = np.bincount(values[order[:size]], minlength=5)
        assert np.abs(counts - share * size).max() <= max(1, classes / 2)


def test_seeds_give_other_orders() -> None:
    labels = np.arange(200) % 5
    assert not np.array_equal(stratified_order(labels, 1), stratified_order(labels, 2))
