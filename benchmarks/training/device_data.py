"""Device-resident data, loaded once a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks.suite.session import Session

if TYPE_CHECKING:
    import torch

_resident: dict[tuple[str, str, str], dict[str, torch.Tensor]] = {}


def choose_device(session: Session) -> torch.device:
    """Return where to train; on a GPU, ask for kernels that always sum in the same order.

    Raises:
        RuntimeError: if a GPU is wanted and there is none.
    """
    import torch

    if session.device == "cpu":
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise RuntimeError("no CUDA device")
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    return torch.device("cuda")


def tensors(
    session: Session, device: torch.device, inputs: Callable[[npt.NDArray[Any]], torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Return the session's arrays as tensors on ``device``; the process keeps the last set."""
    import torch

    key = (session.trainable, session.data_key, session.device)
    if key not in _resident:
        _resident.clear()  # an actor serves one experiment, so a second set would only hold memory
        _resident[key] = {
            name: (inputs(raw) if name.startswith("x_") else torch.tensor(raw.astype(np.int64))).to(device)
            for name, raw in session.arrays().items()
        }
    return _resident[key]
