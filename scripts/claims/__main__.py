"""Check of the claims on the virtual engine; writes docs/claims.md.

python -m scripts.claims [NAME ...] [--repetitions 30] [--list]
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import sys

import scripts.claims
from scripts.claims.claim import LEAST, Claim, number, repetitions_of
from scripts.claims.page import DOCS, REHEARSAL, write


def names() -> list[str]:
    """Return the claims that have a file, by their numbers."""
    files = [module.name for module in pkgutil.iter_modules(scripts.claims.__path__)]
    return sorted((name for name in files if re.match(r"c\d+_", name)), key=number)


def claim_of(name: str) -> Claim:
    """Return the declaration of a claim."""
    claim: Claim = importlib.import_module(f"scripts.claims.{name}").CLAIM
    return claim


def main() -> int:
    """Check the claims asked for; 2 for misuse."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.claims", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: all of {', '.join(names())}")
    parser.add_argument(
        "--repetitions",
        type=int,
        default=LEAST,
        metavar="N",
        help=f"with fewer than {LEAST} the result goes to {REHEARSAL}, not to the documentation (default: "
        f"{LEAST})",
    )
    parser.add_argument(
        "--list", action="store_true", help="show what is claimed, and the rule of each verdict"
    )
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in names()]:
        print(f"claims: unknown claim {unknown[0]!r}; known: {', '.join(names())}", file=sys.stderr)
        return 2
    if args.repetitions < 2:
        print(f"claims: --repetitions {args.repetitions}; expected 2 or more", file=sys.stderr)
        return 2
    for name in args.names or names():
        claim = claim_of(name)
        if args.list:
            print(f"{name}: {claim.title}\n  {claim.said} ({claim.place})")
            print(f"  confirmed if {claim.confirmed}\n  not confirmed if {claim.refuted}\n")
            continue
        evidence = claim.measure(repetitions_of(name, args.repetitions))
        folder = DOCS if args.repetitions >= LEAST else REHEARSAL
        verdict = write(name, claim, evidence, args.repetitions, folder)
        print(f"{claim.title}: {verdict}. {evidence.found}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
