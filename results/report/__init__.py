"""The report of a run: one HTML file that holds everything it shows and opens without a network.

``python -m results.report RUN [RUN ...] [--out FILE] [--open no] [--watch [SECONDS]] [--serve]``

``cells``, ``curves``, ``trials`` and ``record`` say what is shown of each comparison, and ``words`` what
comes of it; ``document`` makes one file of that, with ``page/`` (template, style and script) and
``vendor/`` (Plotly, with its licence).  ``live`` and ``serve`` show the same page on a server while a run
goes on.
"""
