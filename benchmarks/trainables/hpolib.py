"""HPOLib's tables of a two-layer network on four regression data sets."""

from __future__ import annotations

from benchmarks.trainables._tabular import tasks

DATASETS = ("naval_propulsion", "parkinsons_telemonitoring", "protein_structure", "slice_localization")
VALUES: dict[str, int | tuple[str, ...]] = {
    "activation_fn_1": ("relu", "tanh"),
    "activation_fn_2": ("relu", "tanh"),
    "batch_size": 4,
    "dropout_1": 3,
    "dropout_2": 3,
    "init_lr": 6,
    "lr_schedule": ("cosine", "const"),
    "n_units_1": 6,
    "n_units_2": 6,
}

globals().update(
    tasks("HPOLib", DATASETS, VALUES, "HPOLib (Klein and Hutter, arXiv 1905.04970), BSD-3-Clause")
)
