"""The report of a run: one HTML file that holds everything it shows, opens from the disk and asks no network.

``python -m results.report RUN [RUN ...] [--out FILE] [--open no] [--watch [SECONDS]]``

``views`` says what may be compared, ``curves``, ``trials`` and ``record`` what is shown of it, and ``words``
what comes of it; ``document`` makes one file of that, with ``page/`` (template, style and script) and
``vendor/`` (Plotly, with its licence).
"""
