"""The plots, one module each; a new figure is a new module."""
