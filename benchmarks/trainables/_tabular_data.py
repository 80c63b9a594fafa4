"""Tabular classification data that ship: reading, checking, and a fixed, stratified split.

The data card, ``data/README.md``, says where they come from and under which licences.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.core.errors import DataError
from benchmarks.training.splits import keep_first, stratified_order

Arrays = dict[str, npt.NDArray[Any]]

FOLDER = Path(__file__).with_name("data")
SPLIT_SEED = 1936
PARTS = 5  # one is for the test, one for validation, three are for training


class TabularData(NamedTuple):
    """A data set that ships, as the checksum of its file, its size, and its origin with the licence."""

    sha256: str
    rows: int
    source: str

    @property
    def examples_val(self) -> int:
        """The number of validation examples, and of test examples."""
        return self.rows // PARTS


TABLES = {
    "cells": TabularData(
        "c1a328c49fc835b02b6767e3c028ebddfb9e2c6135bf1a11e8d2be7d31eb0efa",
        2_019,
        "cell body segmentation (Hill, LaPan, Li and Haney, BMC Bioinformatics 8:340, 2007), CC BY 2.0",
    ),
    "churn": TabularData(
        "7ec907928e2ffa022db9dedc040b5a8bc46e1007c321fb2692e89c672a0307f5",
        7_043,
        "IBM's made-up telephone customers (Telco Customer Churn), Apache-2.0",
    ),
    "jobs": TabularData(
        "28ac4fe159b292235dbd87cdff663529bc388ca340d5d842df7c8a2738956423",
        4_331,
        "jobs of a computing cluster (Kuhn and Johnson, Applied Predictive Modeling, 2013), MIT",
    ),
    "spam": TabularData(
        "181fe52345ebebc3a941de3a93ebbef32245a0f444636a51d63fd73df8131182",
        4_601,
        "UCI's Spambase (Hopkins, Reeber, Forman and Suermondt, 1999), CC BY 4.0",
    ),
}


def loader(name: str) -> Callable[[str, int, str | None], Arrays]:
    """Return the ``load`` of a trainable on a data set."""
    return partial(load, name)


def load(name: str, data: str, train_size: int, data_dir: str | None) -> Arrays:
    """Return a data set in a fixed, stratified split: three fifths, a fifth and a fifth.

    Returns:
        ``x_train``, ``x_val``, ``x_test``: float32, shape (n, columns), a category as its number, what is
        missing as NaN; ``y_train``, ``y_val``, ``y_test``: uint8 labels 0, 1, ..., shape (n,);
        ``categorical``: shape (columns,), whether a column holds categories.

    Raises:
        DataError: if ``data`` is not "subset", or the file is missing or damaged.
    """
    if data != "subset":
        raise DataError(f"unknown data {data!r} for {name}; they ship whole, as 'subset'")
    table = read_table(FOLDER / f"{name}.npz", TABLES[name].sha256)
    size = TABLES[name].examples_val
    order = stratified_order(table["y"], SPLIT_SEED)
    arrays = {"categorical": table["categorical"]}
    for split, chosen in zip(("test", "val", "train"), np.split(order, [size, 2 * size]), strict=True):
        arrays |= {f"x_{split}": table["x"][chosen], f"y_{split}": table["y"][chosen]}
    return keep_first(arrays, train_size)


def read_table(path: Path, sha256: str) -> Arrays:
    """Return the arrays of a file: ``x``, ``y``, ``columns``, ``categorical``, ``classes``.

    Raises:
        DataError: if it is missing or has another checksum.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; install the package again") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DataError(f"{path} is damaged: SHA-256 {found}, expected {sha256}; install the package again")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
