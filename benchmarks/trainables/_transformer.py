"""A small decoder-only transformer: normalisation before each part, as in GPT-2, and rotary positions."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

SPREAD = 0.02  # standard deviation of the first embeddings
SLOWEST = 10_000  # places, about, of the slowest turn


class Turned(nn.Module):
    """Rotary positions (Su et al. 2021): queries and keys are turned by angles that grow with their place.

    So attention depends on distances; a network as small as this learns from it several times as fast as
    from an embedding of each place.
    """

    cosines: Tensor
    sines: Tensor

    def __init__(self, longest: int, size: int) -> None:
        super().__init__()
        turns = SLOWEST ** -(torch.arange(size // 2) / (size // 2))
        angles = torch.arange(longest)[:, None] * turns
        self.register_buffer("cosines", angles.cos(), persistent=False)
        self.register_buffer("sines", angles.sin(), persistent=False)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return vectors, shape (..., length, size), turned."""
        cosines, sines = (part[: vectors.shape[-2]] for part in (self.cosines, self.sines))
        x, y = vectors.chunk(2, dim=-1)
        return torch.cat([x * cosines - y * sines, x * sines + y * cosines], -1)


class AttentionBlock(nn.Module):
    """Causal self-attention and a network of one hidden layer, each added to its input."""

    def __init__(self, longest: int, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.turned = heads, Turned(longest, width // heads)
        self.before_attention, self.before_hidden = nn.LayerNorm(width), nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.hidden = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor) -> Tensor:
        """Return the next states, (n, length, width) as they came."""
        parts = self.queries_keys_values(self.before_attention(states)).chunk(3, dim=-1)
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        q, k = self.turned(q), self.turned(k)
        seen = scaled_dot_product_attention(q, k, v, is_causal=True)
        states = states + self.dropout(self.joined(seen.transpose(1, 2).flatten(-2)))
        following: Tensor = states + self.dropout(self.hidden(self.before_hidden(states)))
        return following


class Transformer(nn.Module):
    """Characters (n, length) to scores of each next one (n, length, symbols), length up to ``longest``."""

    def __init__(
        self, symbols: int, longest: int, width: int, depth: int, heads: int, dropout: float
    ) -> None:
        super().__init__()
        self.symbols = nn.Embedding(symbols, width)
        nn.init.normal_(self.symbols.weight, std=SPREAD)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.Sequential(*(AttentionBlock(longest, width, heads, dropout) for _ in range(depth)))
        self.scores = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, symbols))

    def forward(self, characters: Tensor) -> Tensor:
        """Return the scores; see the class for shapes."""
        scores: Tensor = self.scores(self.blocks(self.dropout(self.symbols(characters))))
        return scores
