"""``python -m results.power``: print how many repetitions a planned comparison needs."""

import sys

from results.power.command import main

if __name__ == "__main__":
    sys.exit(main())
