"""The engine ``tune``: trials train in Ray actors."""
