"""The documentation's site: pages that MkDocs makes from the code, beside those in ``docs/``."""
