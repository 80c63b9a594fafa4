"""Types, and the confidence level, that all of ``results`` shares."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mode = Literal["min", "max"]
Axis = Literal["epochs", "clock", "trials", "trainings"]
LEVEL = 0.95
