"""Columns of the Parquet files of curves."""

from __future__ import annotations

import pyarrow as pa

#: Of the files; a reader refuses newer ones.
VERSION = 1
CURVES, EPOCHS = "curves", "epochs"
#: Column -> its type and meaning.
CURVE_COLUMNS = {
    "key": (pa.string(), "of the curve: a hash of what follows, 20 hexadecimal digits"),
    "subject": (
        pa.string(),
        "a hash of the trainable's version, space, data, numerics and device, 16 digits",
    ),
    "repetition": (pa.int64(), "whose seeds it has"),
    "config": (pa.string(), "the configuration, canonical JSON"),
    "cpus": (pa.float64(), "processors that its training had"),
    "parent": (pa.string(), "key of the curve from whose checkpoint it goes on; empty for none"),
    "branch": (pa.int64(), "epochs of the parent behind it; its own first epoch is the next one"),
    "epochs": (pa.int64(), "rows that it has in the table of epochs"),
}
EPOCH_COLUMNS = {
    "key": (pa.string(), "of the curve"),
    "epoch": (pa.int64(), "counted from 1 in the trial"),
    "report": (pa.string(), "what the trainable reported, JSON with NaN and Infinity as Python writes them"),
    "seconds": (pa.float64(), "wall seconds of the training of this epoch"),
    "processor_seconds": (pa.float64(), "processor seconds of all threads of the training"),
    "busy": (pa.float64(), "share of the machine's processors that was busy meanwhile; NaN if unknown"),
    "failure": (pa.string(), "why this epoch failed, in one line; empty if it did not"),
    "test": (pa.string(), "test metrics of the model after this epoch, JSON; null if they were not measured"),
}
