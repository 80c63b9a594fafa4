"""The program that installs searchers past the requirements which their libraries state."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

PROG = "python -m tunegrid.install"


@dataclass(frozen=True)
class Installation:
    """What pip is told for a library, and why it is not told the library's name alone.

    Attributes:
        reason: a sentence.
        commands: arguments of pip, one after another.
        proof: Python that can run afterwards.
    """

    reason: str
    commands: tuple[tuple[str, ...], ...]
    proof: str


INSTALLATIONS = {
    "hebo": Installation(
        "HEBO's own requirements break ray.tune (numpy below 1.25), so it is installed without them.",
        (
            ("install", "catboost==1.2.10", "disjoint-set==0.9.0", "pymoo==0.6.2", "gpytorch==1.15.2"),
            ("install", "--no-deps", "HEBO==0.3.6"),
        ),
        "import ray.tune; from hebo.optimizers.hebo import HEBO",
    ),
    "dehb": Installation(
        "dehb asks for numpy below 2, with which ray.tune cannot be imported, so it is installed without its "
        "requirements.",
        (
            ("install", "distributed==2026.8.0", "loguru==0.7.3", "ConfigSpace==1.2.2"),
            ("install", "--no-deps", "dehb==0.1.2"),
        ),
        "import ray.tune; from dehb import DEHB",
    ),
    "syne-tune": Installation(
        "Syne Tune asks for the xgboost that brings packages for GPUs, so it is installed without its "
        "requirements, and with xgboost-cpu.",
        (
            ("install", "xgboost-cpu==3.2.0", "huggingface_hub==2.4.0", "statsmodels==0.15.0"),
            ("install", "dill==0.4.1", "sortedcontainers==2.4.0", "tqdm", "psutil"),
            ("install", "--no-deps", "syne-tune==0.16.0"),
        ),
        "import ray.tune; from syne_tune.optimizer.baselines import BORE, CQR, TPE",
    ),
}


def install(name: str, dry_run: bool) -> int:
    """Run the commands of an installation with this interpreter's pip, and return the exit status."""
    chosen = INSTALLATIONS[name]
    print(chosen.reason)
    for command in chosen.commands:
        print("+ pip", shlex.join(command), flush=True)
        if not dry_run:
            status = subprocess.run([sys.executable, "-m", "pip", *command], check=False).returncode
            if status:
                print(f"pip failed with exit status {status}", file=sys.stderr)
                return status
    if dry_run:
        return 0
    print("+ python -c", shlex.quote(chosen.proof), flush=True)
    return min(
        1, subprocess.run([sys.executable, "-W", "ignore", "-c", chosen.proof], check=False).returncode
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Install what is named, and return the exit status.

    It is 0 if the library can be imported beside ray.tune, 1 if it cannot, 2 for misuse, else that of pip.
    """
    parser = argparse.ArgumentParser(
        prog=PROG,
        description="Install a searcher's library past what it requires; pip check complains afterwards.",
        epilog="  ".join(f"{name}: {one.reason}" for name, one in INSTALLATIONS.items()),
    )
    parser.add_argument("name", choices=sorted(INSTALLATIONS))
    add_dry_run(parser)
    args = parser.parse_args(arguments)
    return install(args.name, args.dry_run)


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """Add the option that only shows what would be run."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be run, and run nothing")


if __name__ == "__main__":
    sys.exit(main())
