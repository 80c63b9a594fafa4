"""The figures, one file each; every one draws what ``results.compare.steps`` computed."""
