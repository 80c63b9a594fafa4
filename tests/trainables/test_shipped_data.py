"""The data of the tasks on clothes, text and electricity: what ships, its splits, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from benchmarks.core.errors import DataError
from benchmarks.trainables import char_transformer, fashion_convnet, load_forecast
from benchmarks.trainables._packed import FOLDER, Arrays, Packed

SPLITS = ("train", "val", "test")
CARDS = {
    fashion_convnet.DATA: "fashion-subset.md",
    char_transformer.DATA: "english-text.md",
    load_forecast.DATA: "load-series.md",
}

each = pytest.mark.parametrize("data", CARDS, ids=lambda data: data.name)


@pytest.fixture(scope="module")
def images() -> Arrays:
    return fashion_convnet.load("subset", 0, None)


@pytest.fixture(scope="module")
def text() -> Arrays:
    return char_transformer.load("subset", 0, None)


@each
def test_data_are_small_and_recorded_in_their_card(data: Packed) -> None:
    assert data.path.stat().st_size < 2_000_000
    assert hashlib.sha256(data.path.read_bytes()).hexdigest() == data.sha256
    card = (FOLDER / CARDS[data]).read_text()
    assert data.sha256 in card
    assert f"{data.path.stat().st_size:,} bytes" in card


@each
def test_damaged_data_are_refused_by_both_checksums(data: Packed, tmp_path: Path) -> None:
    content = bytearray(data.path.read_bytes())
    content[len(content) // 2] ^= 1
    copy = tmp_path / "copy.npz"
    copy.write_bytes(content)
    with pytest.raises(DataError) as refusal:
        data.read(copy)
    found = hashlib.sha256(content).hexdigest()
    assert all(word in str(refusal.value) for word in (str(copy), found, data.sha256))


@each
def test_missing_data_are_named(data: Packed, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.npz: No such file"):
        data.read(tmp_path / "gone.npz")


@pytest.mark.parametrize("module", [fashion_convnet, char_transformer, load_forecast])
def test_other_data_are_refused(module: object) -> None:
    with pytest.raises(DataError, match="unknown data 'full'"):
        module.load("full", 0, None)  # type: ignore[attr-defined]


def test_images_have_their_shapes(images: Arrays) -> None:
    for split, size in zip(SPLITS, (2_000, 1_000, 1_000), strict=True):
        assert images[f"x_{split}"].shape == (size, 28, 28)
        assert images[f"y_{split}"].shape == (size,)
        assert images[f"x_{split}"].dtype == images[f"y_{split}"].dtype == np.uint8
    assert len(images["x_val"]) == fashion_convnet.VALIDATION


def test_images_are_balanced_from_the_beginning(images: Arrays) -> None:
    for split in SPLITS:
        labels = images[f"y_{split}"]
        for size in (10, 500, len(labels)):
            assert np.bincount(labels[:size], minlength=10).tolist() == [size // 10] * 10


def test_no_image_comes_twice(images: Arrays) -> None:
    assert len({image.tobytes() for split in SPLITS for image in images[f"x_{split}"]}) == 4_000


def test_train_size_keeps_the_first_images(images: Arrays) -> None:
    few = fashion_convnet.load("subset", 64, None)
    assert np.array_equal(few["x_train"], images["x_train"][:64])
    assert len(few["y_train"]) == 64
    assert len(few["x_val"]) == 1_000


def test_images_vary_by_one_deviation(images: Arrays) -> None:
    scaled = fashion_convnet.FashionConvNet.inputs(images["x_train"])
    assert scaled.shape == (2_000, 1, 28, 28)
    assert float(scaled.std()) == pytest.approx(1, abs=0.02)


def test_text_is_in_its_alphabet_and_splits(text: Arrays) -> None:
    assert [len(text[split]) for split in SPLITS] == [758_614, 98_744, 92_123]
    assert len(text["alphabet"]) == char_transformer.SYMBOLS
    for split in SPLITS:
        assert text[split].dtype == np.uint8
        assert text[split].max() < char_transformer.SYMBOLS
    assert set(text["train"].tolist()) == set(range(char_transformer.SYMBOLS))


def written(text: Arrays, split: str) -> str:
    return bytes(text["alphabet"][text[split]]).decode("ascii")


def test_text_reads_as_english(text: Arrays) -> None:
    assert written(text, "train").startswith("The book of the generation of Jesus Christ, the son of David")
    assert written(text, "val").startswith("And seeing the multitudes, he went up into a mountain")


def test_splits_of_the_text_share_but_formulas(text: Arrays) -> None:
    verses = {split: {v for v in written(text, split).split("\n") if len(v) > 80} for split in SPLITS}
    for split in ("val", "test"):
        assert len(verses[split]) > 500
        # The epistles begin and end alike, and the Gospels tell some things in the same words.
        assert len(verses[split] & verses["train"]) < 0.01 * len(verses[split])


def test_forecasts_lie_within_their_splits_which_are_disjoint() -> None:
    targets = {
        split: {int(hour) for begin in load_forecast.origins(split) for hour in range(begin, begin + 48)}
        for split in SPLITS
    }
    for split, (first, end) in load_forecast.SPLITS.items():
        assert min(targets[split]) == first
        assert end - load_forecast.APART <= max(targets[split]) < end
    assert not targets["train"] & targets["val"]
    assert not targets["val"] & targets["test"]
    assert not targets["train"] & targets["test"]
    assert min(targets["train"]) >= load_forecast.WEEK  # so that the longest window is known


def test_load_is_a_year_of_positive_shares() -> None:
    series = load_forecast.load("subset", 0, None)["x_load"]
    assert series.shape == (366 * 48,)
    assert series.dtype == np.float32
    assert 0 < series.min() < series.max() < 1
    assert load_forecast.SPLITS["test"][1] == len(series)


def test_naive_forecast_of_a_periodic_series_is_exact() -> None:
    hours = np.arange(366 * 48)
    daily = np.sin(2 * np.pi * hours / 48)
    assert load_forecast.naive(daily, "val", load_forecast.DAY) == pytest.approx(0, abs=1e-9)
    assert load_forecast.naive(hours / 48, "val", load_forecast.DAY) == pytest.approx(100)
