"""What is benchmarked and how: registry, grid, driver, engines, trainables."""
