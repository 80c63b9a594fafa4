"""``python -m results.recommend``: print the best combinations of a run."""

import sys

from results.recommend.command import main

if __name__ == "__main__":
    sys.exit(main())
