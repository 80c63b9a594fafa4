"""Tables that something else has written: every command that reads a run answers, or says why not."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fuzzing import ODDITIES, TAKEN, answer, inputs, strange
from helpers.synthetic import make_run
from hypothesis import given
from hypothesis import strategies as st

from results import figures, pairing, power, recommend
from results.report.command import main as report
from results.store.schema import TABLES

COLUMNS = [(table, column) for table, columns in TABLES.items() for column in columns]
COLUMNS += [("trials", "config/lr"), ("results", "val_accuracy")]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder without seals, as older versions wrote them."""
    folder = make_run(tmp_path_factory.mktemp("made") / "run", 3, 3, 2, trials=3, epochs=4)
    for path in folder.glob("*/*.parquet"):
        pq.write_table(pq.ParquetFile(path).read().replace_schema_metadata(None), path)
    return folder


@pytest.mark.slow
@inputs("a run folder that something else wrote, read by every command", 6)
@given(where=st.sampled_from(COLUMNS), oddity=st.sampled_from(ODDITIES))
def test_commands_answer_or_say_why_not(
    foreign: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    where: tuple[str, str],
    oddity: str,
) -> str:
    run = tmp_path / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(foreign, run)
    table, column = where
    strange(min((run / table).glob("*.parquet")), column, oddity)
    tables = importlib.import_module("results.tables.__main__").main
    answer(report, [run, "--open", "no"], capsys)
    answer(tables, [run], capsys)
    answer(recommend.main, [run, "--workers", 2, "--budget", "10e"], capsys)
    answer(power.main, [run, "--contrast", "random:fifo", "random:asha"], capsys)
    answer(pairing.main, [run], capsys)
    answer(figures.main, [run, "--only", "gantt", "--format", "png"], capsys)
    return TAKEN
