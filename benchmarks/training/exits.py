"""Exit exceptions (``SystemExit``, ``KeyboardInterrupt``) of a user's code, turned into trial errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


@contextmanager
def as_errors() -> Iterator[None]:
    """Let KeyboardInterrupt, SystemExit and the like end the trial, as errors do, not its process.

    Ray takes the one for a cancelled task and loses the actor by the other, so that the reason is lost too.
    Exceptions by which Ray itself ends a function or a process pass.

    Raises:
        RuntimeError: a subclass that has the name and the text of what was raised.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        if _is_rays(error):
            raise
        kind = type(type(error).__name__, (RuntimeError,), {"__module__": __name__})
        text = str(error)
        raise kind(*[text] * bool(text)).with_traceback(error.__traceback__) from None


def _is_rays(error: BaseException) -> bool:
    return getattr(error, "is_ray_terminate", False) or _origin(error.__traceback__).startswith("ray.")


def _origin(trace: TracebackType | None) -> str:
    """Return the module that raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""
