"""Search spaces: their domains, how they are accepted, drawn from and encoded."""
