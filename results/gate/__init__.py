"""The decision of the regression gate on the results of two sides, and its report.

``sides`` and ``baselines`` read what is compared, ``pairs`` makes differences of it, ``family`` states the
hypotheses and ``procedure`` decides them, look by look; the other modules write a ``Report``.  What runs
experiments is ``benchmarks.gate``.
"""
