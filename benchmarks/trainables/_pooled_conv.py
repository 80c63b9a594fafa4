"""Convolution and max-pooling in one step, several times as fast as torch's two on a CPU."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class PooledConv(nn.Conv2d):
    """``nn.Conv2d(1, channels, kernel)`` followed by ``nn.MaxPool2d(pool)``, with the same parameters.

    A pooled output sees one window of ``kernel + pool - 1`` pixels a side, and is the largest of ``pool**2``
    filter responses in it.  Each response is a product of the window with the kernel, shifted and padded
    with zeros; so all of them are one matrix product, and so is the gradient.  Input (n, 1, side, side),
    output (n, channels, g, g) with g = (side - kernel + 1) // pool.

    Where several responses of a window are equally large, they share the gradient; MaxPool2d gives it to one.
    """

    shifted: Tensor

    def __init__(self, channels: int, kernel: int, pool: int) -> None:
        super().__init__(1, channels, kernel)
        self.pool, self.window = pool, kernel + pool - 1
        shifted = torch.zeros(kernel, kernel, pool, pool, self.window, self.window)
        for row in range(pool):
            for column in range(pool):
                for i in range(kernel):
                    for j in range(kernel):
                        shifted[i, j, row, column, row + i, column + j] = 1
        self.register_buffer("shifted", shifted.view(kernel**2, -1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Return the pooled responses; see the class for shapes."""
        windows = images[:, 0].unfold(1, self.window, self.pool).unfold(2, self.window, self.pool)
        n, g = windows.shape[:2]
        # The images come last, so that the loops inside run over long contiguous rows.
        columns = windows.permute(3, 4, 1, 2, 0).reshape(self.window**2, -1)
        kernels = (self.weight.view(self.out_channels, -1) @ self.shifted).view(-1, self.window**2)
        responses: Tensor = _LargestResponse.apply(kernels, columns, self.pool**2)[0]
        assert self.bias is not None
        pooled = responses + self.bias[:, None]
        return pooled.view(self.out_channels, g, g, n).permute(3, 0, 1, 2)


class _LargestResponse(torch.autograd.Function):
    """(channels * shifts, pixels) kernels x (pixels, m) columns -> the largest over shifts, (channels, m).

    By hand, because the gradient of torch's ``amax`` counts ties in 64-bit integers, and that of ``max``
    keeps indices; either takes longer than the products.  What the gradient needs is returned too, so that
    ``torch.vmap`` can see it.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(kernels: Tensor, columns: Tensor, shifts: int) -> tuple[Tensor, Tensor, Tensor]:
        responses = (kernels @ columns).view(-1, shifts, columns.shape[1])
        largest = responses.amax(1, keepdim=True)
        return largest.squeeze(1), responses, largest

    @staticmethod
    def setup_context(
        ctx: torch.autograd.function.FunctionCtx, inputs: tuple[Any, ...], output: tuple[Tensor, ...]
    ) -> None:
        _, responses, largest = output
        ctx.mark_non_differentiable(responses, largest)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(inputs[1], responses, largest)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *gradients: Tensor) -> tuple[Tensor, None, None]:
        columns, responses, largest = ctx.saved_tensors  # type: ignore[attr-defined]
        # In place: the responses are not read again.  On a GPU without eq_, which vmap takes one by one.
        share = responses.eq_(largest) if responses.is_cpu else responses.sub_(largest).sign_().add_(1)
        share.mul_(gradients[0].unsqueeze(1) / share.sum(1, keepdim=True))
        return share.view(-1, columns.shape[1]) @ columns.t(), None, None
