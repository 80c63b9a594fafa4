"""Sample sizes: the repetitions that a planned paired comparison needs, from the variance in a pilot run.

``python -m results.power RUN --contrast optuna-tpe:asha random:asha [--difference 2] [--json]``
"""

from results.power.command import main, parser
from results.power.data import as_data
from results.power.pilots import METRIC, POINTS, pilots
from results.power.text import as_text

__all__ = ["METRIC", "POINTS", "as_data", "as_text", "main", "parser", "pilots"]
