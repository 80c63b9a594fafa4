"""Recommendation: the best combinations for a number of workers and a budget, and those that may be.

``python -m results.recommend RUN --workers 8 --budget 2h [--top N] [--json | --csv]``
"""

from results.recommend.command import answer, main, parser
from results.recommend.data import as_data, as_frame
from results.recommend.text import as_text

__all__ = ["answer", "as_data", "as_frame", "as_text", "main", "parser"]
