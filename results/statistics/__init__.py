"""Statistics of scores, as pure functions on numpy arrays: nothing here reads a file or draws.

Scores are higher is better.  Whatever draws at random takes a ``numpy.random.Generator``.

- ``aggregate``: one number for a method over many tasks, and how sure it is.
- ``bootstrap``: resampling of repetitions within each task, which ``aggregate`` uses.
- ``signed_rank``: Wilcoxon's test, exact with ties and zeros, and how many pairs it takes.
- ``ranks``: many methods on many blocks, pairwise tests, groups of methods that do not differ.
- ``differences``: two methods on the same blocks, how much better and how sure.
- ``noninferiority``: whether a mean of paired differences is worse, or worse by a margin, exact.
- ``sequential``: several looks at many hypotheses without more false alarms.
- ``targets``: the cost of reaching a target, where some runs never do.
- ``pareto``: what nothing beats in two things at once.
- ``runtimes``: that over many tasks and targets, with restarts, and how sure it is.
- ``stratified``: the mean over tasks of many combinations and points at once, with t-intervals.
"""
