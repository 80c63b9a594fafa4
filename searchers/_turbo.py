"""TuRBO on BoTorch: Thompson sampling of a Gaussian process in a trust region."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from botorch.exceptions import BotorchWarning, ModelFittingError
from botorch.fit import fit_gpytorch_mll
from botorch.generation import MaxPosteriorSampling
from botorch.models import SingleTaskGP
from botorch.models.transforms import Standardize
from gpytorch.constraints import Interval
from gpytorch.kernels import MaternKernel, ScaleKernel
from gpytorch.likelihoods import GaussianLikelihood
from gpytorch.mlls import ExactMarginalLogLikelihood
from linear_operator.utils.warnings import NumericalWarning
from numpy.typing import NDArray
from torch.quasirandom import SobolEngine

from benchmarks.core.seeding import derive
from searchers._ask_and_tell import AskTellSearch, Values
from searchers._trust_region import TrustRegion

Sobol: Any = SobolEngine  # torch gives it no types
LEAST_LENGTH, MOST_LENGTH = 0.5**7, 1.6
MOVED = 20  # dimensions in which a candidate differs from the best point, on average
MOST_CANDIDATES = 5000


class TurboSearch(AskTellSearch):
    """TuRBO with one trust region, for several open trials.

    Every proposal is the best candidate of a draw from the model of all results so far, so that trials that
    run at the same time differ; the region counts each result as it comes.  When it ends, another one begins
    with Sobol points, and no result of the first counts any more.  The space must hold floats on [0, 1] only.

    Args:
        seed: of the Sobol points; the rest draws from the global generators of numpy and torch.
        n_init: results before the model proposes, of each region; None: two for each hyperparameter.
        length: of a new region.
        success_tolerance, failure_tolerance: see ``TrustRegion``; a ``failure_tolerance`` of None is the
            number of hyperparameters, and four at least.
        n_candidates: for each hyperparameter.
    """

    def __init__(
        self,
        seed: int,
        n_init: int | None,
        length: float,
        success_tolerance: int,
        failure_tolerance: int | None,
        n_candidates: int,
    ) -> None:
        super().__init__(seed)
        self._n_init, self._length, self._n_candidates = n_init, length, n_candidates
        self._tolerances = success_tolerance, failure_tolerance
        self._names: list[str] = []
        self._number = 0
        self._asked: dict[str, tuple[int, list[float]]] = {}

    def begin(self, space: Mapping[str, Any]) -> None:
        """Begin the first region."""
        self._names, self._asked, self._number = list(space), {}, -1
        self._next_region()

    def _next_region(self) -> None:
        dimensions = len(self._names)
        success, failure = self._tolerances
        self._number += 1
        self._region = TrustRegion(
            n_init=self._n_init or 2 * dimensions,
            length=self._length,
            most=MOST_LENGTH,
            least=LEAST_LENGTH,
            success_tolerance=success,
            failure_tolerance=failure or max(4, dimensions),
        )
        seed = derive("turbo", self.seed, self._number)
        self._sobol = Sobol(dimensions, scramble=True, seed=seed)

    def ask(self, trial_id: str) -> Values:
        """Return the next Sobol point, or the model's."""
        point = self._proposed() if self._region.modelled else self._sobol.draw(1)[0].tolist()
        self._asked[trial_id] = self._number, point
        return dict(zip(self._names, point, strict=True))

    def tell(self, trial_id: str, cost: float | None) -> None:
        """Learn a trial's cost, if it is one of the present region."""
        number, point = self._asked.pop(trial_id)
        if number == self._number:
            self._region.learn(point, cost)
            if self._region.ended:
                self._next_region()

    def learn(self, values: Values, cost: float) -> None:
        """Learn the cost of another point."""
        self._region.learn([float(values[name]) for name in self._names], cost)

    def _proposed(self) -> list[float]:
        """Return the candidate that a draw from the model's posterior finds best."""
        model = fitted(np.array(self._region.points), -np.array(self._region.costs))
        lengthscales = model.covar_module.base_kernel.lengthscale.detach().numpy().reshape(-1)
        candidates = torch.from_numpy(self._candidates(*self._region.box(lengthscales)))
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore", NumericalWarning)  # a little noise is added to its covariance
            best = MaxPosteriorSampling(model=model, replacement=False)(candidates, num_samples=1)
        point: list[float] = best[0].tolist()
        return point

    def _candidates(self, low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
        """Return points of the box that differ from its centre in some dimensions, (n, d)."""
        dimensions = len(self._names)
        count = min(self._n_candidates * dimensions, MOST_CANDIDATES)
        random = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002  # a state of the library's own
        drawn = Sobol(dimensions, scramble=True, seed=int(random.integers(2**31))).draw(count).numpy()
        moved = random.random((count, dimensions)) <= min(MOVED / dimensions, 1)
        moved[np.arange(count), random.integers(dimensions, size=count)] = True  # one at least
        return np.where(moved, low + (high - low) * drawn, np.array(self._region.centre))


def fitted(points: NDArray[Any], values: NDArray[Any]) -> Any:
    """Return a Gaussian process with a Matern kernel, a lengthscale a dimension.

    Where its marginal likelihood cannot be maximised, it has what hyperparameters that ended with.

    Args:
        points: (n, d), in the unit cube.
        values: (n,), to be maximised.
    """
    kernel = ScaleKernel(
        MaternKernel(nu=2.5, ard_num_dims=points.shape[1], lengthscale_constraint=Interval(0.005, 4.0))
    )
    model = SingleTaskGP(
        torch.from_numpy(points),
        torch.from_numpy(values)[:, None],
        likelihood=GaussianLikelihood(noise_constraint=Interval(1e-8, 1e-3)),
        covar_module=kernel,
        outcome_transform=Standardize(m=1),
    )
    with suppress(ModelFittingError), warnings.catch_warnings():
        warnings.simplefilter("ignore", BotorchWarning)
        warnings.simplefilter("ignore", NumericalWarning)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    model.eval()
    return model
