"""Did tuning become worse?  What the regression gate makes of two sides' results, and how it says so.

``sides`` and ``baselines`` read what is compared, ``pairs`` makes differences of it, ``family`` states the
hypotheses and ``procedure`` decides them, look by look; the other modules write a ``Report``.  What runs
experiments is ``benchmarks.gate``.
"""
