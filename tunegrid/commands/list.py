"""``tunegrid list``: show what is registered and what can be combined."""

from tunegrid.declaration import Command

COMMAND = Command(
    "list",
    "show what is registered and what can be combined",
    "benchmarks.run",
    main="list_parts",
    parser="list_parser",
)
