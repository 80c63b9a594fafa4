"""Learning curves: the model of a trainable's curves, and recorded tables of them."""

from benchmarks.curves.model import CurveModel, Epoch, Place

__all__ = ["CurveModel", "Epoch", "Place"]
