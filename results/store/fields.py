"""Fields of an experiment: the one declaration of which everything that lists them is made.

Made of it: the options of the command line, a grid's defaults and checks, an experiment's defaults, key and
row, the columns of the store with their documentation, captions and the names of figures.  A new option is
one entry here or in ``engine_fields``, a line in ``Experiment`` and ``Grid`` for its static type, and the
code that uses it.

Columns, values and defaults make an experiment's key.  A field that was added later changes no key while it
has its default, so that older runs resume.  Hence neither ``column`` nor ``default`` of an entry may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.store.engine_fields import ENGINE_FIELDS
from results.store.field import REQUIRED, Field

#: Trials of an experiment that only its time budget limits: more than anyone will wait for.
UNBOUNDED_TRIALS = 10_000

FIELDS: tuple[Field, ...] = (
    Field(
        "trainable",
        str,
        REQUIRED,
        "what is trained",
        "tasks: models with their data, or functions",
        metavar="GLOB",
        grid="trainables",
        grid_default=("*",),
        aliases=("trainable",),
    ),
    Field(
        "searcher",
        str,
        REQUIRED,
        "search algorithm",
        "search algorithms, which propose configurations",
        metavar="GLOB",
        grid="searchers",
        grid_default=("*",),
        aliases=("searcher",),
        role="cell",
    ),
    Field(
        "scheduler",
        str,
        REQUIRED,
        "trial scheduler",
        "trial schedulers, which stop, pause or change trials",
        metavar="GLOB",
        grid="schedulers",
        grid_default=("*",),
        aliases=("scheduler",),
        role="cell",
    ),
    Field(
        "device",
        str,
        "cpu",
        "cpu or gpu",
        "where trials train; all: one experiment on each",
        choices=("cpu", "gpu", "all"),
    ),
    Field(
        "trials",
        int,
        8,
        "budget: configurations asked of the searcher",
        "configurations of an experiment; 0, or --time-budget or --budget alone: as many as fit, at most "
        f"{UNBOUNDED_TRIALS:,} (8 where the number must be known beforehand, as for a population)",
        metavar="N",
        least=1,
        most=10**6,
        slug="t",
    ),
    Field(
        "epochs",
        int,
        9,
        "budget: the most epochs of one trial",
        "the most epochs of a trial; 0 = all that each task has, 27 of one that has no end",
        metavar="N",
        least=0,
        advice="give a number of epochs, or 0 for each task's own",
        most=10**6,
        slug="e",
    ),
    Field(
        "workers",
        int,
        2,
        "trials that may train at the same time",
        "trials that train at the same time, or several such numbers, each with experiments of its own; "
        "unless given, on Ray no more than there are CPUs",
        metavar="N",
        axis=True,
        least=1,
        most=10_000,
        slug="w",
    ),
    Field(
        "repetition",
        int,
        0,
        "0, 1, 2, ...; fixes the seeds",
        "runs of each combination, each with other seeds",
        metavar="N",
        grid="repetitions",
        grid_default=1,
        least=1,
        most=10**5,
        role="cell",
    ),
    Field(
        "data",
        str,
        "subset",
        "name of the data set: subset, full, or another that the trainable has",
        "data set: subset (shipped), full, or another that the trainable has",
        metavar="NAME",
    ),
    Field(
        "train_size",
        int,
        0,
        "number of training examples, from the first on; 0 = all",
        "number of training examples, from the first on; 0 = all, as with --data or --engine virtual",
        metavar="N",
        least=0,
        most=10**9,
        advice="give a number of examples, or 0 for all",
        caption="first {} training examples",
        slug="n",
    ),
    Field(
        "gpus_per_trial",
        float,
        0.0,
        "share of a GPU for each trial; 0 on the CPU",
        "share of a GPU for each trial, or whole GPUs",
        metavar="X",
        unit="GPUs",
        grid_default=0.5,
        caption="{} GPU a trial",
        slug="g",
    ),
    Field(
        "shared_initial_points",
        int,
        0,
        "number of first configurations that are the same for every searcher",
        "number of first configurations that all searchers share; 0 = none",
        metavar="K",
        since=2,
        column="same_start",
        aliases=("same_start",),
        caption="the same {} configurations first",
        slug="s",
    ),
    Field(
        "max_failures",
        int,
        0,
        "how often a failed trial is tried again from its last checkpoint; -1 = always",
        "how often a failed trial is tried again from its last checkpoint; -1 = always",
        metavar="N",
        least=-1,
        most=10**6,
        advice="give a number of times, or -1 for always",
        since=3,
        role="condition",
        caption="trials tried again {} times",
        slug="retries",
    ),
    Field(
        "time_budget",
        float,
        0.0,
        "seconds of the clock after which the experiment was ended; 0 = no limit",
        "end an experiment after TIME on its clock, as 90s or 2h; without --trials this alone is the budget",
        metavar="TIME",
        unit="s",
        least=0,
        most=10**9,
        advice="give seconds on the clock, 0 for no limit",
        since=4,
        role="condition",
        caption="at most {} seconds",
        slug="time",
    ),
    *ENGINE_FIELDS,
    Field(
        "startup",
        str,
        "levelled",
        "random start-up trials of a model: levelled = as many for all, library = each library's own number",
        "random start-up trials of a model: levelled = as many for all; library = each library's own number",
        choices=("levelled", "library"),
        since=5,
        role="condition",
        caption="random start-up trials of the {}",
        slug="startup-",
    ),
    Field(
        "known_results",
        str,
        "",
        "content of the known results that searchers learned before their first trial, a hash; empty = none",
        "results of an earlier run (its folder) or of another tuner (CSV, Parquet), from which searchers "
        "learn before their first trial",
        metavar="FILE",
        grid="known",
        since=6,
        column="known",
        role="condition",
        caption="known results {} learned first",
        slug="known-",
    ),
    Field(
        "first_configuration",
        str,
        "",
        "configuration that every searcher began with, as JSON; empty = its own",
        "configuration that every searcher begins with: JSON, where what is missing is the middle of its "
        "domain; best: that of --known",
        metavar="JSON",
        grid="prior",
        since=6,
        column="prior",
        role="condition",
        caption="the first configuration {}",
        slug="prior-",
    ),
    Field(
        "budget",
        float,
        0.0,
        "full trainings of the task (training_s) whose seconds were spent when it was ended; 0 = no limit",
        "end an experiment when its epochs have cost the seconds of this many full trainings of the task, "
        "such as 50x; without --trials this alone is the budget",
        metavar="BUDGET",
        unit="x",
        least=0,
        most=10**6,
        advice="give a number of full trainings, such as 50x, 0 for no limit",
        since=6,
        role="condition",
        caption="at most {} full trainings",
        slug="x",
    ),
)

#: The columns that identify an experiment, in the order of the store.
COLUMNS: tuple[str, ...] = tuple(field.column for field in FIELDS)
#: What the columns that older stores lack are there: column -> value.
ADDED: Mapping[str, Any] = {field.column: field.default for field in FIELDS if field.since > 1}
#: An experiment's defaults: attribute -> value.
DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in FIELDS}
#: A grid's defaults: attribute -> value.
GRID_DEFAULTS: Mapping[str, Any] = {field.grid: field.grid_default for field in FIELDS}
