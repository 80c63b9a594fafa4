"""The paper kit: every figure, table and number of a paper, rebuilt from stored results."""
