"""Misuse: the error of a request that cannot be carried out."""


class Misuse(Exception):
    """The user asked for something that cannot be; the message is one line that says what to do.

    >>> import tunegrid as tg
    >>> tg.run(searchers="randm")
    Traceback (most recent call last):
    ...
    benchmarks.suite.misuse.Misuse: unknown searcher 'randm'; did you mean 'random'?
    """
