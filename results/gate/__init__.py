"""Did tuning become worse?  What the regression gate makes of two arms' results, and how it says so.

``arms`` and ``baselines`` read what is compared, ``pairs`` makes differences of it, ``family`` states the
hypotheses and ``procedure`` decides them, look by look; the other modules write a ``Report``.  What runs
experiments is ``benchmarks.gate``.
"""
