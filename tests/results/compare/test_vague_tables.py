"""Notes on simulated tasks whose table's model does not know the best configurations."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from helpers.synthetic import make_run

from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.compare.grouping import comparisons
from results.compare.notes import vague_tables
from results.compare.run import load
from results.figures.caption import closing
from results.store.schema import LEAST_RECALL


def test_an_experiment_says_how_well_its_tables_model_knows_the_best() -> None:
    told = {
        task: virtually(Experiment(task, "random", "fifo", trials=2, epochs=2, workers=1)).row.get(
            "table_recall"
        )
        for task in ("mnist-convnet", "digits-mlp", "branin")
    }
    assert told["branin"] is None  # a function, whose curves are exact
    assert told["mnist-convnet"] < LEAST_RECALL < told["digits-mlp"]


def test_a_ranking_on_such_a_table_has_a_note_that_names_it(tmp_path: Path) -> None:
    make_run(tmp_path, 2, 2, 3)
    run = load(tmp_path)
    vague = run.of(run.experiments.assign(table_recall=0.0), run._source)
    [comparison] = comparisons(vague)
    [note] = [note for note in comparison.notes if "best 1 %" in note]
    assert "mnist-convnet" in note and "0%" in note
    assert "finds 0% of the best 1 %" in " ".join(closing(comparison))
    [sound] = comparisons(run)
    assert not any("best 1 %" in said for said in (*sound.notes, *closing(sound)))


def test_one_that_knows_them_has_no_note_and_neither_has_an_older_run() -> None:
    rows = pd.DataFrame({"trainable": ["a", "a", "b"], "table_recall": [0.5, 0.5, None]})
    assert vague_tables(rows) == vague_tables(rows.drop(columns="table_recall")) == []
