"""``python -m results.figures``"""

import sys

from results.figures import main

if __name__ == "__main__":
    sys.exit(main())
