"""The report of a run: one HTML file that holds everything it shows and opens without a network.

``python -m results.report RUN [RUN ...] [--out FILE] [--open no] [--watch [SECONDS]]``

``answers`` says what comes of a comparison at a budget, and ``stages`` at parts of it; ``cells``, ``curves``,
``trials``, ``explorer``, ``expenses`` and ``record`` say what is shown beside it, ``words`` says it in words, and
``beside`` shows two runs together; ``document`` makes one file of that, with ``page/`` (template, style and script) and
``vendor/`` (Plotly, with its licence).
"""
