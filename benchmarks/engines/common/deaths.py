"""Deaths: errors that say nothing of what an experiment did, but of processes and machines that it needed."""

from __future__ import annotations

import ray

from benchmarks.core.reasons import headline


def death(error: BaseException) -> str:
    """Return in one line which death an error tells of; "" if it is an error of code."""
    died = isinstance(error, ray.exceptions.RayError) and not isinstance(error, ray.exceptions.RayTaskError)
    return headline(error) if died else ""
