"""Installation of the searcher ``hebo``, past the requirements that HEBO states.

HEBO 0.3.6 asks for numpy below 1.25, pymoo 0.6.0 and GPy.  pip can grant that, but then ray.tune cannot be
imported: "pyarrow requires NumPy 2.0 or newer".  HEBO itself runs on numpy 2, and imports GPy only for models
that nobody asks for here.  So this installs what it needs, and HEBO without its requirements:

    pip install catboost==1.2.10 disjoint-set==0.9.0 pymoo==0.6.2 gpytorch==1.15.2
    pip install --no-deps HEBO==0.3.6

``pip check`` complains about it afterwards, rightly.  Exit status: 0 = HEBO can be imported beside ray.tune;
1 = it is installed and cannot; 2 = the command line is wrong; else what pip exited with.
"""

from __future__ import annotations

import argparse
import sys

from tunegrid.install import add_dry_run, install


def main(arguments: list[str] | None = None) -> int:
    """Run the commands with this interpreter's pip, and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_dry_run(parser)
    return install("hebo", parser.parse_args(arguments).dry_run)


if __name__ == "__main__":
    sys.exit(main())
