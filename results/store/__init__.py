"""The result store: schema, rows, files, checks."""
