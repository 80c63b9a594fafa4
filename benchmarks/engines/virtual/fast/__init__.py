"""The fast controller: Tune's decisions on the virtual clock without work that no decision reads."""
