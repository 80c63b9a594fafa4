"""Statistics of scores, as pure functions on numpy arrays: nothing here reads a file or draws.

Scores are higher is better.  Whatever draws at random takes a ``numpy.random.Generator``.

One number, one method:

- ``aggregate``: one number for a method over many tasks, and how sure it is.
- ``bootstrap``: resampling of repetitions within each task.
- ``stratified``: the mean over tasks of many combinations and points at once, with t-intervals.

Two methods:

- ``differences``: two methods on the same blocks, how much better and how sure.
- ``signed_rank``: Wilcoxon's test, exact with ties and zeros, and how many pairs it takes.
- ``noninferiority``: whether a mean of paired differences is worse, or worse by a margin, exact.
- ``mcnemar``: whether something happens more often on one side, exact, for pairs in blocks.
- ``betting``: which means of bounded values are ruled out, exact for any distribution and number of looks.
- ``sequential``: several looks at many hypotheses without more false alarms.
- ``planning``: how many repetitions a comparison needs.

Many methods:

- ``best``: how probably each is the best, and which cannot be told apart from it.
- ``ranks``: many methods on many blocks, pairwise tests, groups of methods that do not differ.
- ``pareto``: what nothing beats in two things at once.

Searcher and scheduler as two axes:

- ``layout``: scores as a table of combinations and blocks, which the following three use.
- ``factorial``: main effects, their interaction and their shares of the variance, in one task.
- ``mixed``: the same over tasks, with task and repetition random.
- ``marginal``: marginal means, and the gain that each half brings.

Costs and causes:

- ``targets``: the cost of reaching a target, where some runs never do.
- ``runtimes``: that over many tasks and targets, with restarts, and how sure it is.
- ``stopping``: what a scheduler stopped that would have won.
- ``importance``: which hyperparameters matter.
"""
