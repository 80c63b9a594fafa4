"""Options of the Ray cluster on which experiments run."""

from __future__ import annotations

import argparse
import re

from benchmarks.suite.misuse import Misuse
from results.arguments import Options


def add_address(group: Options, what: str) -> None:
    """Add the address of a cluster; ``what`` runs there."""
    group.add_argument(
        "--address",
        default="",
        metavar="HOST:PORT",
        help=f"run {what} on the Ray cluster whose head is there; auto: that of this job or machine "
        "(default: on this machine alone; docs/cluster.md)",
    )


def add_cluster(group: Options) -> None:
    """Add the address of a cluster, and how experiments are placed there."""
    add_address(group, "experiments")
    group.add_argument(
        "--placement",
        choices=("node", "spread"),
        default="node",
        help="with --address: all trials of an experiment on one node, or on several",
    )
    group.add_argument(
        "--accelerator",
        default="",
        metavar="MODEL",
        help="with --address: GPUs of this model alone, as Ray names it, such as H100 (default: any)",
    )
    group.add_argument(
        "--storage",
        default="",
        metavar="URI",
        help="with --address: a place for checkpoints that all nodes see, such as /shared/tune or "
        "s3://bucket/tune; for models of more than about 10 MB that are spread (default: none is needed)",
    )
    group.add_argument(
        "--mixed-versions",
        action="store_true",
        help="with --address: nodes may have other versions of packages than this machine",
    )


def check_cluster_options(args: argparse.Namespace) -> None:
    """Raise Misuse for options of a cluster that make no sense together."""
    if not args.address:
        for option in ("placement", "accelerator", "storage", "mixed_versions"):
            if getattr(args, option) not in ("", "node", False):
                raise Misuse(f"--{option.replace('_', '-')} needs --address: it is about a Ray cluster")
    elif args.actor_pool == "off":
        raise Misuse("--actor-pool off runs on a cluster of its own alone; leave out --address")
    if args.storage and not re.match(r"/|[a-z][a-z0-9]*://.", args.storage):
        raise Misuse(
            f"--storage is {args.storage!r}; give an absolute path, such as /shared/tune, or a URI, such as "
            "s3://bucket/tune"
        )
