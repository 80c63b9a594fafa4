"""Trial schedulers, one file each; each registers itself in ``benchmarks.suite.registry``."""
