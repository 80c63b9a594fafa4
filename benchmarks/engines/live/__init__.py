"""The engine ``live``: Tune on a virtual clock, on curves of real trainings that are each made once."""
