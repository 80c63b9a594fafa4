"""Writer of the data card of the shipped tables, from their cards.

python -m scripts.write_table_cards
"""

from __future__ import annotations

from typing import Any

from benchmarks.curves.recorded.table import FILES, SHIPPED, card_of
from benchmarks.suite.registry import TRAINABLES

INTRO = """# Data card: recorded learning curves

Written by `python -m scripts.write_table_cards` from each table's `card.json`.

Every curve here was trained for real, by `python -m benchmarks.record NAME`; nothing was made up and
nothing left out. The configurations are corners of the search space and scrambled Sobol points in it; every
one was trained with each seed, to the last epoch. `curves.parquet` has one row an epoch: validation loss
and accuracy, training loss, test accuracy, and whether a value was not finite (`diverged`); numbers have
five digits. `configs.parquet` has one row a configuration: as JSON, as a point of the encoded space (`x0`
...), and its weights in the model between the configurations (`w0` ...), whose other arrays are in
`model.npz`. Checksums are verified whenever a table is read.

**Seconds.** The trainers of many configurations at once are not what a user's trial would cost. So the
ordinary trainable was timed, one thread on an idle machine (`boosting-*` and `pipeline-cells`: CPU time on a
busy one), at some configurations; what an epoch costs
elsewhere is a polynomial of the encoded configuration fitted to the logarithms, and does not depend on how
many CPUs a trial has.

**Between the configurations** a Gaussian process predicts, from the encoded configuration, the principal
components of the mean curves; what it expects is kept within what the nearest configuration and its
neighbours do. The errors below are of configurations that were left out, a fifth at a time. The noise of
the seeds stays noise: a seed's whole deviation is added. The top-1 % recall is which share of the best 1 %
are among the best 1 % expected; beside it stands the recall that a single seed has for the best of the
other seeds, since much of who is best is the seeds' noise.

**What a table cannot know** is what happens when hyperparameters change on the way, as in population-based
training. A trial that goes on under another configuration keeps what it has reached and goes on at the
first epoch at which the new configuration's curve is as good; if that never is, it nears the new curve,
closing half of what is left every epoch. A schedule can then never beat the best of its parts, though in
real training it can. Weights that have diverged stay so.

**Scores.** 100 is the best mean over the seeds of any recorded configuration at the last epoch of the
budget; 0 is the expected best of 8 random configurations at that epoch, computed from the table's random
part. Below are those of all epochs.
"""


def section(name: str) -> str:
    """Return the section of one table."""
    card = card_of(SHIPPED / name)
    size = sum((SHIPPED / name / file).stat().st_size for file in FILES)
    constants, cost = TRAINABLES[name].constants, card["cost"]
    assert constants is not None, f"{name} takes its reference values from its table"
    known = constants()
    environments = sorted({_environment(e, TRAINABLES[name].requires) for e in card["environments"].values()})
    where = "; ".join(environments)
    trainers = ", ".join(f"{by}, {hours} hours" for by, hours in card["recorded_by"].items())
    random = card["configs"] - card["corners"]
    rows = {
        "Configurations": f"{card['configs']:,} ({card['corners']} corners, {random:,} random)",
        "Seeds, epochs": f"{card['seeds']}, {card['epochs']}",
        "Search space": ", ".join(f"`{key}` {domain}" for key, domain in card["space"].items()),
        "Data": f"{card['source']}; `--data {card['data']}`, checksum {card['data_key']}",
        "Trained by": f"{trainers}; {where}",
        "An epoch of a trial": f"{cost['median_seconds']:.3f} s (median of {cost['configs']} configurations; "
        f"R2 of the polynomial {cost['r2']:.2f} on those left out)",
        f"Best known {card['metric']}": f"{known.optimum:.5g}",
        "Random search": f"{known.baseline:.5g} is the expected best of {known.trials}",
        "Bytes": f"{size:,}",
    }
    lines = [f"## {name}\n", "| | |", "|---|---|", *(f"| {key} | {value} |" for key, value in rows.items())]
    return "\n".join([*lines, "", *_errors(card), ""])


def _environment(record: dict[str, Any], libraries: tuple[str, ...]) -> str:
    """Return the machine, Python and the libraries that trained."""
    versions = ", ".join(f"{library} {record[library]}" for library in libraries if record.get(library))
    return f"{record['cpu']}, Python {record['python']}, {versions}"


def _errors(card: dict[str, Any]) -> list[str]:
    errors = card["errors"]
    lines = [f"| {card['metric']} of configurations left out, epoch | R2 | Spearman |", "|---|---|---|"]
    lines += [f"| {epoch} | {e['r2']:.3f} | {e['spearman']:.3f} |" for epoch, e in errors["by_epoch"].items()]
    recall = f"{errors['top_1_percent_recall']:.0%} of the best {errors['top']}"
    return [
        *lines,
        f"\nTop-1 % recall at the last epoch: {recall}; of one seed {errors['recall_of_one_seed']:.0%}.",
    ]


def text() -> str:
    """Return the data card."""
    names = sorted(path.parent.name for path in SHIPPED.glob("*/card.json"))
    return "\n".join([INTRO, *map(section, names)])


if __name__ == "__main__":
    (SHIPPED / "README.md").write_text(text())
