"""Stacked block trainer: many classifiers at once, one torch call for all of their parameters.

The forward pass is the network's own, mapped over the stack by ``torch.func``; every configuration has its
own minibatch order, learning rate and so on, and so the curve that it has alone.  On a CPU this spares
torch's overhead a call; a GPU it fills.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state
from torch.nn.functional import cross_entropy, pad

from benchmarks.suite.session import Session
from benchmarks.training.device_data import choose_device, tensors
from benchmarks.training.evaluation import EVALUATION_BATCH, finite
from benchmarks.training.seeded import minibatch_order, seeded
from benchmarks.training.trainers import Config, Curve

if TYPE_CHECKING:
    from benchmarks.training.classifier import Classifier

Tensors = dict[str, Tensor]


class StackedTrainer:
    """Trains configurations of ``network`` side by side, by SGD with momentum or by Adam.

    Networks of one block have one minibatch size, one optimizer and the same modules.  They also have the
    same shapes, unless ``network.pads``: then the smaller ones get units whose weights are zero and stay so.

    Raises:
        TypeError: from ``train``, for another optimizer, or one with options that are not known here.
    """

    name = "stacked"

    def __init__(self, network: type[Classifier], session: Session) -> None:
        self._network, self._session = network, session
        self._device = choose_device(session)
        self._data = tensors(session, self._device, network.inputs)

    def bucket(self, config: Config) -> tuple[Any, int]:
        model = self._fresh(config)
        modules = [type(module).__name__ for module in model.modules()]
        optimizer = type(self._network.optimizer(config, model)).__name__
        key: list[Any] = [self._network.batch_size(config), optimizer, modules]
        if not self._network.pads:
            key.append([list(part.shape) for part in model.parameters()])
        return key, sum(part.numel() for part in model.parameters())

    def train(self, configs: Sequence[Config], epochs: int) -> list[Curve]:
        models = [self._fresh(config) for config in configs]
        optimizers = [self._network.optimizer(*pair) for pair in zip(configs, models, strict=True)]
        rule = _rule(optimizers, self._device)
        template, parameters, buffers = self._stack(models)
        parameters = {name: _laid_out(part).requires_grad_() for name, part in parameters.items()}

        def scores(parts: Tensors, inner: Tensors, inputs: Tensor) -> Tensor:
            out: Tensor = functional_call(template, (parts, inner), (inputs,))
            return out

        decay = [self._network.decay(config) for config in configs]
        curves: list[Curve] = [[] for _ in configs]
        for epoch in range(epochs):
            rule.scale = self._column([d**epoch for d in decay])
            losses = self._train_epoch(torch.vmap(scores), configs, epoch, parameters, buffers, rule)
            measured = {
                split: self._measure(torch.vmap(scores, (0, 0, None)), split, parameters, buffers)
                for split in ("val", "test")
            }
            for i, curve in enumerate(curves):
                curve.append(
                    {
                        "val_accuracy": measured["val"][0][i],
                        "val_loss": finite(measured["val"][1][i]),
                        "train_loss": finite(losses[i]),
                        "test_accuracy": measured["test"][0][i],
                    }
                )
        return curves

    def _train_epoch(
        self,
        scores: Callable[..., Tensor],
        configs: Sequence[Config],
        epoch: int,
        parameters: Tensors,
        buffers: Tensors,
        rule: Rule,
    ) -> list[float]:
        examples, labels = self._data["x_train"], self._data["y_train"]
        orders = [minibatch_order(self._session, config, epoch, len(labels)) for config in configs]
        total = torch.zeros(len(configs), device=self._device)
        batch = self._network.batch_size(configs[0])
        for some in torch.split(torch.stack(orders).to(self._device), batch, dim=1):
            out = scores(parameters, buffers, examples[some])
            each = cross_entropy(out.flatten(0, 1), labels[some].flatten(), reduction="none")
            losses = each.view(some.shape).mean(1)
            gradients = torch.autograd.grad(losses.sum(), list(parameters.values()))
            with torch.no_grad():
                rule.step(list(parameters.values()), gradients)
                total += losses * some.shape[1]
        return (total / len(labels)).tolist()

    def _measure(
        self, scores: Callable[..., Tensor], split: str, parameters: Tensors, buffers: Tensors
    ) -> tuple[list[float], list[float]]:
        """Return accuracies and mean losses on "val" or "test"."""
        examples, labels = self._data[f"x_{split}"], self._data[f"y_{split}"]
        hits, total = torch.zeros(2, len(next(iter(parameters.values()))), device=self._device)
        with torch.no_grad():
            pairs = zip(
                torch.split(examples, EVALUATION_BATCH), torch.split(labels, EVALUATION_BATCH), strict=True
            )
            for x, y in pairs:
                out = scores(parameters, buffers, x)
                hits += (out.argmax(2) == y).sum(1)
                wide = y.expand(len(hits), -1).flatten()
                total += cross_entropy(out.flatten(0, 1), wide, reduction="none").view(len(hits), -1).sum(1)
        n = len(labels)
        return [hit / n for hit in hits.tolist()], (total / n).tolist()

    def _fresh(self, config: Config) -> nn.Module:
        with seeded(self._session, config, "weights"):
            return self._network.build(config)

    def _stack(self, models: list[nn.Module]) -> tuple[nn.Module, Tensors, Tensors]:
        """Return the widest network, and all parameters and buffers on the device, with a dimension more,
        the first."""
        widest = max(models, key=lambda model: sum(part.numel() for part in model.parameters()))
        if self._network.pads:
            shapes = {name: part.shape for name, part in widest.named_parameters()}
            for model in models:
                for name, part in model.named_parameters():
                    part.data = _padded(part.data, shapes[name])
        # Thousands of small tensors go to a device as a few large ones.
        parameters, buffers = (
            {name: part.detach().to(self._device) for name, part in stacked.items()}
            for stacked in stack_module_state(models)
        )
        return widest, parameters, buffers

    def _column(self, values: list[float]) -> Tensor:
        return torch.tensor(values, device=self._device)


class Rule:
    """SGD with momentum, as ``torch.optim.SGD``, for stacked parameters; ``scale`` multiplies the rates.

    Args:
        defaults: one optimizer's options for each configuration.
    """

    def __init__(self, defaults: Sequence[Mapping[str, Any]], device: torch.device) -> None:
        for options in defaults:
            for name in ("nesterov", "dampening", "amsgrad", "maximize", "decoupled_weight_decay"):
                if options.get(name):
                    raise TypeError(f"{name} is not known when many are trained at once; leave it out")
        self._device = device
        self.lr = self._of([options["lr"] for options in defaults])
        self.weight_decay = self._of([options["weight_decay"] for options in defaults])
        self.scale = torch.ones_like(self.lr)
        self.first: list[Tensor] = []
        self._begin(defaults)

    def _begin(self, defaults: Sequence[Mapping[str, Any]]) -> None:
        self.momentum = self._of([options["momentum"] for options in defaults])

    def _of(self, values: list[float]) -> Tensor:
        return torch.tensor(values, device=self._device)

    def step(self, parameters: list[Tensor], gradients: Sequence[Tensor]) -> None:
        """Change the parameters, each (configurations, ...), in place; the gradients are used up."""
        self.first = self.first or [torch.zeros_like(part) for part in parameters]
        for part, gradient, first in zip(parameters, gradients, self.first, strict=True):
            gradient.addcmul_(_beside(self.weight_decay, part), part)
            first.mul_(_beside(self.momentum, part)).add_(gradient)
            part.addcmul_(_beside(-self.lr * self.scale, part), first)


class AdamRule(Rule):
    """Adam, as ``torch.optim.Adam``."""

    def _begin(self, defaults: Sequence[Mapping[str, Any]]) -> None:
        self.momentum = self._of([options["betas"][0] for options in defaults])
        self.beta2 = self._of([options["betas"][1] for options in defaults])
        self.epsilon = self._of([options["eps"] for options in defaults])
        self.steps, self.second = 0, list[Tensor]()

    def step(self, parameters: list[Tensor], gradients: Sequence[Tensor]) -> None:
        self.first = self.first or [torch.zeros_like(part) for part in parameters]
        self.second = self.second or [torch.zeros_like(part) for part in parameters]
        self.steps += 1
        rate = self.lr * self.scale / (1 - self.momentum**self.steps)
        root = (1 - self.beta2**self.steps).sqrt()
        for part, gradient, first, second in zip(parameters, gradients, self.first, self.second, strict=True):
            gradient.addcmul_(_beside(self.weight_decay, part), part)
            first.lerp_(gradient, _beside(1 - self.momentum, part))
            beta2 = _beside(self.beta2, part)
            second.mul_(beta2).add_(gradient.square_().mul_(1 - beta2))
            size = second.sqrt() / _beside(root, part) + _beside(self.epsilon, part)
            part.addcmul_(_beside(-rate, part), first.div(size))


def _rule(optimizers: Sequence[torch.optim.Optimizer], device: torch.device) -> Rule:
    kind = type(optimizers[0])
    rules = {torch.optim.SGD: Rule, torch.optim.Adam: AdamRule}
    if kind not in rules:
        raise TypeError(f"{kind.__name__} is not known when many are trained at once; use SGD or Adam")
    return rules[kind]([optimizer.defaults for optimizer in optimizers], device)


def _beside(values: Tensor, part: Tensor) -> Tensor:
    """Return one value a configuration, shaped to multiply a stacked parameter."""
    return values.view(-1, *[1] * (part.dim() - 1))


def _laid_out(part: Tensor) -> Tensor:
    """Return a stacked parameter, its matrices by columns in memory, as autograd returns their gradients.

    So the optimizer's passes over both are contiguous.
    """
    return part.mT.contiguous().mT if part.dim() == 3 else part


def _padded(part: Tensor, shape: Sequence[int]) -> Tensor:
    missing = [wide - narrow for wide, narrow in zip(shape, part.shape, strict=True)]
    return pad(part, [size for extra in reversed(missing) for size in (0, extra)])
