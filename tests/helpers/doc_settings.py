"""Small settings for the commands of the documentation, and what of it is not run, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

#: The beginning of a command -> why no test runs it as it is written.
NOT_RUN = {
    "tunegrid fidelity --write": "takes half an hour, and writes a page of the repository",
    "tunegrid compatibility --probe": "runs every combination on Ray, for an hour; see tests/compatibility",
    "tunegrid parity": "takes minutes; tests/parity compares some searchers",
    "tunegrid gate --record core": "writes the baseline of the repository, for half an hour",
    "tunegrid gate --bisect": "installs versions from an index; tests/gate bisects versions of a stand-in",
    "tunegrid report runs/mine --watch": "works until Ctrl-C; tests/results/report watches a run",
    "tunegrid report runs/mine --serve": "works until Ctrl-C; tests/results/report serves a run",
    "python -m benchmarks.run --grid --engine virtual --trainables branin --searchers SEARCHERS": (
        "a record of what was measured, for half an hour"
    ),
    "tunegrid run --engine live --trainables mnist-convnet --curves runs/which/curves --recost": (
        "needs a machine that does nothing else; tests/execution measures seconds again"
    ),
    "tunegrid record lcbench-fashion": "needs a file of LCBench; tests/record reads one in its layout",
    "tunegrid run --address 10.0.0.1:6379": "needs a cluster of several nodes, which tests/cluster makes",
    "ray start": "starts a cluster that stays; tests/cluster starts one",
    "ray job": "needs Ray's dashboard",
    "ray up": "rents machines of a cloud",
    "kubectl": "needs Kubernetes",
    "sbatch": "needs Slurm",
    "tunegrid run --preset dev": "runs dozens of tasks; tests/suite/test_task_presets.py expands its grid",
    "tunegrid run --preset test": "runs dozens of tasks; tests/suite/test_task_presets.py expands its grid",
    "pip": "installs from an index, or what is installed here already",
    "pre-commit": "changes the clone that it is called in",
    "tox": "makes an environment from an index, in which these tests themselves are run",
    "pdflatex": "LaTeX is not among the requirements; tests/results/paper compiles where it is installed",
}

#: Options that make a command small; they are put behind its own, and the last one counts.
_SMALL = {
    "run": ["--trials", "4", "--epochs", "3", "--repetitions", "2", "--no-figures"],
    "constants": ["--trials", "8", "--epochs", "3"],
    "record": ["--configs", "6", "--epochs", "3", "--repetitions", "2"],
    "gate": ["--repetitions", "10"],
    "report": ["--open", "no"],
    "figures": ["--format", "png"],
}
#: Options that make it small where it does not name them itself.
_UNLESS_NAMED = {
    "run": {
        "--searchers": ["random", "optuna-tpe"],
        "--schedulers": ["fifo", "asha"],
        "--engine": ["virtual"],
    },
    "gate": {"--trainables": ["mixed-ackley"], "--schedulers": ["fifo"]},
    "figures": {"--only": ["heatmap"]},
}
#: ``python -m MODULE``: the same as a command.
MODULES = {
    "benchmarks.run": "run",
    "benchmarks.gate": "gate",
    "results.figures": "figures",
    "results.report": "report",
    "results.paper": "paper",
}


def why_not_run(words: Sequence[str]) -> str:
    """Return why no test runs a command; "" if one does."""
    line = " ".join(words)
    return next((why for start, why in NOT_RUN.items() if f"{line} ".startswith(f"{start} ")), "")


def small(name: str, words: Sequence[str]) -> list[str]:
    """Return the words of a command with small settings.

    A model from a file trains on Ray, as it is written; what names no engine and no model runs on the virtual
    clock.
    """
    added = list(_SMALL.get(name, []))
    words = [word for word in words if word != "--grid"]  # an older word for the default
    named = {word.partition("=")[0] for word in words if word.startswith("--")}
    if name == "record" and "--from-csv" in named:
        return words
    if name == "run" and named & {"--resume", "--spec"}:
        added = ["--no-figures"] if "--resume" in named else added
        return [*words, *added]
    if name == "gate" and {"--baseline", "--candidate"} <= named:
        return words
    for option, values in _UNLESS_NAMED.get(name, {}).items():
        one = option.removesuffix("s")
        own_model = option == "--engine" and named & {"--trainable", "--command", "--device"}
        if option not in named and one not in named and not own_model:
            added += [option, *values]
    if (
        name == "gate"
        and "--searcher" not in named
        and "--searchers" not in named
        and "--baseline" not in named
    ):
        added += ["--searchers", "random"]
    if name == "gate" and "--record" in named and "--out" not in named:
        added += ["--out", "."]
    return [*words, *added]
