"""The overhead ledger: where an experiment's driver spent its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


class Ledger:
    """Seconds by account, on the engine's one clock.

    Accounts nest: time that is metered inside another metered call is taken off the outer one, so that the
    accounts never count a second twice.

    Args:
        clock: returns seconds; the engine's clock.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._inner = [0.0]
        self.seconds: dict[str, float] = {}

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
        start = self._clock()
        try:
            return call(*args, **kwargs)
        finally:
            spent = self._clock() - start
            inner = self._inner.pop()
            self._inner[-1] += spent
            self.seconds[account] = self.seconds.get(account, 0.0) + spent - inner

    def __getitem__(self, account: str) -> float:
        return self.seconds.get(account, 0.0)


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
