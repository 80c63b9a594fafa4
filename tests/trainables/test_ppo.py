"""PPO: its estimates against the definition, its episodes against gymnasium, and whether it learns."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables._actor_critic import advantages
from benchmarks.trainables._episodes import Actions, Episodes, Floats, Rollout, mean_of_ended
from benchmarks.training.standalone import standalone

FATES = ["goes on", "fails", "cut"]  # of an episode at a step
NAMES = ("ppo-cartpole", "ppo-acrobot")
CONFIG = {
    "lr": 3e-3,
    "clip": 0.2,
    "entropy": 1e-3,
    "gae_lambda": 0.95,
    "update_epochs": 4,
    "minibatch_size": 128,
    "width": 64,
    "discount": 0.99,
}


def trial(name: str = "ppo-cartpole", repetition: int = 0, **changes: Any) -> Any:
    return standalone(TRAINABLES[name], CONFIG | changes, Session(name, repetition, "cpu", {}, "a test"))


@pytest.fixture
def gymnasium() -> Any:
    return pytest.importorskip("gymnasium")


def rollout(rewards: list[float], terminated: list[bool], cut: list[bool]) -> Rollout:
    """One copy's steps, as columns."""
    column = [np.array(part)[:, None] for part in (rewards, terminated, cut)]
    ended = column[1] | column[2]
    steps = len(rewards)
    acted = np.vstack([[[True]], ~ended[:-1]])
    return Rollout(np.zeros((steps + 1, 1, 1)), np.zeros((steps, 1), int), column[0], column[1], ended, acted)


@given(
    st.lists(
        st.tuples(st.floats(-5, 5), st.sampled_from(["goes on", "fails", "cut"])), min_size=1, max_size=12
    ),
    st.floats(0.5, 1),
    st.floats(0, 1),
    st.data(),
)
def test_an_advantage_is_the_discounted_sum_of_errors_to_the_episodes_end(
    steps: list[tuple[float, str]], discount: float, share: float, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.floats(-5, 5), min_size=len(steps) + 1, max_size=len(steps) + 1))
    rewards, fates = [reward for reward, _ in steps], [fate for _, fate in steps]
    played = rollout(rewards, [fate == "fails" for fate in fates], [fate == "cut" for fate in fates])
    found = advantages(played, np.array(values)[:, None], discount, share)[:, 0]
    for start in range(len(steps)):
        expected = 0.0
        for ahead, (reward, fate) in enumerate(steps[start:]):
            later = 0.0 if fate == "fails" else values[start + ahead + 1]
            error = reward + discount * later - values[start + ahead]
            expected += (discount * share) ** ahead * error
            if fate != "goes on":
                break
        assert found[start] == pytest.approx(expected, abs=1e-9)


def push(observations: Floats) -> Actions:
    """Push the cart to where the pole falls, and back to the middle: that keeps it up."""
    return (observations @ [0.1, 0.3, 3.0, 1.0] > 0).astype(np.int64)


def test_a_copy_plays_what_gymnasiums_single_environment_plays(gymnasium: Any) -> None:
    def swing(observations: Floats) -> Actions:
        return np.where(observations[:, 5] > 0, 2, 0)

    returns = Episodes("Acrobot-v1", 3).returns(11, swing)
    for copy, seed in enumerate((11, 12, 13)):  # gymnasium's own rule for copies
        single, total = gymnasium.make("Acrobot-v1"), 0.0
        seen, _ = single.reset(seed=seed)
        for _ in range(500):
            seen, reward, terminated, cut, _ = single.step(int(swing(seen[None])[0]))
            total += float(reward)
            if terminated or cut:
                break
        assert returns[copy] == total
    assert (returns > -500).any()


def test_a_rollout_marks_the_steps_in_which_gymnasium_only_begins_an_episode(gymnasium: Any) -> None:
    episodes = Episodes("CartPole-v1", 2)
    episodes.begin(0)
    first, second = (episodes.play(100, lambda seen: np.zeros(len(seen), np.int64)) for _ in range(2))
    assert np.array_equal(first.observations[-1], second.observations[0])
    assert np.array_equal(second.acted[0], ~first.ended[-1])
    assert np.array_equal(first.acted[1:], ~first.ended[:-1])
    assert (first.rewards == first.acted).all()  # each step of an episode is worth 1
    assert first.ended.sum() > 10
    at = np.argwhere(first.ended)[0]
    assert abs(first.observations[at[0] + 1, at[1], 2]) > 0.2  # seen last: the pole has fallen (12 degrees)
    assert abs(first.observations[at[0] + 2, at[1], 2]) < 0.05


def test_an_episode_of_which_the_time_is_up_has_not_failed(gymnasium: Any) -> None:
    episodes = Episodes("CartPole-v1", 1)
    episodes.begin(0)
    steps = episodes.play(501, push)
    assert steps.ended[499, 0] and not steps.terminated.any()
    assert not steps.acted[500, 0]
    assert episodes.returns(0, push).tolist() == [500]
    assert mean_of_ended([steps]) == 500


def test_the_mean_of_episodes_goes_over_the_ends_of_rollouts() -> None:
    one = rollout([1, 1, 0, 1], [False, True, False, False], [False] * 4)
    two = rollout([1, 1, 0, 1], [False] * 4, [False, True, False, False])
    assert mean_of_ended([one, two]) == 2.5  # episodes of 2 and 3 steps; the last has not ended
    assert math.isnan(mean_of_ended([rollout([1.0], [False], [False])]))


def test_it_learns_to_keep_the_pole_up(gymnasium: Any) -> None:
    learner = trial()
    returns = [learner.step()["val_return"] for _ in range(8)]
    assert returns[0] < 100 and max(returns) > 150
    assert learner.test()["test_return"] > 100
    idle = trial(lr=1e-5)
    assert max(idle.step()["val_return"] for _ in range(3)) < 60


def test_each_configuration_is_validated_and_tested_in_the_same_episodes(
    gymnasium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    original = Episodes.returns

    def noted(self: Episodes, seed: int, choose: Any) -> Floats:
        begun.append(seed)
        return original(self, seed, choose)

    monkeypatch.setattr(Episodes, "returns", noted)
    for lr in (1e-3, 1e-2):
        learner = trial(lr=lr, update_epochs=1)
        learner.step()
        learner.step()
        learner.test()
    validation, again, test = begun[:3]
    assert validation == again != test
    assert begun[3:] == begun[:3]
    other = trial(repetition=1, update_epochs=1)
    other.step()
    assert begun[-1] not in begun[:3]


def test_a_copied_trial_trains_on_with_its_own_learning_rate(gymnasium: Any, tmp_path: Path) -> None:
    import torch

    donor, copy = trial(), trial(lr=1e-9)
    donor.step()
    donor.save_checkpoint(str(tmp_path))
    copy.load_checkpoint(str(tmp_path))
    before = {name: weight.clone() for name, weight in copy._networks.policy.state_dict().items()}
    assert all(
        torch.equal(weight, donor._networks.policy.state_dict()[name]) for name, weight in before.items()
    )
    copy._iteration = 1
    copy.step()
    moved = max(
        (copy._networks.policy.state_dict()[name] - weight).abs().max() for name, weight in before.items()
    )
    assert 0 < moved < 1e-5
