"""A policy with a value network: what they learn from a rollout, and the loss by which they do.

The loss is the clipped objective of proximal policy optimisation (Schulman et al., arXiv 1707.06347,
equations 7 and 9); the advantages are the generalised estimates of arXiv 1506.02438, equation 16.  Policy and
value are networks of their own, so that no weight stands between their losses.

torch is imported where it is used, so that listing the registry does not cost its import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.trainables._episodes import Actions, Choose, Floats, Rollout

if TYPE_CHECKING:
    import torch

SMALL = 0.01  # factor of the policy's last weights, by which it begins with all actions alike


def advantages(rollout: Rollout, values: Floats, discount: float, gae_lambda: float) -> Floats:
    """Return the generalised advantage estimate of each step, shape (steps, copies).

    Where an episode ended the sum ends; where its time was up, with the value of what was seen last, since
    that is no failure.

    Args:
        rollout: with ``steps`` steps.
        values: of its observations, shape (steps + 1, copies).
        discount: of a reward that comes a step later (gamma).
        gae_lambda: share of the estimate that goes on beyond the next step.
    """
    after = np.where(rollout.terminated, 0.0, values[1:])
    errors = rollout.rewards + discount * after - values[:-1]
    goes_on = discount * gae_lambda * ~rollout.ended
    estimates, running = np.empty_like(errors), np.zeros(errors.shape[1])
    for step in reversed(range(len(errors))):
        running = errors[step] + goes_on[step] * running
        estimates[step] = running
    return estimates


class Transitions(NamedTuple):
    """Steps to learn from, each of shape (n,) but for the observations, (n, features)."""

    observations: torch.Tensor
    actions: torch.Tensor
    log_chances: torch.Tensor  # of the actions, when they were chosen
    advantages: torch.Tensor  # with mean 0 and standard deviation 1
    returns: torch.Tensor  # what the value is to predict

    def rows(self, chosen: torch.Tensor) -> Transitions:
        """Return a minibatch."""
        return Transitions(*(part[chosen] for part in self))


class ActorCritic:
    """Two networks of two hidden layers on a device; their first weights come from torch's generator.

    Args:
        features: of an observation.
        actions: that can be chosen.
        width: of a hidden layer.
        device: on which they are.
    """

    def __init__(self, features: int, actions: int, width: int, device: torch.device) -> None:
        import torch

        self.policy = _network(features, width, actions).to(device)
        self.value = _network(features, width, 1).to(device)
        with torch.no_grad():
            list(self.policy.parameters())[-2].mul_(SMALL)  # the last weights; a bias follows
        self._device = device

    def parameters(self) -> list[torch.nn.Parameter]:
        """Return all weights."""
        return [*self.policy.parameters(), *self.value.parameters()]

    def sampled(self, chance: torch.Generator) -> Choose:
        """Return the choice of actions with the policy's probabilities: the best score with Gumbel noise."""
        import torch

        def choose(observations: Floats) -> Actions:
            with torch.inference_mode():
                scores = self.policy(self._seen(observations)).cpu()
                noise = torch.empty_like(scores).exponential_(generator=chance).log_().neg_()
                chosen: Actions = (scores + noise).argmax(1).numpy()
                return chosen

        return choose

    def batch(self, rollout: Rollout, discount: float, gae_lambda: float) -> Transitions:
        """Return what is learnt from the steps of a rollout; for the numbers see ``advantages``."""
        import torch

        seen = self._seen(rollout.observations)
        with torch.inference_mode():
            values = self.value(seen)[..., 0].cpu().double().numpy()
            log_chances = self.policy(seen[:-1]).log_softmax(-1)
        found = advantages(rollout, values, discount, gae_lambda)
        acted, actions = (torch.as_tensor(part).to(self._device) for part in (rollout.acted, rollout.actions))
        estimated = self._seen(found)[acted]
        return Transitions(
            seen[:-1][acted],
            actions[acted],
            log_chances.gather(-1, actions[..., None])[..., 0][acted],
            (estimated - estimated.mean()) / (estimated.std() + 1e-8),
            self._seen(found + values[:-1])[acted],
        )

    def loss(self, batch: Transitions, clip: float, entropy: float) -> torch.Tensor:
        """Return the squared error of the values, less the clipped objective, less the entropy bonus.

        Args:
            batch: of steps.
            clip: how far the probability of an action pays to change, as a share (epsilon).
            entropy: weight of the policy's entropy.
        """
        import torch

        log_chances = self.policy(batch.observations).log_softmax(-1)
        ratios = (log_chances.gather(-1, batch.actions[:, None])[:, 0] - batch.log_chances).exp()
        clipped = ratios.clamp(1 - clip, 1 + clip)
        gained = torch.minimum(ratios * batch.advantages, clipped * batch.advantages).mean()
        spread = -(log_chances.exp() * log_chances).sum(-1).mean()
        errors = (self.value(batch.observations)[:, 0] - batch.returns).square().mean()
        loss: torch.Tensor = errors - gained - entropy * spread
        return loss

    def state(self) -> dict[str, Any]:
        """Return the weights of both networks."""
        return {"policy": dict(self.policy.state_dict()), "value": dict(self.value.state_dict())}

    def load(self, state: dict[str, Any]) -> None:
        """Take over weights of networks of the same width."""
        self.policy.load_state_dict(state["policy"])
        self.value.load_state_dict(state["value"])

    def _seen(self, observations: Floats) -> torch.Tensor:
        """Return numbers as float32 on the device."""
        import torch

        return torch.as_tensor(observations, dtype=torch.float32).to(self._device)


def _network(inputs: int, width: int, outputs: int) -> torch.nn.Sequential:
    """Return a fresh network on the CPU."""
    from torch import nn

    return nn.Sequential(
        nn.Linear(inputs, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, outputs)
    )
