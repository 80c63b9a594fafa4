"""Search algorithms, one file each; each registers itself in ``benchmarks.registry``."""
