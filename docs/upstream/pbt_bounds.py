"""PopulationBasedTraining multiplies a hyperparameter beyond the bounds of its domain."""

import random

from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import PopulationBasedTraining


def test_mutations_stay_in_the_domain() -> None:
    random.seed(0)
    domain = tune.uniform(0.1, 0.9)
    scheduler = PopulationBasedTraining(hyperparam_mutations={"momentum": domain}, resample_probability=0)
    trial = Trial("trainable", config={"momentum": 0.9}, stub=True)
    values = [scheduler._get_new_config(trial, trial)[0]["momentum"] for _ in range(10)]
    assert all(domain.is_valid(value) for value in values), f"uniform(0.1, 0.9) became {max(values):.2f}"


if __name__ == "__main__":
    test_mutations_stay_in_the_domain()
