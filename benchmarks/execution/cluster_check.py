"""The check of a run's Ray cluster, before the run leaves a trace."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks import user_files
from benchmarks.core.shipped import is_shipped
from benchmarks.execution.answers import answer_by_rule
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.misuse import Misuse


def check_address(args: argparse.Namespace, experiments: Sequence[Experiment]) -> None:
    """Join the cluster, check that it can run these experiments, and leave it.

    Raises:
        Misuse: if it cannot; says why.
    """
    others = sorted({e.engine for e in experiments if not ENGINES[e.engine].on_cluster})
    if others:
        raise Misuse(f"the engine {others[0]} runs on this machine alone; leave out --address")
    if objects := [name for name in user_files.files() if is_shipped(Path(name))]:
        raise Misuse(
            f"{Path(objects[0]).stem} is an object of this process, which does not travel to other machines; "
            "write it at the top level of a file"
        )
    to_run = [experiment for experiment in experiments if answer_by_rule(experiment) is None]
    if not to_run:
        return
    from benchmarks.engines.cluster.joined import joined
    from benchmarks.engines.cluster.preflight import check_cluster, check_storage

    with joined(args.address, args.storage) as nodes:
        check_cluster(nodes, to_run, args.placement, mixed=args.mixed_versions)
        if args.storage:
            check_storage(nodes, args.storage)
