"""Augmentation of images as a layer: it changes what a network sees while it trains, and nothing afterwards.

What is drawn comes from torch's global generator of the images' device, which a trial seeds for each epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


def augmentation(chosen: Mapping[str, Any]) -> nn.Module:
    """Return the layer of a configuration: ``none``, ``shift`` by ``pixels``, or ``erase`` a ``side``."""
    if chosen["name"] == "shift":
        return FlipAndShift(int(chosen["pixels"]))
    if chosen["name"] == "erase":
        return FlipAndErase(int(chosen["side"]))
    return nn.Identity()


class _Flip(nn.Module):
    """Mirrors each image with probability 1/2, left to right; images are (n, 1, side, side)."""

    def forward(self, images: Tensor) -> Tensor:
        """Return the images, changed while training."""
        return self.changed(_flipped(images)) if self.training else images

    def changed(self, images: Tensor) -> Tensor:
        """Return images that are changed further."""
        raise NotImplementedError


class FlipAndShift(_Flip):
    """Flips, and shifts each image by up to ``pixels`` in both directions; what comes in is zero."""

    def __init__(self, pixels: int) -> None:
        super().__init__()
        self.pixels = pixels

    def changed(self, images: Tensor) -> Tensor:
        """Return shifted images."""
        (n, _, side, _), most = images.shape, self.pixels
        lines = torch.arange(side, device=images.device)
        down, right = torch.randint(2 * most + 1, (2, n, 1), device=images.device) + lines
        which = torch.arange(n, device=images.device).view(n, 1, 1)
        wide = functional.pad(images[:, 0], [most] * 4)
        return wide[which, down[:, :, None], right[:, None, :]].unsqueeze(1)


class FlipAndErase(_Flip):
    """Flips, and sets a square of each image to zero: random erasing (Zhong et al. 2020), of one size."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side

    def changed(self, images: Tensor) -> Tensor:
        """Return images with a square of zeros somewhere."""
        n, _, side, _ = images.shape
        lines = torch.arange(side, device=images.device)
        begin = torch.randint(side - self.side + 1, (2, n, 1), device=images.device)
        within = (lines >= begin) & (lines < begin + self.side)
        square = within[0][:, :, None] & within[1][:, None, :]
        return images.masked_fill(square.unsqueeze(1), 0)


def _flipped(images: Tensor) -> Tensor:
    chosen = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(chosen, images.flip(3), images)
