"""The record of a machine: its processor, GPUs, system and packages."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any


def machine_record() -> dict[str, Any]:
    """Return what of this machine and its Python may change results or times."""
    packages = {  # the first on the path is what is imported
        dist.metadata["Name"].lower(): dist.version
        for dist in reversed(list(importlib.metadata.distributions()))
        if dist.metadata["Name"]
    }
    return {
        "packages": dict(sorted(packages.items())),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu": cpu_name(),
        "cpus": os.cpu_count(),
        "gpu": output_of("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"),
        "blas_threads": os.environ.get("OMP_NUM_THREADS", ""),
    }


def cpu_name() -> str:
    """Return the name of the processor's model; "" if the system does not tell."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def output_of(*command: str) -> str:
    """Return what a command prints; "" if it is not there, or fails."""
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return process.stdout.strip() if process.returncode == 0 else ""
