"""The import path of the registry in version 0.1; new plug-ins import its names from ``tunegrid``."""

from benchmarks.suite.registry import *  # noqa: F403 - the names are listed there, once
