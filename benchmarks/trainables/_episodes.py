"""Episodes of a gymnasium environment: steps of several copies at a time, and returns of whole episodes.

gymnasium is imported where it is used, so that listing the registry does not need it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
Actions = npt.NDArray[np.int64]
Choose = Callable[[Floats], Actions]  # an action for each row of observations


class Rollout(NamedTuple):
    """Steps of several copies of an environment.

    After an episode's last step gymnasium begins the next one in a step of its own, whose action counts for
    nothing (its autoreset mode NEXT_STEP); ``acted`` is False there.

    Attributes:
        observations: shape (steps + 1, copies, features); where an episode ended in step t, row t + 1 is what
            was seen last in it.
        actions, rewards: shape (steps, copies).
        terminated: the episode reached a final state, after which nothing comes; shape as above.
        ended: it did, or its time was up.
        acted: whether the step was one of an episode.
    """

    observations: Floats
    actions: Actions
    rewards: Floats
    terminated: Bools
    ended: Bools
    acted: Bools


class Episodes:
    """Copies of an environment that are stepped together.

    Args:
        name: in gymnasium's registry, of an environment with numbered actions.
        copies: how many.
    """

    def __init__(self, name: str, copies: int) -> None:
        import gymnasium

        own = gymnasium.spec(name).vector_entry_point is not None
        mode = gymnasium.VectorizeMode.VECTOR_ENTRY_POINT if own else gymnasium.VectorizeMode.SYNC
        self._copies = cast("Any", gymnasium.make_vec(name, num_envs=copies, vectorization_mode=mode))
        self.features: int = self._copies.single_observation_space.shape[0]
        self.actions = int(self._copies.single_action_space.n)
        self._seen: Floats = np.empty(0)
        self._over: Bools = np.empty(0, bool)

    def begin(self, seed: int) -> None:
        """Begin new episodes; all that they draw follows from the seed."""
        self._seen, _ = self._copies.reset(seed=seed)
        self._over = np.zeros(len(self._seen), bool)

    def play(self, steps: int, choose: Choose) -> Rollout:
        """Go on for some steps, with new episodes where one ended."""
        played = []
        seen = [self._seen]
        for _ in range(steps):
            actions, acted = choose(self._seen), ~self._over
            self._seen, rewards, terminated, cut, _ = self._copies.step(actions)
            self._over = terminated | cut
            seen.append(self._seen)
            played.append((actions, rewards, terminated, self._over, acted))
        return Rollout(np.stack(seen), *(np.stack(part) for part in zip(*played, strict=True)))

    def returns(self, seed: int, choose: Choose) -> Floats:
        """Return the sum of rewards of one new episode in each copy, shape (copies,)."""
        self.begin(seed)
        total = np.zeros(len(self._seen))
        going = np.ones(len(self._seen), bool)
        while going.any():
            self._seen, rewards, terminated, cut, _ = self._copies.step(choose(self._seen))
            total += np.where(going, rewards, 0.0)
            going &= ~(terminated | cut)
        return total

    def close(self) -> None:
        """Give up the copies."""
        self._copies.close()


def mean_of_ended(rollouts: list[Rollout]) -> float:
    """Return the mean return of the episodes that began and ended in consecutive rollouts; NaN without any.

    Args:
        rollouts: of the same copies, the first one from the beginning of episodes.
    """
    rewards, ended = (
        np.concatenate([getattr(each, name) for each in rollouts]) for name in ("rewards", "ended")
    )
    sums = [
        part.sum()
        for copy in range(ended.shape[1])
        for part in np.split(rewards[:, copy], np.flatnonzero(ended[:, copy]) + 1)[:-1]
    ]
    return float(np.mean(sums)) if sums else float("nan")
