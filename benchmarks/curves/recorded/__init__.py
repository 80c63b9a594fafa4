"""Tables of recorded learning curves: their files, a model of what lies between, and their replay."""
