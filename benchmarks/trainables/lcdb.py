"""LCDB's learning curves of twenty learners of scikit-learn on six data sets (Mohr et al., ECML PKDD 2022).

The one hyperparameter is the learner.  An epoch is a size of the training set, from 16 examples on, each
about 1.4 times the one before.  Every size is trained from scratch, so an epoch takes the seconds of that
whole training.  Each (learner, size) was trained on 20 or 25 splits; consecutive repetitions use different
ones, and a repetition the same one for all learners, until all are used.

These are six of the eight data sets with 12 sizes or more, and 16 splits or more of which no training is
missing, on which the best learner is ahead of the second by 0.3 standard deviations of a split, and ahead of
the median one by 0.03.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from ray import tune

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.constants import Constants
from benchmarks.suite.reference import Reference
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._surrogate import installed, packaged_file
from benchmarks.trainables._tested import tested_class

PACKAGE, VERSION = "lcdb", "0.1.0"
FILE, CHECKSUM = "lcdb/database-accuracy.csv", "5bf9f9388d37da47ce5e0edaf67dacfb"
CONSTANTS = Path(__file__).with_name("lcdb.toml")  # written by python -m scripts.write_lcdb_constants
#: Name -> its number at OpenML, and how many sizes it has.
DATASETS = {
    "ada": (41156, 16),
    "fried": (901, 24),
    "gina": (41158, 16),
    "jungle-chess": (41027, 24),
    "madelon": (1485, 16),
    "spambase": (44, 16),
}
#: Learner -> as the file calls it.
LEARNERS = {
    name.rpartition(".")[2]: name
    for name in (
        *("SVC_linear", "SVC_poly", "SVC_rbf", "SVC_sigmoid"),
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
        "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
        "sklearn.ensemble.ExtraTreesClassifier",
        "sklearn.ensemble.GradientBoostingClassifier",
        "sklearn.ensemble.RandomForestClassifier",
        "sklearn.linear_model.LogisticRegression",
        "sklearn.linear_model.PassiveAggressiveClassifier",
        "sklearn.linear_model.Perceptron",
        "sklearn.linear_model.RidgeClassifier",
        "sklearn.linear_model.SGDClassifier",
        "sklearn.naive_bayes.BernoulliNB",
        "sklearn.naive_bayes.MultinomialNB",
        "sklearn.neighbors.KNeighborsClassifier",
        "sklearn.neural_network.MLPClassifier",
        "sklearn.tree.DecisionTreeClassifier",
        "sklearn.tree.ExtraTreeClassifier",
    )
}
LEAST_S = 1e-4  # seconds have four digits in the file
Floats = npt.NDArray[np.float64]


class LearnerCurves(NamedTuple):
    """The curves of one data set, each of shape (learners, sizes, splits), in the order of ``LEARNERS``."""

    valid: Floats
    test: Floats
    seconds: Floats


def space() -> Mapping[str, Any]:
    """Return the choice of a learner."""
    return {"learner": tune.choice(list(LEARNERS))}


@cache
def curves_of(data: str) -> LearnerCurves:
    """Return the curves of a data set on the splits of which none is missing; a process reads them once.

    Raises:
        DataError: if the package's file is missing, or another one.
    """
    from pyarrow import compute, csv

    number, sizes = DATASETS[data]
    keys = ["outer_seed", "inner_seed", "learner", "size_train"]
    columns = csv.ConvertOptions(
        include_columns=["openmlid", *keys, "traintime", "score_valid", "score_test"]
    )
    table = csv.read_csv(packaged_file(PACKAGE, FILE, CHECKSUM), convert_options=columns)
    frame = table.filter(compute.equal(table["openmlid"], number)).to_pandas()
    splits = frame.groupby(["outer_seed", "inner_seed"])["learner"].transform("size")
    order = {name: index for index, name in enumerate(LEARNERS.values())}
    frame = frame[splits == sizes * len(LEARNERS)].assign(place=frame["learner"].map(order))
    frame = frame.sort_values(["place", "size_train", "outer_seed", "inner_seed"])
    shape = (len(LEARNERS), sizes, -1)
    valid, test, seconds = (
        frame[name].to_numpy(float).reshape(shape) for name in ("score_valid", "score_test", "traintime")
    )
    return LearnerCurves(valid, test, np.maximum(seconds, LEAST_S))


class SizeCurves(CurveModel):
    """The curves of learners on one data set in one repetition; the state is the number of epochs."""

    def __init__(self, data: str, repetition: int) -> None:
        self._data, self._repetition = data, repetition

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        curves = curves_of(self._data)
        learner = list(LEARNERS).index(config["learner"])
        split = self._repetition % curves.valid.shape[2]
        valid, test, seconds = (float(values[learner, state, split]) for values in curves)
        mean = float(curves.valid[learner, state].mean())
        metrics = {"val_accuracy": valid, "test_accuracy": test}
        return Epoch(state + 1, metrics, seconds, noise_free=mean)


def _curves(data: str) -> Callable[[Place], SizeCurves]:
    return lambda place: SizeCurves(data, place.repetition)


def _constants(data: str) -> Callable[[int | None], Constants | Reference]:
    """Return the function from a number of epochs to the reference; without the package, of all sizes."""

    def constants(epochs: int | None = None) -> Constants | Reference:
        if not installed(PACKAGE):
            return Constants(**tomllib.loads(CONSTANTS.read_text())[f"lcdb-{data}"])
        curves, last = curves_of(data), min(epochs or DATASETS[data][1], DATASETS[data][1])
        means = curves.valid[:, last - 1].mean(1)
        seconds = float(curves.seconds[:, :last].mean(2).sum(1).mean())
        return Reference.of_sample(means, float(means.max()), True, seconds)

    return constants


for _data, (_number, _sizes) in DATASETS.items():
    globals()[_data.replace("-", "_")] = trainable(
        f"lcdb-{_data}",
        f"LCDB's twenty learners on {_data}; an epoch is a size of the training set",
        space=space,
        curves=_curves(_data),
        metric="val_accuracy",
        mode="max",
        test_metric="test_accuracy",
        most_epochs=_sizes,
        constants=_constants(_data),
        requires=(PACKAGE,),
        install=f"pip install --no-deps {PACKAGE}=={VERSION}",
        source=f"LCDB (Mohr et al., 2022), MIT; trained on OpenML's data set {_number}",
        provides=frozenset({Capability.CHECKPOINTS}),
    )(tested_class(_data.title().replace("-", ""), __name__, _curves(_data), "test_accuracy"))
