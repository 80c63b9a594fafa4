"""Prices that a run is given: those of ``--prices``, else those of the spec file's ``[prices]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.suite.misuse import Misuse
from benchmarks.suite.spec_file import read
from results.prices import Prices, checked, stored


def prices_of(args: argparse.Namespace) -> Prices | None:
    """Return the prices that options or spec file give; None if they give none.

    Raises:
        Misuse: for a price that cannot be.
    """
    if args.prices is not None or args.spec is None:
        return args.prices if isinstance(args.prices, Prices) else None
    given = read(args.spec).get("prices")
    try:
        return None if given is None else checked(given)
    except ValueError as error:
        raise Misuse(f"{args.spec}: {error}") from error


def check_cost(args: argparse.Namespace, folder: Path) -> None:
    """Raise Misuse for a limit in money without prices, or for GPU hours where no GPU is used."""
    prices = prices_of(args)
    if args.max_cost is None:
        return
    if args.max_cost.unit == "money" and prices is None and stored(folder) is None:
        raise Misuse(
            f"--max-cost {args.max_cost} is an amount of money, and no prices are given: add --prices "
            "cpu=0.05,gpu=2.5, or [prices] to the spec file, or give hours, such as 40cpuh"
        )
