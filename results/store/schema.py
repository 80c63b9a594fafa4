"""Schema of the store: every column of the three tables, its type and its meaning.

All engines write these; ``pandas.read_parquet`` alone is enough to read them.  In addition, ``trials`` has
one typed column ``config/NAME`` for each hyperparameter, and ``results`` one column for each metric that the
trainable reports (``val_accuracy``, ``train_loss``, ...); ``metric_column`` names it.
"""

from __future__ import annotations

import pyarrow as pa

from results.store.fields import FIELDS

STATUSES = ("ok", "incompatible", "unavailable", "failed", "timeout", "stalled", "lost")

#: The ``table_recall`` below which a table cannot tell which of the best configurations is better.
LEAST_RECALL = 0.1

#: How a trial ended.
DECISIONS = {
    "completed": "reached its last epoch",
    "stopped": "by the scheduler, before it",
    "ended": "by itself: it reported done, or its function returned",
    "cut": "by the budget of time or of training",
    "failed": "with an error",
    "waiting": "never started",
}

#: The report in which a simulated trial tells the store, and no searcher or scheduler, its noise-free value.
NOISE_FREE = "tunegrid/noise_free"

_ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64()}

#: One row an experiment: its key and fields, and what came of it.
EXPERIMENTS: dict[str, tuple[pa.DataType, str]] = {
    "key": (pa.string(), "content key of the experiment, joins the three tables"),
    **{field.column: (_ARROW[field.type], field.meaning) for field in FIELDS},
    "status": (pa.string(), "one of " + ", ".join(STATUSES)),
    "reason": (pa.string(), "why the status is not ok; empty if it is"),
    "metric": (pa.string(), "the metric that is tuned"),
    "mode": (pa.string(), "max or min"),
    "baseline": (
        pa.float64(),
        "value of the metric that scores 0: the expected best of 8 random configurations with full training "
        "of the budget's epochs; null = unknown",
    ),
    "optimum": (
        pa.float64(),
        "value of the metric that scores 100: the best known at the budget's epochs; null = unknown",
    ),
    "random_values": (
        pa.list_(pa.float64()),
        "noise-free values of random configurations at the budget's epochs, best first, at the ranks that "
        "results.statistics.random_search.ranks gives for random_size; null = unknown",
    ),
    "random_size": (pa.int64(), "number of random configurations that random_values is from"),
    "random_seconds": (
        pa.float64(),
        "seconds of the clock that the full training of one random configuration takes on average on one "
        "worker; null = unknown",
    ),
    "training_s": (
        pa.float64(),
        "seconds of training that a full training of the task takes, of all the budget's epochs: that of the "
        "median random configuration of its curves, else of the median of the experiment's first 10 trials; "
        "null = unknown",
    ),
    "examples_val": (
        pa.int64(),
        "number of validation examples of which the metric is a share; null = unknown, or no such share",
    ),
    "table_recall": (
        pa.float64(),
        "engine virtual, curves of a recorded table: share of the best 1 % of its configurations that its "
        "model finds when they are left out; null = other curves, or unknown",
    ),
    "best": (pa.float64(), "the incumbent's metric at the end"),
    "noise_free": (
        pa.float64(),
        "the incumbent's metric without noise (see results); null = unknown; searchers never see it",
    ),
    "best_trial": (pa.string(), "the incumbent's trial_id"),
    "best_epoch": (pa.int64(), "the incumbent's epoch"),
    "test_metric": (pa.string(), "name of the test metric; empty if there is none"),
    "test": (pa.float64(), "test metric of the incumbent's model; searchers never see it"),
    "checkpoint": (pa.string(), "the incumbent's checkpoint, relative to the run folder; may be empty"),
    "trials_asked": (pa.int64(), "trials, times the factor of the searcher's budget"),
    "trials_run": (pa.int64(), "trials that were started: the sum of the next five"),
    "trials_completed": (pa.int64(), "trials that reached their last epoch"),
    "trials_stopped": (pa.int64(), "trials that the scheduler ended before their last epoch"),
    "trials_ended": (
        pa.int64(),
        "trials that ended by themselves before it (done, or the function returned)",
    ),
    "trials_cut": (pa.int64(), "trials that the budget of time or of training cut off"),
    "trials_failed": (pa.int64(), "trials that ended with an error"),
    "epochs_spent": (pa.int64(), "results, that is epochs trained, over all trials"),
    "epochs_before": (pa.int64(), "epochs that an earlier step spent (a replay's PBT step)"),
    "wall_s": (pa.float64(), "clock from the first request to the last result handled, seconds"),
    "real_s": (pa.float64(), "wall time of the same period; differs from wall_s on a virtual clock only"),
    "suggest_s": (pa.float64(), "ledger, driver: in the searcher"),
    "suggest_processor_s": (pa.float64(), "ledger, driver: processor time in the searcher"),
    "driver_processor_s": (pa.float64(), "ledger, driver: processor time without waiting for trials"),
    "decide_s": (pa.float64(), "ledger, driver: in the scheduler"),
    "ray_s": (pa.float64(), "ledger, driver: in Ray Tune's own bookkeeping"),
    "wait_s": (
        pa.float64(),
        "ledger, driver: waiting for trials; the four driver parts add up to wall_s "
        "(engine live: for trainings, wall time)",
    ),
    "train_s": (pa.float64(), "ledger, workers: training, summed over trials"),
    "idle_s": (pa.float64(), "ledger, workers: workers * wall_s - train_s"),
    "look_ahead": (pa.int64(), "trials that could be undecided at the same time"),
    "concurrency": (pa.float64(), "trials training at the same time on average: train_s / wall_s"),
    "driver_peak_mb": (pa.float64(), "peak resident memory of the experiment's process, MiB"),
    "worker_peak_mb": (pa.float64(), "peak resident memory of its largest trial process, MiB"),
    "attempts": (pa.int64(), "times that it was begun: more than once if it lost a node; null = older store"),
    "node": (pa.string(), "machine of a Ray cluster where it ran; null or empty = the run's own machine"),
    "accelerator": (pa.string(), "model of the GPU that was asked for; null or empty = any"),
    "started_at": (pa.string(), "UTC, ISO 8601"),
    "environment": (pa.string(), "key of the environment's record in provenance.json"),
    "trainable_version": (
        pa.string(),
        "hash of the trainable: its modules' source, space, metric, constants, data; null = unknown",
    ),
    "searcher_version": (pa.string(), "hash of the source of the searcher's modules; null = unknown"),
    "scheduler_version": (pa.string(), "hash of the source of the scheduler's modules; null = unknown"),
    "searcher_learns": (pa.bool_(), "whether proposals of the searcher depend on earlier results"),
    "searcher_base": (pa.bool_(), "whether it is plain random search, from which gains are counted"),
    "told": (
        pa.string(),
        "what the searcher's library was told otherwise than the fields say; empty = nothing, null = unknown",
    ),
    "known_told": (
        pa.int64(),
        "known results that the searcher learned before its first trial; 0 = its first proposals would be "
        "the same whatever they are; null = none were given",
    ),
    "epochs_trained": (
        pa.int64(),
        "engine live: epochs that were trained while this experiment waited for them; the others were known",
    ),
    "differs": (
        pa.string(),
        "engine live: how two trainings of one configuration differed; empty = not at all, null = unknown",
    ),
    "busy": (
        pa.float64(),
        "engine live: share of the machine's processors that were busy while its epochs were trained; null = "
        "unknown",
    ),
    "stretch": (
        pa.float64(),
        "engine live: seconds of its epochs over their processor seconds, as they were trained; well above 1 "
        "on the CPU, they waited for something, such as a disk, and their seconds may be too many; null = "
        "unknown",
    ),
    "recost": (
        pa.float64(),
        "engine live: factor of the seconds, from epochs measured again (--recost); null = none",
    ),
    "searcher_nested_in": (
        pa.string(),
        "the searcher whose first proposals are all of this one's; empty if none, null = unknown",
    ),
    "scheduler_trains_all": (pa.bool_(), "whether under the scheduler every trial trains to its end"),
    "packages": (pa.string(), "packages on which its results depend, separated by spaces: Ray's, its parts'"),
    "searcher_options": (
        pa.string(),
        "value of each option of the searcher, those at their defaults too, JSON; null = unknown",
    ),
    "scheduler_options": (pa.string(), "the same of the scheduler"),
}

#: One row a trial.
TRIALS: dict[str, tuple[pa.DataType, str]] = {
    "key": (pa.string(), "the experiment"),
    "trial_id": (pa.string(), "unique within the experiment"),
    "number": (pa.int64(), "0, 1, 2, ... in the order in which configurations were given"),
    "config": (pa.string(), "the trial's last configuration, JSON"),
    "status": (pa.string(), "ok, failed, or unfinished (cut or waiting)"),
    "decision": (pa.string(), "; ".join(f"{word}: {meaning}" for word, meaning in DECISIONS.items())),
    "reason": (pa.string(), "why it failed; empty if it did not"),
    "epochs": (pa.int64(), "results that it reported"),
    "best": (pa.float64(), "its best metric; null if it has no finite one"),
    "started": (pa.float64(), "clock at its first start, seconds; null if it never started"),
    "ended": (pa.float64(), "clock at its last event, seconds"),
}

#: One row a result.
RESULTS: dict[str, tuple[pa.DataType, str]] = {
    "key": (pa.string(), "the experiment"),
    "trial_id": (pa.string(), "the trial"),
    "seq": (pa.int64(), "0, 1, 2, ... over all results of the experiment, in the order of arrival"),
    "epoch": (pa.int64(), "training_iteration; after an exploit it continues from the donor's"),
    "clock": (pa.float64(), "seconds since the experiment's start, by the engine's clock"),
    "cost": (pa.float64(), "seconds that this epoch took"),
    "decision": (
        pa.string(),
        "what followed: CONTINUE, PAUSE, STOP, NOOP, or END (its last epoch, or it ended by itself)",
    ),
    "config": (pa.string(), "the configuration that trained this epoch, JSON"),
    "noise_free": (
        pa.float64(),
        "the tuned metric without noise: the mean over a table's seeds, a function without its noise; null = "
        "unknown (real training); searchers never see it",
    ),
}

#: Fields that Tune itself adds to each result; a metric of such a name would be overwritten.
TUNE_FIELDS = frozenset(
    {
        "config",
        "trial_id",
        "experiment_id",
        "experiment_tag",
        "date",
        "timestamp",
        "pid",
        "hostname",
        "node_ip",
    }
    | {"time_total_s", "time_since_restore", "iterations_since_restore", "timesteps_since_restore"}
    | {"training_iteration", "checkpoint_dir_name"}
)

#: Fields by which a trainable controls Tune; not metrics.
TUNE_SIGNALS = frozenset(
    {"done", "should_checkpoint", "time_this_iter_s", "__duplicate__"}
    | {"timesteps_this_iter", "timesteps_total", "episodes_this_iter", "episodes_total"}
)
#: Fields of a result that are not metrics of the trainable.
NO_METRICS = TUNE_FIELDS | TUNE_SIGNALS | {NOISE_FREE}

TABLES = {"experiments": EXPERIMENTS, "trials": TRIALS, "results": RESULTS}


def arrow_schema(table: str) -> pa.Schema:
    """Return the fixed columns of ``table`` ("experiments", "trials" or "results") as an Arrow schema."""
    return pa.schema([pa.field(name, kind) for name, (kind, _) in TABLES[table].items()])


def tune_name(name: str) -> str:
    """Return the name of a metric within Tune: its own, or ``metric/NAME`` if Tune would overwrite it.

    Tune overwrites ``TUNE_FIELDS``, reads ``TUNE_SIGNALS``, and puts parameters at ``config/``; what begins
    with ``metric/`` moves too, so that different names stay different.  What UTF-8 cannot hold is escaped.
    """
    name = name.encode("utf-8", "backslashreplace").decode()
    taken = name in TUNE_FIELDS or name in TUNE_SIGNALS or name.startswith(("config/", "metric/"))
    return f"metric/{name}" if taken else name


def metric_column(name: str) -> str:
    """Return the column of the results table for a metric: its own name, unless that is taken.

    A metric that is called like a column of the table or a field of Tune's, or that begins with ``config/``
    or ``metric/``, is in ``metric/NAME``.  Different names have different columns.
    """
    name = tune_name(name)
    return f"metric/{name}" if name in RESULTS else name
