"""The engine ``virtual``: Tune's own controller, searchers and schedulers on a virtual clock."""
