"""``python -m results.figures``: draw the figures of runs."""

from __future__ import annotations

import sys

from results.figures import main

if __name__ == "__main__":
    sys.exit(main())
