"""The import path of ``Constants`` in version 0.1; new plug-ins import it from ``tunegrid``."""

from benchmarks.suite.constants import Constants

__all__ = ["Constants"]
