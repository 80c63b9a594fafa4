"""The overhead ledger: where an experiment's driver spent its time, on the clock and on the processor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


class Ledger:
    """Seconds by account, on the engine's one clock, and the processor's among them.

    Accounts nest: time that is metered inside another metered call is taken off the outer one, so that the
    accounts never count a second twice.

    Attributes:
        seconds: of each account, on the clock.
        processor: seconds that this process had a processor meanwhile, which a busy machine stretches least.

    Args:
        clock: returns seconds; the engine's clock.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._inner = [0.0]
        self._inner_processor = [0.0]
        self.seconds: dict[str, float] = {}
        self.processor: dict[str, float] = {}

    def meter(self, owner: Any, methods: Iterable[str], account: str) -> None:
        """Charge every call of these methods of ``owner`` to ``account``.

        The instance's methods are shadowed, its class is left alone.  Tune pickles some of these objects;
        what shadows them is pickled as the plain method.
        """
        for name in methods:
            setattr(owner, name, _Metered(getattr(owner, name), self, account))

    def charge(self, account: str, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return ``call(*args, **kwargs)`` and charge its time to ``account``."""
        self._inner.append(0.0)
        self._inner_processor.append(0.0)
        start, busy = self._clock(), time.process_time()
        try:
            return call(*args, **kwargs)
        finally:
            _enter(self.processor, account, time.process_time() - busy, self._inner_processor)
            _enter(self.seconds, account, self._clock() - start, self._inner)

    def __getitem__(self, account: str) -> float:
        return self.seconds.get(account, 0.0)


def _enter(seconds: dict[str, float], account: str, spent: float, inner: list[float]) -> None:
    """Add to an account what was spent, less what calls within have taken, of which ``inner`` is a stack."""
    seconds[account] = seconds.get(account, 0.0) + spent - inner.pop()
    inner[-1] += spent


class _Metered:
    """A bound method whose time is charged to an account."""

    def __init__(self, method: Callable[..., Any], ledger: Ledger, account: str) -> None:
        self._method, self._charge, self._account = method, ledger.charge, account

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._charge(self._account, self._method, *args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _same, (self._method,)


def _same(method: Any) -> Any:
    return method
