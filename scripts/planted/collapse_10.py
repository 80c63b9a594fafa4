"""Searchers that collapse in 10 % of the repetitions."""

from __future__ import annotations

from scripts.planted.collapsing import collapse_in

collapse_in(0.1)
