"""Searchers of somebody else, for tests of the gate: they are copied to where a user would have them."""

import random

from ray.tune.search import Searcher


class Honest(Searcher):
    """Draws at random."""

    def __init__(self, seed):
        super().__init__()
        self.chance, self.space = random.Random(seed), {}

    def set_search_properties(self, metric, mode, config, **spec):
        self.space = config
        return True

    def suggest(self, trial_id):
        seeds = iter(lambda: self.chance.randrange(2**31), None)
        drawn = {name: one.sample(random_state=next(seeds)) for name, one in self.space.items()}
        return self.corner(drawn)

    def corner(self, drawn):
        return drawn

    def on_trial_complete(self, trial_id, result=None, error=False):
        pass


class Lucky(Honest):
    """Draws at random, with other luck: what one repetition or two say about it is chance."""

    def __init__(self, seed):
        super().__init__(seed + 1)


class Worse(Honest):
    """Proposes nothing but a corner of the space."""

    def corner(self, drawn):
        return {name: domain.lower for name, domain in self.space.items()}


class Impossible(Searcher):
    def __init__(self, seed):
        raise RuntimeError("no licence")


NOT_ONE = 3
