"""``python -m results.report``: write the report of runs."""

import sys

from results.report.command import main

if __name__ == "__main__":
    sys.exit(main())
