"""Claims of papers and tutorials, checked on the virtual engine: one file each."""
