"""A small decoder-only transformer with layer normalisation before each part, as in GPT-2."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

SPREAD = 0.02  # standard deviation of the first embeddings


class Block(nn.Module):
    """Causal self-attention and a network of one hidden layer, each added to its input."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_hidden = nn.LayerNorm(width), nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.hidden = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor) -> Tensor:
        """Return the next states, (n, length, width) as they came."""
        parts = self.queries_keys_values(self.before_attention(states)).chunk(3, dim=-1)
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        seen = scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(-2)
        states = states + self.dropout(self.joined(seen))
        following: Tensor = states + self.dropout(self.hidden(self.before_hidden(states)))
        return following


class Transformer(nn.Module):
    """Characters (n, length) to scores of each next one (n, length, symbols), length up to ``longest``."""

    def __init__(
        self, symbols: int, longest: int, width: int, depth: int, heads: int, dropout: float
    ) -> None:
        super().__init__()
        self.symbols, self.places = nn.Embedding(symbols, width), nn.Embedding(longest, width)
        for embedding in (self.symbols, self.places):
            nn.init.normal_(embedding.weight, std=SPREAD)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.Sequential(*(Block(width, heads, dropout) for _ in range(depth)))
        self.scores = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, symbols))

    def forward(self, characters: Tensor) -> Tensor:
        """Return the scores; see the class for shapes."""
        places = self.places(torch.arange(characters.shape[1], device=characters.device))
        scores: Tensor = self.scores(self.blocks(self.dropout(self.symbols(characters) + places)))
        return scores
