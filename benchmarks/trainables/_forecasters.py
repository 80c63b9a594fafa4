"""Networks that forecast a day of half-hours from the days before it and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

DAY = 48  # half-hours
CALENDAR = 4  # numbers that say when a forecast begins


def forecaster(config: Mapping[str, Any]) -> nn.Module:
    """Return the network of a configuration: (n, 48 * days + 4) inputs to (n, 48) forecasts."""
    cell, dropout = config["cell"], config["dropout"]
    if cell["name"] == "gru":
        return Recurrent(cell["width"], cell["chunk"], dropout)
    sizes = [DAY * config["days"] + CALENDAR, *[cell["width"]] * cell["layers"]]
    layers: list[nn.Module] = []
    for size, width in pairwise(sizes):
        layers += [nn.Linear(size, width), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], DAY))


class Recurrent(nn.Module):
    """A GRU that reads ``chunk`` half-hours a step; its last state and the calendar make the forecast."""

    def __init__(self, width: int, chunk: int, dropout: float) -> None:
        super().__init__()
        self.chunk = chunk
        self.cell = nn.GRU(chunk, width, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width + CALENDAR, DAY)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the forecasts; see ``forecaster`` for shapes."""
        past, calendar = inputs[:, :-CALENDAR], inputs[:, -CALENDAR:]
        states, _ = self.cell(past.reshape(len(past), -1, self.chunk))
        forecasts: Tensor = self.head(torch.cat([self.dropout(states[:, -1]), calendar], 1))
        return forecasts
