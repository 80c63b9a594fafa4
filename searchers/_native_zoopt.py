"""ZOOpt by its own API: ``Opt.min`` of an objective over a ``Dimension2``."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from benchmarks.suite.setups import NativeSetup

KINDS = frozenset({"uniform", "randint", "choice"})
PRECISION = 1e-12  # of floats; ZOOpt has no default


def zoopt_native(setup: NativeSetup) -> None:
    """Minimise by ZOOpt's default, SRACOS."""
    from zoopt import Dimension2, Objective, Opt, Parameter

    names = list(setup.space)
    dimension = Dimension2([_dimension(domain, setup.defaults) for domain in setup.space.values()])

    def loss(solution: Any) -> float:
        values = dict(zip(names, solution.get_x(), strict=True))
        if not setup.defaults:
            values = {
                name: domain.categories[values[name]] if hasattr(domain, "categories") else values[name]
                for name, domain in setup.space.items()
            }
        return setup.loss(values)

    with contextlib.redirect_stdout(io.StringIO()):
        Opt.min(Objective(loss, dimension), Parameter(budget=setup.trials, seed=setup.seed))


def _dimension(domain: Any, defaults: bool) -> tuple[Any, ...]:
    from zoopt import ValueType

    from benchmarks.spaces.domains import kind

    of_kind = kind(domain)
    if of_kind == "uniform":
        return ValueType.CONTINUOUS, [domain.lower, domain.upper], PRECISION
    if of_kind == "randint":
        return ValueType.DISCRETE, [domain.lower, domain.upper - 1], True
    if defaults:
        return ValueType.GRID, list(domain.categories)
    return ValueType.DISCRETE, [0, len(domain.categories) - 1], False
