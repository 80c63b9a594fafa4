"""Files of the store that something else has written: every command answers, or says in one line why not."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "results"))  # where made-up runs are made
