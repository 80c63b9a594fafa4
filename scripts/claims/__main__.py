"""Check of the claims on the virtual engine; writes docs/claims.md.

python -m scripts.claims [NAME ...] [--repetitions 30]
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys

import scripts.claims
from scripts.claims.finding import publish


def names() -> list[str]:
    """Return the claims that have a file."""
    return sorted(m.name for m in pkgutil.iter_modules(scripts.claims.__path__) if m.name.startswith("c"))


def main() -> int:
    """Check the claims asked for; 2 for misuse."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.claims", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: all of {', '.join(names())}")
    parser.add_argument("--repetitions", type=int, default=30)
    args = parser.parse_args()
    for name in args.names or names():
        if name not in names():
            print(f"claims: unknown claim {name!r}; known: {', '.join(names())}", file=sys.stderr)
            return 2
        finding = importlib.import_module(f"scripts.claims.{name}").check(args.repetitions)
        publish(name, finding)
        print(f"{finding.title}: {finding.verdict}. {finding.sentence}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
