"""Calibration of the answers: simulated grids whose truth is known, and how often what is said holds."""
