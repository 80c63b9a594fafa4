"""The data that experiments train on, loaded once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from benchmarks.core.errors import DataError
from benchmarks.core.guard import PluginError, guarded
from benchmarks.execution import provenance
from benchmarks.execution.answers import AnswerRule, answer_by_rule, recorded_table
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES

#: (trainable, data, train_size)
DataNeeded = tuple[str, str, int]


class Loaded(dict[DataNeeded, tuple[Mapping[str, Any], str]]):
    """The arrays that trainables want, and their checksums.

    Attributes:
        failed: what could not be loaded -> why.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[DataNeeded, str] = {}


def load_data(
    experiments: Iterable[Experiment],
    data_dir: str | None,
    rule: AnswerRule = answer_by_rule,
    patience: float = 1800.0,
) -> Loaded:
    """Return the data of those experiments that have something to run.

    One trainable whose ``load`` raises, or takes longer than ``patience`` seconds, costs no other its data.

    Raises:
        DataError: if a trainable says that its data is missing or damaged, and what to do.
    """
    loaded = Loaded()
    for experiment in [e for e in experiments if rule(e) is None]:
        need = data_needed(experiment)
        if need in loaded or need in loaded.failed:
            continue
        try:
            if table := recorded_table(experiment):  # whose curves stand for training on the data
                loaded[need] = {}, table.key
            else:
                loaded[need] = guarded(partial(_data, *need, data_dir), f"load() of {need[0]}", patience)
        except DataError as error:
            loaded.failed[need] = str(error)
        except PluginError as failure:
            if isinstance(failure.__cause__, DataError):
                raise failure.__cause__ from None
            loaded.failed[need] = str(failure)
    return loaded


def _data(name: str, data: str, train_size: int, data_dir: str | None) -> tuple[Mapping[str, Any], str]:
    arrays = TRAINABLES[name].load(data, train_size, data_dir)
    return arrays, provenance.data_key(arrays)


def data_keys(loaded: Loaded) -> dict[str, str]:
    """Return the checksums of data, by the names that an environment's record has for them."""
    return {f"{name}/{data}/{size}": key for (name, data, size), (_, key) in loaded.items()}


def data_needed(experiment: Experiment) -> tuple[str, str, int]:
    return experiment.trainable, experiment.data, experiment.train_size
