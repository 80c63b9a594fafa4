"""The best model: the right row, the same test metric again, and errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.synthetic import make_run

from benchmarks.models import best_model, choose
from results import ResultsError, Store, load


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), 7, 5, 2)


def test_the_best_of_those_that_match_is_chosen_by_its_mode(run: Path) -> None:
    experiments = load(run).experiments
    fine = experiments[experiments["status"] == "ok"]
    assert choose(experiments, {})["best"] == fine["best"].max()
    some = choose(experiments, {"searcher": "grid", "repetition": 1})
    assert some["best"] == fine[(fine["searcher"] == "grid") & (fine["repetition"] == 1)]["best"].max()
    assert choose(experiments.assign(mode="min"), {})["best"] == fine["best"].min()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"searcher": "optuna"}, "no experiment with searcher 'optuna'; the nearest is 'optuna-tpe'"),
        ({"scheduler": "zzz"}, "no experiment with scheduler 'zzz'; there are asha, fifo"),
        ({"repetition": 7}, "no experiment with repetition 7; there are 0, 1"),
        ({"searcher": "grid", "scheduler": "hb-bohb"}, r"no matching .* is incompatible \(HyperBandForBOHB"),
        ({"searcher": "bohb", "scheduler": "hyperband"}, r"is failed \(ValueError: TuneBOHB got"),
        ({"scheduler": "fifo"}, "checkpoint .* is gone"),
    ],
)
def test_errors_name_the_nearest_that_exists(run: Path, wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(ResultsError, match=message) as error:
        best_model(run, **wanted)
    assert "\n" not in str(error.value)


def test_names_that_exist_but_never_together_get_the_nearest_combination(run: Path) -> None:
    experiments = load(run).experiments
    without = experiments[~((experiments["searcher"] == "grid") & (experiments["scheduler"] == "asha"))]
    with pytest.raises(ResultsError, match=r"the nearest is mnist-convnet, (grid x|.* x asha)"):
        choose(without, {"searcher": "grid", "scheduler": "asha"})


def test_no_checkpoint_and_several_trainables_are_refused(run: Path) -> None:
    experiments = load(run).experiments
    with pytest.raises(ResultsError, match="kept a checkpoint"):
        choose(experiments.assign(checkpoint=None), {})
    mixed = experiments.copy()
    mixed.loc[mixed["searcher"] == "grid", "trainable"] = "digits-mlp"
    with pytest.raises(ResultsError, match="train digits-mlp, mnist-convnet; choose one"):
        choose(mixed, {})
    with pytest.raises(ResultsError, match="no finished experiment"):
        choose(experiments.iloc[:0], {})


def test_a_real_model_is_rebuilt_and_tests_as_it_did_before(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.suite.registry import TRAINABLES
    from benchmarks.suite.session import Session

    spec = TRAINABLES["digits-mlp"]
    session = Session("digits-mlp", 0, "cpu", spec.load("subset", 200, None), "subset-200")

    class Bound(spec.target):  # type: ignore[name-defined, misc]
        def setup(self, config: dict[str, Any]) -> None:
            super().setup(config, session)

    config = {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-5, "decay": 0.9} | {
        "hidden": 16,
        "batch_size": 16,
        "activation": "relu",
    }
    trial = Bound(config)
    value = [trial.step()["val_accuracy"] for _ in range(4)][-1]
    (tmp_path / "run.toml").write_text("")
    folder = tmp_path / "checkpoints" / "k"
    folder.mkdir(parents=True)
    trial.save_checkpoint(str(folder))
    names = {"trainable": "digits-mlp", "searcher": "random", "scheduler": "fifo", "device": "cpu"}
    row = {"key": "k", "status": "ok", "repetition": 0, "data": "subset", "train_size": 200, "mode": "max"}
    row |= {"best": value, "best_trial": "t", "best_epoch": 2, "checkpoint": "checkpoints/k"}
    result = {"key": "k", "trial_id": "t", "seq": 0, "epoch": 2, "config": json.dumps(config)}
    Store(tmp_path).write([names | row], [], [result])

    best = best_model(tmp_path, trainable="digits-mlp")
    assert isinstance(best.model, torch.nn.Module)
    assert not best.model.training
    assert (best.test_metric, best.test) == ("test_accuracy", trial.test()["test_accuracy"])
    assert best.test > 0.5
    assert best.experiment["key"] == "k"
    (folder / "model.pt").write_bytes(b"damaged")
    with pytest.raises(ResultsError, match="cannot be loaded"):
        best_model(tmp_path)
