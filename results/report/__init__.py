"""The report of a run: one HTML file that holds everything it shows and opens without a network.

``python -m results.report RUN [RUN ...] [--out FILE] [--open no] [--watch [SECONDS]] [--serve]``

``answers`` says what comes of a comparison at a budget, ``stages`` at parts of it, and ``words`` in words;
``cells``, ``curves``, ``trials``, ``explorer``, ``expenses`` and ``record`` say what is shown beside it, and
``beside`` shows two runs together.  ``document`` makes one file of that, with ``page/`` (template, style and
script) and ``vendor/`` (Plotly, with its licence).  ``live`` and ``serve`` show the same page on a server
while a run goes on.
"""
