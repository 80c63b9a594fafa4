"""PopulationBasedTraining multiplies a category, which is none of the choice then."""

import random

from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import PopulationBasedTraining


def test_a_mutated_category_is_a_category() -> None:
    random.seed(0)
    domain = tune.choice([16, 32, 64])
    scheduler = PopulationBasedTraining(hyperparam_mutations={"batch": domain}, resample_probability=0)
    trial = Trial("trainable", config={"batch": 32}, stub=True)
    values = {scheduler._get_new_config(trial, trial)[0]["batch"] for _ in range(10)}
    assert values <= set(domain.categories), f"32 of choice([16, 32, 64]) became {sorted(values)}"


if __name__ == "__main__":
    test_a_mutated_category_is_a_category()
